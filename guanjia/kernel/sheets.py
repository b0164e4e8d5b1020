"""Tables in files: reading and writing xlsx and csv, with nothing known about models.

A row knows the line on which people see it, a cell its column letter, so that a refusal can point.
Files come from outside: size, shape and unpacked size are checked before anything is believed.
Cells that would start a formula are written as text; reading takes the mark off again, so that an
export is always a valid import. How values are read from cells is told in `cells`.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import IO, Any, BinaryIO, TypeVar

import python_calamine as calamine
import xlsxwriter
from django.utils.translation import gettext as _

from guanjia.kernel.cells import (
    EXACT_DIGITS,
    CellError,
    as_day,
    as_moment,
    as_number,
    as_phone,
    as_text,
    as_whole_number,
    as_yes_no,
    half_width,
)
from guanjia.kernel.sheet_refusals import BadHeader, CellTooLong, SheetRefused, TooBig, TooManyColumns, TooManyRows, Unreadable
from guanjia.kernel.worktime import SHANGHAI

__all__ = [
    "Cell",
    "CellError",
    "Limits",
    "Raw",
    "Row",
    "Sheet",
    "SheetRefused",
    "as_day",
    "as_moment",
    "as_number",
    "as_phone",
    "as_text",
    "as_whole_number",
    "as_yes_no",
    "half_width",
    "raw",
    "read",
    "write_csv",
    "write_workbook",
    "write_xlsx",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at once. The defaults fit a year of one project with room to spare."""

    bytes_max: int = 32 * 2**20
    rows_max: int = 100_000
    columns_max: int = 256
    cell_length_max: int = 32_767  # what Excel itself can hold
    unpacked_bytes_max: int = 256 * 2**20
    parts_max: int = 1_000
    ratio_max: int = 300  # of a part above a megabyte; sheets reach about 60
    area_max: int = 8_000_000  # rows times columns: the reader fills the rectangle


@dataclass(frozen=True, slots=True)
class Cell:
    """A value (str, int, float, bool, date, datetime, time, timedelta; None when empty) and its column."""

    value: Any
    column: str

    @property
    def is_empty(self) -> bool:
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line where it starts in the file, its cells by header, and what has no header."""

    line: int
    cells: dict[str, Cell]
    surplus: tuple[Cell, ...] = ()

    def __getitem__(self, header: str) -> Any:
        return self.cells[header].value

    def read(self, header: str, reader: Callable[[Any], T]) -> T | None:
        """The value of that cell as `reader` understands it, None when empty.

        A CellError comes out with line, column and header written on it.
        """
        cell = self.cells[header]
        if cell.is_empty:
            return None
        try:
            return reader(cell.value)
        except CellError as no:
            raise CellError(no.reason, line=self.line, column=cell.column, header=header) from None


@dataclass(frozen=True)
class Sheet:
    """An open table: header to column letter, and rows to go through once."""

    format: str  # "csv" or "xlsx"
    headers: dict[str, str]
    rows: Iterator[Row]
    encoding: str = ""

    def __iter__(self) -> Iterator[Row]:
        return self.rows


Record = tuple[int, list[Any]]
#: the corners of cells that were merged: (row, column) of the first and the last, from 0
Merged = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Raw:
    """An open table as it lies in the file, nothing said yet of headers: records to go through once."""

    format: str
    records: Iterator[Record]
    encoding: str = ""
    name: str = ""  # of the worksheet
    others: tuple[str, ...] = ()  # visible worksheets that were not read


def raw(file: BinaryIO, *, limits: Limits | None = None, sheet: str = "") -> Raw:
    """The records in `file`, blank ones too, with the value of merged cells in each of them.

    Whoever reads a table made by hand finds its headers with `headers.find`. Raises a SheetRefused at once or, for what shows
    only later, while the records are gone through.
    """
    limits = limits or Limits()
    opened = _opened(file, sheet, limits)
    return Raw(opened.format, _within(opened.records, limits), opened.encoding, opened.name, opened.others)


def _within(records: Iterator[Record], limits: Limits) -> Iterator[Record]:
    count = 0
    for line, values in records:
        while values and _is_blank(values[-1]):
            values.pop()
        if values:
            count += 1
            if count > limits.rows_max:
                raise TooManyRows(_("超过 %(count)d 行，请分成几个文件。") % {"count": limits.rows_max})
            if len(values) > limits.columns_max:
                raise TooManyColumns(_("第 %(line)d 行超过 %(count)d 列。") % {"line": line, "count": limits.columns_max})
            _check_lengths(line, values, limits)
        yield line, values


def read(file: BinaryIO, *, limits: Limits | None = None, sheet: str = "", header_line: int = 0) -> Sheet:
    """The table in `file`, whatever its name says: xlsx by its content, anything else as csv.

    The header is the first line that is not empty, or `header_line`. Of a workbook the first
    visible sheet is read, or the one named `sheet`. Raises a SheetRefused at once or, for what shows
    only later (too many rows, a cell too long), while the rows are gone through.
    """
    limits = limits or Limits()
    opened = _opened(file, sheet, limits, merged=False)
    headers, columns = _headers(opened.records, header_line, limits)
    return Sheet(opened.format, headers, _rows(opened.records, columns, limits), opened.encoding)


def _opened(file: BinaryIO, sheet: str, limits: Limits, *, merged: bool = True) -> Raw:
    """The file told by its content, whatever its name says."""
    data = file.read(limits.bytes_max + 1)
    if len(data) > limits.bytes_max:
        raise TooBig(_("文件超过 %(size)d MB，请分成几个文件。") % {"size": limits.bytes_max // 2**20})
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data, sheet, limits, merged)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 .xls 或加了密码的文件，请在 Excel 里另存为不带密码的 .xlsx。"))
    encoding, text = _decoded(data)
    return Raw("csv", _csv_records(text), encoding)


def _headers(records: Iterator[Record], header_line: int, limits: Limits) -> tuple[dict[str, str], list[str]]:
    """Header to letter, and the header of each column ("" where it has none)."""
    for line, values in records:
        if line >= header_line and any(not _is_blank(value) for value in values):
            break
    else:
        raise BadHeader(_("文件里没有内容。"))
    try:
        columns = [" ".join(as_text(value).split()) for value in values]
    except CellError as no:
        raise BadHeader(_("表头%(reason)s") % {"reason": no.reason}) from None
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > limits.columns_max:
        raise TooManyColumns(_("超过 %(count)d 列。") % {"count": limits.columns_max})
    headers: dict[str, str] = {}
    for index, name in enumerate(columns):
        if name in headers:
            raise BadHeader(
                _("%(first)s 列和 %(second)s 列的表头都是「%(name)s」，请改成不同的名字。")
                % {"first": headers[name], "second": letter(index), "name": name}
            )
        if name:
            headers[name] = letter(index)
    return headers, columns


def _rows(records: Iterator[Record], columns: list[str], limits: Limits) -> Iterator[Row]:
    width, count = len(columns), 0
    letters = [letter(index) for index in range(max(width, limits.columns_max))]
    for line, values in records:
        if all(_is_blank(value) for value in values):
            continue
        count += 1
        if count > limits.rows_max:
            raise TooManyRows(_("超过 %(count)d 行，请分成几个文件。") % {"count": limits.rows_max})
        if len(values) > len(letters) and any(not _is_blank(value) for value in values[len(letters) :]):
            raise TooManyColumns(_("第 %(line)d 行超过 %(count)d 列。") % {"line": line, "count": limits.columns_max})
        _check_lengths(line, values, limits)
        values = [None if value == "" else value for value in values[: len(letters)]]
        values += [None] * (width - len(values))
        cells = {name: Cell(values[index], letters[index]) for index, name in enumerate(columns) if name}
        surplus = tuple(
            Cell(value, letters[index])
            for index, value in enumerate(values)
            if not _is_blank(value) and (index >= width or not columns[index])
        )
        yield Row(line, cells, surplus)


def _check_lengths(line: int, values: list[Any], limits: Limits) -> None:
    for index, value in enumerate(values):
        if isinstance(value, str) and len(value) > limits.cell_length_max:
            raise CellTooLong(
                _("第 %(line)d 行 %(column)s 列超过 %(count)d 字。")
                % {"line": line, "column": letter(index), "count": limits.cell_length_max}
            )


def letter(index: int) -> str:
    """The letters Excel gives the column: 0 -> "A", 26 -> "AA"."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


# Reading csv

ENCODINGS = ("utf-8-sig", "gb18030")
DELIMITERS = ",;\t"


def _decoded(data: bytes) -> tuple[str, str]:
    """The encoding and the text. UTF-16 is what Excel calls "Unicode text"."""
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text[:4096]:
            return encoding, text
    raise Unreadable(_("认不出这个文件：请用 .xlsx，或编码为 UTF-8 或 GB18030 的 .csv。"))


def _csv_records(text: str) -> Iterator[Record]:
    """Each record with the physical line on which it starts; cells may span lines."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    start = 1
    try:
        for values in lines:
            yield start, [_unguarded(value) for value in values]
            start = lines.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise CellTooLong(_("第 %(line)d 行有一格特别长，多半是少了一个引号。") % {"line": start}) from None
        raise Unreadable(_("第 %(line)d 行的引号没有配对。") % {"line": start}) from None


def _delimiter(text: str) -> str:
    """The sign that cuts the first record into most fields; the comma when none does."""

    def fields(delimiter: str) -> int:
        head = csv.reader(io.StringIO(text[:65_536], newline=""), delimiter=delimiter)
        return next((len(record) for record in head if record), 0)

    try:
        return max(DELIMITERS, key=fields)
    except csv.Error:
        return ","


# Reading xlsx


def _workbook(data: bytes, sheet: str, limits: Limits, merged: bool) -> Raw:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as checked:
        _copy_checked(data, checked, limits)
        try:
            workbook = calamine.CalamineWorkbook.from_path(checked.name)
            shown = [one.name for one in workbook.sheets_metadata if one.visible is calamine.SheetVisibleEnum.Visible]
            if sheet and sheet not in workbook.sheet_names:
                raise Unreadable(_("没有名为「%(name)s」的工作表。") % {"name": sheet})
            name = sheet or (shown or workbook.sheet_names)[0]
            table = workbook.get_sheet_by_name(name)
            ranges = (table.merged_cell_ranges or []) if merged else []
        except (calamine.CalamineError, IndexError, OSError):
            raise _damaged() from None
    records = _calamine_records(table)
    return Raw("xlsx", _spread(records, ranges, limits) if ranges else records, name=name, others=tuple(set(shown) - {name}))


def _spread(records: Iterator[Record], ranges: list[Merged], limits: Limits) -> Iterator[Record]:
    """The same records, with what stands in the first of merged cells in all of them."""
    begins: dict[int, list[Merged]] = {}
    for corners in ranges:
        begins.setdefault(corners[0][0], []).append(corners)
    running: list[tuple[Merged, Any]] = []
    for line, values in records:
        row = line - 1
        if running:
            running = [one for one in running if one[0][1][0] >= row]
        for corners in begins.get(row, ()):
            first = corners[0][1]
            if first < len(values) and not _is_blank(values[first]):
                running.append((corners, values[first]))
                if len(running) > limits.columns_max:  # honest ranges do not lie over each other
                    raise Unreadable(_("第 %(line)d 行的合并单元格互相重叠，请在 Excel 里取消合并后再传。") % {"line": line})
        for ((_top, left), (_bottom, right)), value in running:
            for index in range(left, min(right + 1, len(values))):
                values[index] = value
        yield line, values


def _calamine_records(table: Any) -> Iterator[Record]:
    if table.start is None:
        return
    skipped = [None] * table.start[1]  # the reader leaves out empty columns on the left
    for line, values in enumerate(table.iter_rows(), start=1):
        yield line, skipped + [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """Excel knows one kind of number and one kind of date; this tells them apart again."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**EXACT_DIGITS:
        return int(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


# A workbook is an archive from a stranger, and the reader would inflate whatever is inside and fill
# the whole rectangle between the outermost cells: one kilobyte can ask for all the memory there is.
# So its parts are judged by the sizes it states, inflated piece by piece and held to them, and the
# reader is given that copy: no two readers can understand one archive differently.

CELL = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s/>])")
PLACED = re.compile(rb"<(?:[\w.-]+:)?c\s+r=\"([A-Z]{1,3})([0-9]{1,7})\"")
TAG = re.compile(rb"<(?:[\w.-]+:)?c(?=[\s/>])([^>]*)")
PLACE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
PIECE = 2**18
TAGLESS_MAX = 2**20  # the longest text of a cell, however it is escaped, is shorter


def _copy_checked(data: bytes, copy: BinaryIO, limits: Limits) -> None:
    """Writes the parts that hold text into `copy`, unpacked, as far as they keep to the limits."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(copy, "w") as checked:
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(_("这不是 .xlsx 工作簿，请在 Excel 里另存为 .xlsx。"))
            parts = archive.infolist()
            _check_sizes(parts, limits)
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with archive.open(part) as source, checked.open(part.filename, "w", force_zip64=True) as target:
                        _copy_part(source, target, limits)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise _damaged() from None
    copy.flush()


def _check_sizes(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """By what the archive states: more than that is never inflated, and a checksum finds out lies."""
    if len(parts) > limits.parts_max or len({part.filename for part in parts}) < len(parts):
        raise _damaged()
    if sum(part.file_size for part in parts) > limits.unpacked_bytes_max:
        raise TooBig(_("文件解开后太大，请分成几个文件。"))
    if any(part.file_size > 2**20 and part.file_size > limits.ratio_max * part.compress_size for part in parts):
        raise TooBig(_("文件压缩得不像一份表格，没有打开。"))


def _copy_part(source: IO[bytes], target: IO[bytes], limits: Limits) -> None:
    rest, last_row, last_column = b"", 0, 0
    while piece := source.read(PIECE):
        target.write(piece)
        text = rest + piece
        cut = text.rfind(b">") + 1
        text, rest = text[:cut], text[cut:]
        if len(rest) > TAGLESS_MAX:
            raise CellTooLong(_("工作表里有一段文字超过了单元格的上限，没有打开。"))
        row, column = _outermost(text)
        last_row, last_column = max(last_row, row), max(last_column, column)
    if last_row * last_column > limits.area_max:
        raise TooBig(
            _("表格占用的范围太大：最远的单元格在第 %(row)d 行第 %(column)d 列，请删去多余的行列。")
            % {"row": last_row, "column": last_column}
        )


def _damaged() -> Unreadable:
    return Unreadable(_("这个 Excel 文件已损坏，请重新另存一份。"))


def _outermost(xml: bytes) -> tuple[int, int]:
    """The last row and column of the cells in this piece; a cell without its place is refused."""
    places = PLACED.findall(xml)
    if len(places) != len(CELL.findall(xml)):  # written in an unusual way: look closely
        places = []
        for attributes in TAG.findall(xml):
            place = PLACE.search(attributes)
            if not place:
                raise Unreadable(_("有单元格没有写明位置，请在 Excel 里打开后另存一份。"))
            places.append(place.groups())
    if not places:
        return 0, 0
    column = max({letters for letters, _row in places}, key=lambda letters: (len(letters), letters))
    return max(int(row) for _column, row in places), _column_number(column)


def _column_number(letters: bytes) -> int:
    number = 0
    for code in letters:
        number = number * 26 + code - ord("A") + 1
    return number


# Writing

# Excel and its kin run a cell that begins like this as a formula, full-width signs included.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def _guarded(text: str) -> str:
    return "'" + text if FORMULA.match(text) else text


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text


def write_csv(headers: Iterable[str], rows: Iterable[Iterable[Any]], *, tz: tzinfo = SHANGHAI) -> Iterator[bytes]:
    """The table as csv, in pieces: UTF-8 with the mark by which Excel knows Chinese.

    Text that would start a formula gets a leading apostrophe, which `read` takes off again.
    """
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    write = csv.writer(buffer).writerow
    for row in _chain(headers, rows):
        write([_csv_value(value, tz) for value in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _chain(headers: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[Iterable[Any]]:
    yield headers
    yield from rows


def _csv_value(value: Any, tz: tzinfo) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _("是") if value else _("否")
        case int() | float():
            return str(value)
        case Decimal():
            return format(value, "f")
        case datetime():
            return _local(value, tz).isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
    return _guarded(str(value))


def write_xlsx(headers: Iterable[str], rows: Iterable[Iterable[Any]], *, title: str = "", tz: tzinfo = SHANGHAI) -> io.BytesIO:
    """The table as a workbook, open at its beginning.

    Text is always written as text and never as formula, number or link. Raises CellTooLong for
    what Excel cannot hold rather than cutting it off.
    """
    return write_workbook([(title, headers, rows)], tz=tz)


def write_workbook(tables: Iterable[tuple[str, Iterable[str], Iterable[Iterable[Any]]]], *, tz: tzinfo = SHANGHAI) -> io.BytesIO:
    """Several tables (title, headers, rows) as the sheets of one workbook; each as `write_xlsx` writes it."""
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        formats = {name: workbook.add_format(how) for name, how in FORMATS.items()}
        for title, headers, rows in tables:
            sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or None)
            sheet.freeze_panes(1, 0)
            for line, row in enumerate(_chain(headers, rows)):
                for column, value in enumerate(row):
                    _write_cell(sheet, line, column, value, formats, tz)
    file.seek(0)
    return file


FORMATS = {
    "header": {"bold": True},
    "moment": {"num_format": "yyyy-mm-dd hh:mm:ss"},
    "day": {"num_format": "yyyy-mm-dd"},
    "time": {"num_format": "hh:mm:ss"},
    "money": {"num_format": "0.00"},
}


def _write_cell(sheet: Any, line: int, column: int, value: Any, formats: dict[str, Any], tz: tzinfo) -> None:
    match value:
        case None | "":
            return
        case bool():
            failed = sheet.write_string(line, column, _csv_value(value, tz))
        case int() | float() | Decimal() if abs(value) < 10**EXACT_DIGITS:
            cents = isinstance(value, Decimal) and value.as_tuple().exponent == -2
            failed = sheet.write_number(line, column, value, formats["money"] if cents else None)
        case datetime() if value.year >= 1900:
            local = _local(value, tz).replace(tzinfo=None, microsecond=0)
            failed = sheet.write_datetime(line, column, local, formats["moment"])
        case date() if value.year >= 1900 and not isinstance(value, datetime):
            failed = sheet.write_datetime(line, column, value, formats["day"])
        case time():
            failed = sheet.write_datetime(line, column, value.replace(tzinfo=None), formats["time"])
        case timedelta():
            failed = sheet.write_string(line, column, str(value))
        case _:
            text = value if isinstance(value, str) else _csv_value(value, tz).removeprefix("'")
            failed = sheet.write_string(line, column, text, formats["header"] if line == 0 else None)
    if failed == -2:
        raise CellTooLong(
            _("第 %(line)d 行 %(column)s 列超过 %(count)d 字，请改用 .csv。")
            % {"line": line + 1, "column": letter(column), "count": 32_767}
        )
    if failed:
        raise TooManyRows(_("超过 Excel 能放下的行列，请改用 .csv。"))


def _local(moment: datetime, tz: tzinfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None) if moment.tzinfo else moment

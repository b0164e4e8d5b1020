"""Opening a workbook from a stranger."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, time
from typing import IO, Any, BinaryIO

import python_calamine as calamine
from django.utils.translation import gettext as _

from guanjia.kernel.cells import EXACT_DIGITS

from .shapes import PIECE, CellTooLong, Limits, Merged, Raw, Record, TooBig, Unreadable, is_blank


def workbook(data: bytes, sheet: str, limits: Limits, merged: bool) -> Raw:
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
            if first < len(values) and not is_blank(values[first]):
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

"""Reading: xlsx by its content, anything else as csv; records as they lie, or rows under headers of one line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from guanjia.kernel.cells import CellError, as_text

from .shapes import (
    BadHeader,
    Cell,
    CellTooLong,
    Limits,
    Raw,
    Record,
    Row,
    Sheet,
    TooBig,
    TooManyColumns,
    TooManyRows,
    Unreadable,
    is_blank,
    letter,
    unguarded,
)
from .workbooks import workbook


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
        while values and is_blank(values[-1]):
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
        return workbook(data, sheet, limits, merged)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(_("这是旧版 .xls 或加了密码的文件，请在 Excel 里另存为不带密码的 .xlsx。"))
    encoding, text = _decoded(data)
    return Raw("csv", _csv_records(text), encoding)


def _headers(records: Iterator[Record], header_line: int, limits: Limits) -> tuple[dict[str, str], list[str]]:
    """Header to letter, and the header of each column ("" where it has none)."""
    for line, values in records:
        if line >= header_line and any(not is_blank(value) for value in values):
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
        if all(is_blank(value) for value in values):
            continue
        count += 1
        if count > limits.rows_max:
            raise TooManyRows(_("超过 %(count)d 行，请分成几个文件。") % {"count": limits.rows_max})
        if len(values) > len(letters) and any(not is_blank(value) for value in values[len(letters) :]):
            raise TooManyColumns(_("第 %(line)d 行超过 %(count)d 列。") % {"line": line, "count": limits.columns_max})
        _check_lengths(line, values, limits)
        values = [None if value == "" else value for value in values[: len(letters)]]
        values += [None] * (width - len(values))
        cells = {name: Cell(values[index], letters[index]) for index, name in enumerate(columns) if name}
        surplus = tuple(
            Cell(value, letters[index])
            for index, value in enumerate(values)
            if not is_blank(value) and (index >= width or not columns[index])
        )
        yield Row(line, cells, surplus)


def _check_lengths(line: int, values: list[Any], limits: Limits) -> None:
    for index, value in enumerate(values):
        if isinstance(value, str) and len(value) > limits.cell_length_max:
            raise CellTooLong(
                _("第 %(line)d 行 %(column)s 列超过 %(count)d 字。")
                % {"line": line, "column": letter(index), "count": limits.cell_length_max}
            )


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
            yield start, [unguarded(value) for value in values]
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

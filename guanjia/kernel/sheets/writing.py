"""Writing: csv in pieces, workbooks, and workbooks whose cells are marked with what is wrong with them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from guanjia.kernel.cells import EXACT_DIGITS
from guanjia.kernel.worktime import SHANGHAI

from .shapes import PIECE, CellTooLong, TooManyRows, guarded, letter


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
    return guarded(str(value))


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
            sheet = workbook.add_worksheet(_sheet_name(title))
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
            failed = sheet.write_number(line, column, value, formats["money"] if cents else formats.get("plain"))
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
            failed = sheet.write_string(line, column, text, formats["header"] if line == 0 else formats.get("plain"))
    if failed == -2:
        raise CellTooLong(
            _("第 %(line)d 行 %(column)s 列超过 %(count)d 字，请改用 .csv。")
            % {"line": line + 1, "column": letter(column), "count": 32_767}
        )
    if failed:
        raise TooManyRows(_("超过 Excel 能放下的行列，请改用 .csv。"))


def _local(moment: datetime, tz: tzinfo) -> datetime:
    return moment.astimezone(tz).replace(tzinfo=None) if moment.tzinfo else moment


def write_marked(
    headers: Iterable[str], rows: Iterable[tuple[Iterable[Any], dict[int, str]]], *, title: str = "", tz: tzinfo = SHANGHAI
) -> io.BytesIO:
    """A workbook whose cells are marked with what is wrong with them: each row comes with {place: why}.

    The marked cells are coloured and carry the reason as a note, so that whoever corrects the file sees both where and why.
    """
    file = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as workbook:
        formats = {name: workbook.add_format(how) for name, how in FORMATS.items()}
        marked = formats | {name: workbook.add_format(how | MARK) for name, how in (FORMATS | {"plain": {}}).items()}
        sheet = workbook.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        headers = list(headers)
        sheet.set_column(len(headers) - 1, len(headers) - 1, 60)
        for column, value in enumerate(headers):
            _write_cell(sheet, 0, column, value, formats, tz)
        for line, (row, wrong) in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if column not in wrong:
                    _write_cell(sheet, line, column, value, formats, tz)
                    continue
                if value in (None, ""):
                    sheet.write_blank(line, column, None, marked["plain"])
                else:
                    _write_cell(sheet, line, column, value, marked, tz)
                if line <= NOTES_MAX:
                    sheet.write_comment(line, column, wrong[column])
    file.seek(0)
    return file


def write_blank(columns: Iterable[tuple[str, bool, tuple[str, ...], str]], *, title: str = "") -> io.BytesIO:
    """A table to fill in, of (header, whether it is needed, what may stand there, an example) each.

    Choices can be picked from a list; a second sheet says what each column is for, so that no example is ever taken for a row.
    """
    file = io.BytesIO()
    columns = list(columns)
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        header = workbook.add_format(FORMATS["header"] | {"bottom": 1})
        text = workbook.add_format({"num_format": "@"})  # so that no telephone or identity number becomes a number
        sheet, notes = workbook.add_worksheet(_sheet_name(title)), workbook.add_worksheet(_("说明"))
        sheet.freeze_panes(1, 0)
        notes.set_column(0, 3, 24)
        for column, words in enumerate((_("列"), _("必填"), _("可填"), _("例如"))):
            notes.write_string(0, column, words, header)
        for place, (name, needed, choices, example) in enumerate(columns):
            sheet.write_string(0, place, name, header)
            sheet.set_column(place, place, max(10, 2 * len(name) + 2), text)
            if choices and len(",".join(choices)) <= LIST_MAX:
                sheet.data_validation(
                    1, place, ROWS_PREPARED, place, {"validate": "list", "source": list(choices), "error_type": "warning"}
                )
            for column, words in enumerate((name, _("是") if needed else "", "、".join(choices), example)):
                notes.write_string(place + 1, column, words)
    file.seek(0)
    return file


LIST_MAX = 255  # Excel's own limit for the words of a list
ROWS_PREPARED = 2_000
MARK = {"bg_color": "#FBD5D0", "border": 1, "border_color": "#B42318"}
NOTES_MAX = 2_000  # Excel slows down with more notes; the reason stands in its column in any case


def _sheet_name(title: str) -> str | None:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or None

"""Tables in files: reading and writing xlsx and csv, with nothing known about models.

A row knows the line on which people see it, a cell its column letter, so that a refusal can point.
Files come from outside: size, shape and unpacked size are checked before anything is believed.
Cells that would start a formula are written as text; reading takes the mark off again, so that an
export is always a valid import. How values are read from cells is told in `cells`.
"""

from guanjia.kernel.cells import CellError, as_day, as_moment, as_number, as_phone, as_text, as_whole_number, as_yes_no, half_width

from .reading import raw, read
from .shapes import (
    BadHeader,
    Cell,
    CellTooLong,
    Limits,
    Raw,
    Record,
    Row,
    Sheet,
    SheetRefused,
    TooBig,
    TooManyColumns,
    TooManyRows,
    Unreadable,
    letter,
)
from .writing import write_blank, write_csv, write_marked, write_workbook, write_xlsx

__all__ = [
    "BadHeader",
    "Cell",
    "CellError",
    "CellTooLong",
    "Limits",
    "Raw",
    "Record",
    "Row",
    "Sheet",
    "SheetRefused",
    "TooBig",
    "TooManyColumns",
    "TooManyRows",
    "Unreadable",
    "as_day",
    "as_moment",
    "as_number",
    "as_phone",
    "as_text",
    "as_whole_number",
    "as_yes_no",
    "half_width",
    "letter",
    "raw",
    "read",
    "write_blank",
    "write_csv",
    "write_marked",
    "write_workbook",
    "write_xlsx",
]

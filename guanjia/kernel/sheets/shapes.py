"""What a table in a file is: rows that know their line, cells that know their column, limits, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from guanjia.kernel.cells import CellError
from guanjia.kernel.errors import Refusal

T = TypeVar("T")
PIECE = 2**18


class SheetRefused(Refusal):
    """The file as a whole cannot be taken; its subclasses say which limit it broke."""

    @property
    def headline(self) -> str:
        return _("这个文件不能用")


class Unreadable(SheetRefused):
    """Neither csv nor xlsx, damaged, or in an encoding that nobody can tell."""


class TooBig(SheetRefused):
    """More bytes, packed or unpacked, than the limits allow."""


class TooManyRows(SheetRefused):
    pass


class TooManyColumns(SheetRefused):
    pass


class CellTooLong(SheetRefused):
    pass


class BadHeader(SheetRefused):
    """No header, or two columns of one name."""


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


def letter(index: int) -> str:
    """The letters Excel gives the column: 0 -> "A", 26 -> "AA"."""
    letters = ""
    while index >= 0:
        letters = chr(ord("A") + index % 26) + letters
        index = index // 26 - 1
    return letters


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


# Excel and its kin run a cell that begins like this as a formula, full-width signs included.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    return "'" + text if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text) else text

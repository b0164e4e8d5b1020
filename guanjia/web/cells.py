"""Values on a screen: a column's cell as safe HTML, and lists of them for the table component."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.encoding import force_str
from django.utils.html import format_html

from . import addresses
from .columns import Cell, Column
from .components import drawn
from .templatetags import look


def cell(column: Column, row: Any) -> Cell:
    """What a column says of a row, with the address it leads to; personal values masked."""
    value = column.value(row)
    href = addresses.of(value) if column.kind == "link" and value is not None else ""
    return Cell(column.kind, column.display(row), value, href, column.label, hidden=column.is_personal)


def html(cell: Cell) -> str:
    """The cell as safe HTML; "" if it says nothing."""
    if cell.is_empty:
        return ""
    if cell.href:
        return format_html('<a href="{}">{}</a>', cell.href, cell.text)
    match cell.kind:
        case "state":
            return drawn("state", look.state(str(cell.value), cell.text))
        case "money" | "number" | "moment" | "day" | "time":
            return format_html('<span class="num nowrap">{}</span>', cell.text)
        case "long":
            return look.lines(cell.text)
    return format_html("{}", cell.text)


def head(column: Column, *, lead: bool = False) -> dict[str, Any]:
    """A column's head for the table component."""
    kind = (
        "lead"
        if lead
        else "number"
        if column.is_numeric
        else "wide"
        if column.is_wordy
        else "place"
        if column.kind in ("link", "place")
        else ""
    )
    return {"label": column.label, "kind": kind, "sort": "", "sorted": ""}


def heads(columns: Iterable[Column]) -> list[dict[str, Any]]:
    return [head(column, lead=position == 0) for position, column in enumerate(columns)]


def lines(columns: list[Column], rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for the table component; the first cell leads to the row's own page, if it has one."""
    made = []
    for row in rows:
        made_cells = [cell(column, row) for column in columns]
        address = addresses.of(row)
        shown = [html(one) for one in made_cells]
        if address and made_cells:  # the table makes a link of the first cell itself
            shown[0] = made_cells[0].text or force_str(row)
        made.append({"cells": shown, "url": address})
    return made


def file_url(attachment: Any) -> str:
    return reverse("file", kwargs={"id": attachment.pk})


def size_words(size: int) -> str:
    """1536 -> "1.5 KB"."""
    amount, units = float(size), ["B", "KB", "MB", "GB"]
    while amount >= 1024 and len(units) > 1:
        amount, units = amount / 1024, units[1:]
    return f"{amount:.0f} {units[0]}" if units[0] == "B" or amount >= 10 else f"{amount:.1f} {units[0]}"

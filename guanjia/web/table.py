"""The list of a register as somebody asked for it: filtered, ordered, one keyset page, the columns he chose."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from . import cells
from .columns import Column
from .keyset import Page, storable
from .register import Register

PAGE_SIZE = 50
COUNT_MAX = 10_000
SESSION_KEY = "columns"


class Listing:
    """What a request asks of a register's list. Nothing the visitor wrote becomes a path, a look-up or an order."""

    def __init__(self, register: Register, request: HttpRequest):
        self.register, self.request, self.act = register, request, request.act
        self.asked = request.GET
        self.filters = register.filtered(self.act, request.GET)

    @cached_property
    def columns(self) -> list[Column]:
        """The chosen columns, in the order in which they are declared; the register's own if nothing was chosen."""
        chosen = chosen_columns(self.request, self.register)
        return [column for name, column in self.register.all_columns.items() if name in chosen]

    @cached_property
    def sort(self) -> str:
        asked = self.asked.get("sort", "")
        column = self.register.all_columns.get(asked.removeprefix("-"))
        return asked if column is not None and column.is_sortable else ""

    @cached_property
    def rows(self) -> QuerySet:
        """Everything asked for, without order or page."""
        return self.filters.narrow(self.register.listing(self.act, self.columns))

    @cached_property
    def page(self) -> Page:
        order = self.register.ordering(self.sort)
        return order.page(self.rows, PAGE_SIZE, after=self.asked.get("after", ""), before=self.asked.get("before", ""))

    @cached_property
    def count(self) -> int:
        """How many rows, counted no further than COUNT_MAX + 1."""
        return self.rows.order_by()[: COUNT_MAX + 1].count()

    @property
    def count_words(self) -> str:
        if self.count > COUNT_MAX:
            return _("%(count)s 条以上") % {"count": number_format(COUNT_MAX, force_grouping=True)}
        return _("共 %(count)s 条") % {"count": number_format(self.count, force_grouping=True)}

    # -- for the template ----------------------------------------------------------------------
    def heads(self) -> list[dict[str, Any]]:
        """The table's heads; sortable ones lead to the list sorted by them, and back."""
        made = []
        for position, column in enumerate(self.columns):
            head = cells.head(column, lead=position == 0)
            if column.is_sortable:
                ascending = self.sort == column.name
                head["sort"] = self.url(sort=f"-{column.name}" if ascending else column.name)
                head["sorted"] = "ascending" if ascending else "descending" if self.sort == f"-{column.name}" else ""
            made.append(head)
        return made

    def lines(self) -> list[dict[str, Any]]:
        return cells.lines(self.columns, self.page.rows)

    def newer(self) -> str:
        return self.url(before=self.page.previous) if self.page.previous else ""

    def older(self) -> str:
        return self.url(after=self.page.next) if self.page.next else ""

    def clear(self) -> str:
        return self.register.url() if self.filters.chosen or self.filters.form.errors else ""

    def csv_url(self) -> str:
        return f"{self.register.url('export')}?{self.query()}".removesuffix("?")

    def xlsx_url(self) -> str:
        return f"{self.register.url('export-xlsx')}?{self.query()}".removesuffix("?")

    def full_url(self) -> str:
        return f"{self.register.url('export-full')}?{self.query()}".removesuffix("?")

    def url(self, **changes: str) -> str:
        """This list's address with some parameters changed; a page position lasts only as long as its order and filters."""
        return f"?{self.query(**changes)}"

    def query(self, **changes: str) -> str:
        names = [*self.filters.form.fields, "sort"]
        kept = [
            (name, value)
            for name in names
            if name in self.asked and name not in changes
            for value in self.asked.getlist(name)
            if value and storable(value)
        ]
        return urlencode([*kept, *((name, value) for name, value in changes.items() if value)])


def chosen_columns(request: HttpRequest, register: Register) -> set[str]:
    """The names of the columns this visitor wants, remembered in his session."""
    known = set(register.all_columns)
    chosen = known & set(request.session.get(SESSION_KEY, {}).get(register.slug, ()))
    return chosen or {column.name for column in register.default_columns}


def choose_columns(request: HttpRequest, register: Register, names: list[str]) -> None:
    """Remember the columns this visitor wants; none means the register's own."""
    chosen = [name for name in register.all_columns if name in names]
    kept = dict(request.session.get(SESSION_KEY, {}))
    kept.pop(register.slug, None)
    if chosen and set(chosen) != {column.name for column in register.default_columns}:
        kept[register.slug] = chosen
    request.session[SESSION_KEY] = kept

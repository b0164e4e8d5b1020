"""A row's page as a list of panels. Each panel is an object with a template; what it shows follows from the row and the act."""

from collections.abc import Callable, Iterable
from typing import Any

from django.template.loader import render_to_string
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from guanjia.kernel import files
from guanjia.rulebook import selectors as rulebook

from . import cells, duties, timeline
from .columns import Column


class Panel:
    """One panel. `beside` puts it into the narrow column."""

    template = ""
    title: Any = ""
    icon = ""
    beside = False

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any] | None:
        """What the template gets; None leaves the panel out."""
        return {}

    def render(self, row: Any, register: Any, request: Any) -> str:
        """The panel as safe HTML, "" if it has nothing to do here."""
        context = self.context(row, register, request.act)
        if context is None:
            return ""
        return render_to_string(
            self.template, {"panel": self, "title": force_str(self.title), "row": row, "register": register, **context}, request=request
        )


class Page:
    """The panels of a page, in order; those that stand beside are shown in the narrow column."""

    def __init__(self, *panels: Panel):
        self.panels = panels

    def main(self) -> list[Panel]:
        return [panel for panel in self.panels if not panel.beside]

    def aside(self) -> list[Panel]:
        return [panel for panel in self.panels if panel.beside]


class Facts(Panel):
    """Names and values of the row itself."""

    template = "web/panels/facts.html"

    def __init__(self, *paths: str | Column, title: Any = "", beside: bool = False):
        self.paths, self.title, self.beside = paths, title, beside

    def columns(self, register: Any) -> list[Column]:
        return [register.column(path) if isinstance(path, str) else path.bind(register.model) for path in self.paths]

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any]:
        return {"pairs": [(column.label, cells.html(cells.cell(column, row))) for column in self.columns(register)]}


class Table(Panel):
    """Rows that hang on this one, by the name of the relation: `Table("holdings", columns=("person", "starts_on"))`."""

    template = "web/panels/table.html"

    def __init__(
        self,
        relation: str,
        *,
        columns: Iterable[str | Column],
        title: Any = "",
        order: Iterable[str] = ("-pk",),
        most: int = 20,
        beside: bool = False,
    ):
        self.relation, self.columns, self._title, self.order, self.most, self.beside = (
            relation,
            tuple(columns),
            title,
            tuple(order),
            most,
            beside,
        )

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any]:
        manager = getattr(row, self.relation)
        columns = [(Column(one) if isinstance(one, str) else one).bind(manager.model) for one in self.columns]
        related = list(dict.fromkeys(path for column in columns for path in column.related()))
        rows = manager.all().order_by(*self.order)
        if hasattr(manager.model._default_manager, "visible_to"):
            rows = rows.visible_to(act)
        rows = list((rows.select_related(*related) if related else rows)[: self.most + 1])
        return {
            "title": force_str(self._title) or capfirst(force_str(manager.model._meta.verbose_name)),
            "more": len(rows) > self.most,
            "columns": cells.heads(columns),
            "rows": cells.lines(columns, rows[: self.most]),
        }


class Duties(Panel):
    """What the rules ask for about this row: open ones with their clocks first, then what was met."""

    template = "web/panels/duties.html"
    title = gettext_lazy("应办事项")
    icon = "bell"

    def __init__(self, *, beside: bool = True):
        self.beside = beside

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any]:
        return {"items": duties.items(rulebook.duties_of(row, act))}


class Timeline(Panel):
    """What happened to this row, newest first."""

    template = "web/panels/timeline.html"
    title = gettext_lazy("经过")
    icon = "journal"

    def __init__(self, *, most: int = 30, beside: bool = False):
        self.most, self.beside = most, beside

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any]:
        entries, older = timeline.of(row, act, most=self.most)
        return {"entries": entries, "more_url": register.url("history", row) if older else ""}


class Files(Panel):
    """Photos and documents that were added to this row."""

    template = "web/panels/files.html"
    title = gettext_lazy("附件")
    icon = "clip"

    def __init__(self, *, beside: bool = True):
        self.beside = beside

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any]:
        found = [one for one in files.of(row) if files.may_open(one, act)]
        photos = [one for one in found if one.content_type.startswith("image/") and not one.is_secret]  # a picture drawn is a file opened
        rest = [one for one in found if one not in photos and one.role != "signature"]
        return {
            "photos": [{"url": cells.file_url(one), "thumb": cells.file_url(one), "caption": one.name, "alt": one.name} for one in photos],
            "files": [{"name": one.name, "url": cells.file_url(one), "size": cells.size_words(one.size)} for one in rest],
        }


class Extra(Panel):
    """A panel of a room's own: a template and a function `f(row, act) -> context` (None leaves it out)."""

    def __init__(
        self, template: str, context: Callable[[Any, Any], dict[str, Any] | None], *, title: Any = "", icon: str = "", beside: bool = False
    ):
        self.template, self._context, self.title, self.icon, self.beside = template, context, title, icon, beside

    def context(self, row: Any, register: Any, act: Any) -> dict[str, Any] | None:
        return self._context(row, act)

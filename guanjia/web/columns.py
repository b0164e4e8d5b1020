"""A column: one thing told about each row, the same in list, page, export and import.

`"house__building"` is a path over fields; the kind of the value, its label and what to fetch beforehand follow
from the model. A name that is not a field (`"path"`, `"holder"`) is read as an attribute; then a `Column` says
its label and what it needs.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import formats, timezone
from django.utils.encoding import force_str
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from guanjia.kernel import personal, privacy, vault

from .keyset import field_at, value_at
from .references import identity_paths, reference

KINDS = {
    models.BooleanField: "yes",
    vault.SealedDateField: "day",
    vault.SealedField: "text",
    models.DateTimeField: "moment",
    models.DateField: "day",
    models.TimeField: "time",
    models.DecimalField: "number",
    models.IntegerField: "number",
    models.FloatField: "number",
    models.ForeignKey: "link",
    models.JSONField: "list",
    models.TextField: "long",
    models.UUIDField: "text",
}

WORDY = 160  # signs; a title has room for 200, a name for 80


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a table or a page: the text, and how to show it."""

    kind: str
    text: str
    value: Any = None
    href: str = ""
    label: str = ""
    hidden: bool = False  # personal, and masked here

    @property
    def is_empty(self) -> bool:
        return self.text == ""


class Column:
    """One column of a register.

    `needs` are relations to fetch with the rows, for attributes that follow them; `names` says how the codes of a list are
    called on a screen (a file keeps the codes, which are read back).
    """

    def __init__(
        self,
        path: str,
        label: Any = "",
        *,
        needs: Iterable[str] = (),
        kind: str = "",
        personal: bool | None = None,
        sortable: bool = True,
        names: Mapping[str, Any] | None = None,
    ):
        self.path, self._label, self.needs, self.names = path, label, tuple(needs), names or {}
        self._kind, self._personal, self._sortable = kind, personal, sortable
        self.model: type[models.Model] | None = None
        self.field: models.Field | None = None

    def bind(self, model: type[models.Model]) -> "Column":
        """A copy that knows its model. FieldDoesNotExist if the path is neither a field nor an attribute."""
        bound = copy(self)
        bound.model = model
        try:
            bound.field, _nullable = field_at(model, self.path)
        except FieldDoesNotExist:
            owner, _, name = self.path.rpartition("__")
            end = field_at(model, owner)[0].related_model if owner else model
            if not hasattr(end, name):
                raise
        return bound

    # -- what it is ----------------------------------------------------------------------------
    @property
    def name(self) -> str:
        return self.path

    @property
    def label(self) -> str:
        if self._label:
            return force_str(self._label)
        if self.field is not None:
            owner, _dot, last = self.path.rpartition("__")
            named = field_at(self.model, owner)[0] if owner and last == "name" else self.field  # category__name is the category
            return capfirst(force_str(named.verbose_name))
        attribute = getattr(self.model, self.path, None)
        described = getattr(attribute, "short_description", "") or getattr(getattr(attribute, "fget", None), "short_description", "")
        return force_str(described or self.path)

    @property
    def kind(self) -> str:
        """text, long, number, money, day, moment, time, yes, choice, state, link, list; place, of attributes that say where"""
        if self._kind:
            return self._kind
        if self.field is None:
            return "text"
        if self.field.choices:
            return "state" if self.field.name == "state" else "choice"
        if self.field.name.endswith("_fen"):
            return "money"
        return next((kind for cls, kind in KINDS.items() if isinstance(self.field, cls)), "text")

    @property
    def is_personal(self) -> bool:
        """True for what a screen and a file show masked: numbers by which somebody is reached or proves who he is.

        Names and words are personal too, and what one works with: they are shown.
        """
        if self._personal is not None:
            return self._personal
        found = privacy.of(self.field) if self.field is not None else None
        return found is not None and found.is_masked

    @property
    def is_sortable(self) -> bool:
        return self._sortable and self.field is not None and self.kind not in ("link", "list", "long")

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "money")

    @property
    def is_wordy(self) -> bool:
        """Whether it holds sentences, which want room."""
        return self.kind == "long" or (self.kind == "text" and (getattr(self.field, "max_length", None) or 0) >= WORDY)

    def related(self) -> list[str]:
        """Relations to fetch together with the rows, so that no cell asks the database again."""
        paths = list(self.needs)
        owner = self.path.rpartition("__")[0]
        if owner:
            paths.append(owner)
        if self.kind == "link" and self.field is not None:
            paths += [self.path, *(f"{self.path}__{far}" for far in identity_paths(self.field.related_model))]
        return paths

    # -- what it says --------------------------------------------------------------------------
    def value(self, row: Any) -> Any:
        value = value_at(row, self.path)
        return value() if callable(value) and not isinstance(value, models.Manager) else value

    def bare(self, row: Any) -> Any:
        """The value in full: of a sealed column, opened."""
        if not isinstance(self.field, vault.SealedField):
            return self.value(row)
        owner, _dot, name = self.path.rpartition("__")
        holder = value_at(row, owner) if owner else row
        return None if holder is None else vault.opened(holder, name, "export")

    def display(self, row: Any, *, bare: bool = False) -> str:
        """The value as people read it on a screen; personal values masked unless `bare`."""
        value = self.bare(row) if bare else self.value(row)
        if self.is_personal and not bare and value not in (None, ""):
            return mask_of(value)
        if self.kind == "list" and isinstance(value, list):
            return self._words([self.names.get(one, one) for one in value])
        return self._words(value)

    def text(self, row: Any, *, bare: bool = False) -> str:
        """The value as it stands in a file: readable back by the form's fields, to the second."""
        return self.text_of(self.bare(row) if bare else self.value(row), bare=bare)

    def text_of(self, value: Any, *, bare: bool = False) -> str:
        if value is None:
            return ""
        if self.is_personal and not bare and value != "":
            return mask_of(value)
        match self.kind:
            case "moment":
                return timezone.localtime(value).replace(tzinfo=None, microsecond=0).isoformat(sep=" ")
            case "day":
                return value.isoformat() if isinstance(value, date) else str(value)
            case "money":
                return fen_text(value)
            case "link":
                return reference(value)
            case "number":
                return format(value, "f") if isinstance(value, Decimal) else str(value)
        return self._words(value)

    def file_value(self, row: Any, *, bare: bool = False) -> Any:
        """The value for a cell of a workbook: figures and dates as such, everything else as text."""
        value = self.bare(row) if bare else self.value(row)
        if value is None or self.is_personal:
            return self.text_of(value, bare=bare)
        match self.kind:
            case "money":
                return (Decimal(value) / 100).quantize(Decimal("0.01"))
            case "moment" | "day":
                return value
            case "number" if isinstance(value, int | Decimal) and not isinstance(value, bool):
                return value
        return self.text_of(value, bare=bare)

    def _words(self, value: Any) -> str:
        if value is None or value == "":
            return ""
        if self.field is not None and self.field.choices:
            return force_str(dict(self.field.flatchoices).get(value, value))
        match self.kind:
            case "yes":
                return _("是") if value else _("否")
            case "moment":
                return formats.date_format(timezone.localtime(value), "Y-m-d H:i")
            case "day":
                return formats.date_format(value, "Y-m-d") if isinstance(value, date) else str(value)
            case "time":
                return formats.time_format(value, "H:i")
            case "money":
                return fen_text(value)
            case "list" if isinstance(value, list):
                return "、".join(force_str(one) for one in value)
            case "number" if isinstance(value, Decimal):
                return format(value.normalize(), "f") if value else "0"
        return force_str(value)


def mask_of(value: Any) -> str:
    """How a personal value is shown to whoever may not see it in full."""
    return str(value) if isinstance(value, vault.Masked) else personal.masked(str(value))


def fen_text(fen: int) -> str:
    """1234 fen -> "12.34"."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"

"""What an import does with one line: the general shape, and the one for registers.

A special import (old cases, a supplier's list) is an `Importer` of its own, entered by `add()`; staging, preview,
resuming and receipts are the same for all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from guanjia.kernel import vault
from guanjia.kernel.act import Act
from guanjia.kernel.cells import CellError, as_text
from guanjia.kernel.errors import NotFound, Reason

from . import references
from .columns import mask_of
from .forms import Field
from .models import ADDED, CHANGED, REFUSED, UNCHANGED
from .proposals import SURE, Proposal, Target
from .register import Register, register_named

IMPORTERS: dict[str, "Importer"] = {}


@dataclass(frozen=True)
class Line:
    """One line of a file: texts by header, as a person reads them, and which headers say what."""

    number: int
    cells: dict[str, str]
    columns: dict[str, str]
    #: what is said to the headers that say it
    said_by: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: what the file held, by header; a number is a number still
    held: dict[str, Any] = field(default_factory=dict)
    #: why cells cannot be read, by header
    unread: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, number: int, values: Sequence[Any], columns: dict[str, str], said_by: dict[str, tuple[str, ...]]) -> "Line":
        held = dict(zip(columns, values, strict=False))
        cells, unread = {}, {}
        for header, value in held.items():
            try:
                cells[header] = as_text(value)
            except CellError as no:
                cells[header], unread[header] = "", no.reason
        return cls(number, cells, columns, said_by, held, unread)

    @property
    def reasons(self) -> list[Reason]:
        """Why cells that say something cannot be read."""
        return [
            Reason(self.unread[header], field=header) for headers in self.said_by.values() for header in headers if header in self.unread
        ]


@dataclass
class Look:
    """What would become of a line. `reasons` name headers of the file as their field; `notes` are (header, how it was read)."""

    verdict: str
    name: str = ""
    changes: list[list[str]] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    row: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    notes: list[tuple[str, str]] = field(default_factory=list)


class Importer:
    """An import of one kind. `look` may read and judge but not write; `carry_out` does it through use cases.

    One that can do many lines at once says how many in `chunk` and brings `looks` and `carry_out_all` instead.
    """

    name = ""
    title: Any = ""
    #: what a line becomes that names the same thing as an earlier one of the file; "" if the importer sees to that itself
    repeated = REFUSED
    #: how many lines are one transaction; 0 leaves it to the machinery
    chunk = 0
    #: a preview tries the use cases and takes them back
    tries = True
    #: lines that say nothing (sub-totals, the headers again) are left out
    made_by_hand = False

    def with_options(self, options: dict[str, Any]) -> "Importer":
        """This importer as a run asked for it; `options` are what `receive` was given."""
        return self

    def may_use(self, act: Act) -> bool:
        return False

    def url(self) -> str:
        """Where a file is chosen."""
        return ""

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(self.title, self.url())]

    # -- columns -------------------------------------------------------------------------------
    @property
    def targets(self) -> tuple[Target, ...]:
        """What a column may say."""
        return ()

    def fixed_mapping(self, headers: list[str]) -> dict[str, str] | None:
        """{header: target} where whoever started the import has said so already. BadInput if the file has not those columns."""
        return None

    def is_sure(self, proposals: list[Proposal]) -> bool:
        """True if nobody need confirm the columns."""
        sure = {one.target.name for one in proposals if one.target is not None and one.confidence >= SURE}
        return all(target.name in sure for target in self.targets if target.needed)

    def missing(self, mapping: dict[str, str]) -> list[Reason]:
        """Why a mapping will not do: what a line must say and no column says, what two columns say."""
        said = list(mapping.values())
        reasons = [
            Reason(_("缺少「%(header)s」列：没有它就不知道一行说的是哪一项。") % {"header": target.label})
            for target in self.targets
            if target.needed and target.name not in said
        ]
        return reasons + [
            Reason(_("有 %(count)d 列都对成「%(header)s」，只留一列。") % {"count": said.count(target.name), "header": target.label})
            for target in self.targets
            if not target.several and said.count(target.name) > 1
        ]

    # -- lines ---------------------------------------------------------------------------------
    def look(self, line: Line, *, into: Any, act: Act) -> Look:
        raise TypeError(f"{type(self).__name__} does not say what it looks at")

    def looks(self, lines: list[Line], *, earlier: Callable[[set[str]], list[Line]], into: Any, act: Act) -> list[Look]:
        """What would become of each; `earlier(keys)` brings lines further up in the file about the same things."""
        return [self.look(line, into=into, act=act) for line in lines]

    def carry_out(self, line: Line, look: Look, *, into: Any, act: Act) -> Any:
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def carry_out_all(self, lines: list[Line], *, into: Any, act: Act) -> list[Look]:
        """Do all of them or, raising a Refusal, none; returns what became of each. Only of an importer with a `chunk`."""
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def told(self, line: Line, reasons: list[Reason]) -> list[Reason]:
        """The reasons of a refusal, each about a header of the file where it is about one of our fields."""
        return reasons


def add(importer: Importer) -> Importer:
    """Enter a special importer under its name."""
    IMPORTERS[importer.name] = importer
    return importer


def named(name: str) -> Importer:
    """The importer of that name; `register:<slug>` is that of a register."""
    if name.startswith("register:"):
        return RegisterImporter(register_named(name.removeprefix("register:")))
    try:
        return IMPORTERS[name]
    except KeyError:
        raise NotFound() from None


class RegisterImporter(Importer):
    """Lines of a register: found by its identity, read by its form, written by its use cases."""

    def __init__(self, register: Register):
        self.register = register
        self.name = f"register:{register.slug}"
        self._known: dict[str, dict] = {}  # rows already found by name, for each field

    def may_use(self, act: Act) -> bool:
        return self.register.may_import(act)

    @property
    def title(self) -> str:
        return self.register.title

    def url(self) -> str:
        return self.register.url("import")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(self.register.title, self.register.url()), (_("导入"), self.url())]

    # -- headers -------------------------------------------------------------------------------
    @cached_property
    def fields(self) -> dict[str, Field]:
        """What a line may say: the fields of the form, and the parts of the identity."""
        declared = {one.name: one for one in self.register.form_fields}
        return {name: declared.get(name) or Field(name, fixed=True) for name in (*self.register.identity, *declared)}

    @cached_property
    def headers(self) -> dict[str, str]:
        """Header to field name: by name and by label in each of our languages."""
        known = {name: name for name in self.fields}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for name in self.fields:
                    known.setdefault(self.label(name), name)
        return known

    def label(self, name: str) -> str:
        if name in self.register.all_columns or self._has_model_field(name):
            return self.register.column(name).label
        return force_str(self.fields[name].label or self.fields[name].make(self.register.model, None).label or name)

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(
            Target(
                name,
                self.label(name),
                tuple(header for header, one in self.headers.items() if one == name),
                sort="phone" if "phone" in name else "",
                needed=name in self.register.identity,
                choices=self._choices(name),
            )
            for name in self.fields
        )

    def _choices(self, name: str) -> tuple[str, ...]:
        """The words of a field that has a closed list of them."""
        if not self._has_model_field(name):
            return ()
        return tuple(force_str(label) for value, label in self.register.model._meta.get_field(name).flatchoices if value not in ("", None))

    def fixed_mapping(self, headers: list[str]) -> dict[str, str] | None:
        """The headers of an export say exactly what they mean; whatever else stands beside them is nobody's concern."""
        found: dict[str, str] = {}
        for header in headers:
            name = self.headers.get(header)
            if name is not None and name not in found.values():
                found[header] = name
        repeated = [header for header in headers if header.partition("（")[0] in found and header not in found]
        return found if not repeated and set(self.register.identity) <= set(found.values()) else None

    def texts(self, line: Line) -> tuple[dict[str, str], dict[str, str]]:
        """What the line says of our fields, and under which header each stood."""
        headers = {name: said[0] for name, said in line.said_by.items()}
        return {name: line.cells[header] for name, header in headers.items()}, headers

    # -- looking -------------------------------------------------------------------------------
    def look(self, line: Line, *, into: Any, act: Act) -> Look:
        texts, headers = self.texts(line)
        identity, reasons = self._read(self.register.identity, texts, act)
        if reasons:
            return Look(REFUSED, reasons=_under(headers, reasons))
        name = references.join([texts.get(part, "") for part in self.register.identity])
        rows = self.register.same_as(act, identity)
        if into is not None and self.register.is_project_scoped:
            rows = rows.filter(project=into)
        found = list(rows[:2])
        if len(found) > 1:
            return Look(REFUSED, name, reasons=[Reason(_("对应不止一项，无法判断是哪一项。"))])
        look = self._as_change(found[0], texts, act) if found else self._as_new(texts, into, act)
        look.name, look.reasons = name, _under(headers, look.reasons)
        return look

    def told(self, line: Line, reasons: list[Reason]) -> list[Reason]:
        return _under(self.texts(line)[1], reasons)

    def _as_new(self, texts: dict[str, str], into: Any, act: Act) -> Look:
        create = self.register.create
        if create is None or not act.may(create.usecase, on=into):
            return Look(REFUSED, reasons=[Reason(_("没有这一项，而您的岗位不能新增。"))])
        masked = [name for name, text in texts.items() if self._is_masked(name, text)]
        if masked:
            return Look(REFUSED, reasons=[Reason(_("打了星号的内容不能用来新增，请填写完整。"), field=name) for name in masked])
        given = {name: text for name, text in texts.items() if text or name in self.register.identity}
        form = self.register.form(act, self._with_defaults(given), project=into, known=self._known)
        if not form.is_valid():
            return Look(REFUSED, reasons=_reasons_of(form))
        changes = [[self.label(name), "", texts[name]] for name in self.fields if texts.get(name) and name not in self.register.identity]
        return Look(ADDED, changes=changes, values=form.values())

    def _as_change(self, row: Any, texts: dict[str, str], act: Act) -> Look:
        differing = [
            name
            for name in texts
            if name not in self.register.identity
            and texts[name] != as_text(self._text(row, name))
            and not self._is_same_mask(row, name, texts[name])
        ]
        if not differing:
            return Look(UNCHANGED, row=row)
        values, reasons = self._read(differing, texts, act)
        changed = [name for name in differing if name in values and self._differs(row, name, values[name])]
        reasons += [
            Reason(_("这一列定下后不再修改，现为「%(value)s」。") % {"value": self._text(row, name)}, field=name)
            for name in changed
            if self.fields[name].fixed
        ]
        reasons += [
            Reason(_("打了星号的内容不能写入，请填写完整或删去这一列。"), field=name)
            for name in changed
            if self._is_masked(name, texts[name])
        ]
        if reasons:
            return Look(REFUSED, row=row, reasons=reasons)
        if not changed:
            return Look(UNCHANGED, row=row)
        if self.register.change is None or not act.may(self.register.change.usecase, on=row):
            return Look(REFUSED, row=row, reasons=[Reason(_("您的岗位不能修改这一项。"))])
        changes = [[self.label(name), self._text(row, name), texts[name]] for name in changed]
        whole = {one.name: one.value(row) for one in self.register.form_fields if not one.fixed} | {name: values[name] for name in changed}
        return Look(CHANGED, row=row, changes=changes, values=whole)

    def _differs(self, row: Any, name: str, value: Any) -> bool:
        there = self.fields[name].value(row)
        if isinstance(there, vault.Masked) and not isinstance(value, vault.Masked):
            return vault.opened(row, name, "compare") != value
        return value != there and self._text_of(name, value) != self._text(row, name)

    def _read(self, names: Iterable[str], texts: dict[str, str], act: Act) -> tuple[dict[str, Any], list[Reason]]:
        """The values of these fields, and why the others cannot be read."""
        values: dict[str, Any] = {}
        reasons: list[Reason] = []
        for name in names:
            made = self.fields[name].make(self.register.model, act, self._known.setdefault(name, {}))
            try:
                values[name] = made.clean(texts.get(name, ""))
            except ValidationError as error:
                reasons += [Reason(message, field=name) for message in error.messages]
        return values, reasons

    # -- carrying out --------------------------------------------------------------------------
    def carry_out(self, line: Line, look: Look, *, into: Any, act: Act) -> Any:
        if look.verdict == ADDED:
            return self.register.make(act, look.values, into)
        return self.register.alter(act, look.row, look.values)

    # -- texts ---------------------------------------------------------------------------------
    def _text(self, row: Any, name: str) -> str:
        """What an export would write for this row, in full."""
        return self._text_of(name, self.fields[name].value(row))

    def _text_of(self, name: str, value: Any) -> str:
        if self._has_model_field(name):
            return self.register.column(name).text_of(value, bare=True)
        made = self.fields[name].make(self.register.model, None)
        return force_str(made.prepare_value(value)) if value is not None else ""

    def _has_model_field(self, name: str) -> bool:
        return any(one.name == name for one in self.register.model._meta.concrete_fields)

    def _is_personal(self, name: str) -> bool:
        if name in self.register.all_columns or self._has_model_field(name):
            return self.register.column(name).is_personal
        return False

    def _is_sealed(self, name: str) -> bool:
        return self._has_model_field(name) and isinstance(self.register.model._meta.get_field(name), vault.SealedField)

    def _is_masked(self, name: str, text: str) -> bool:
        return self._is_personal(name) and "*" in text

    def _is_same_mask(self, row: Any, name: str, text: str) -> bool:
        """True for the masked form of what is there: a masked export, come back unchanged."""
        return self._is_masked(name, text) and text == mask_of(
            self.fields[name].value(row) if self._is_sealed(name) else self._text(row, name)
        )

    def _with_defaults(self, texts: dict[str, str]) -> dict[str, Any]:
        """A column that the file does not have takes the value a new row would have."""
        data: dict[str, Any] = dict(texts)
        for one in self.register.form_fields:
            if one.name not in data and self._has_model_field(one.name):
                model_field = self.register.model._meta.get_field(one.name)
                if model_field.has_default() and not model_field.is_relation:
                    made = one.make(self.register.model, None)
                    data[one.name] = made.prepare_value(model_field.get_default())
        return data


def _reasons_of(form: Any) -> list[Reason]:
    return [Reason(message, field=name if name != "__all__" else "") for name, messages in form.errors.items() for message in messages]


def _under(headers: dict[str, str], reasons: list[Reason]) -> list[Reason]:
    """The same reasons, naming the file's headers instead of our fields."""
    return [
        Reason(reason.message, rule=reason.rule, cure=reason.cure, field=headers.get(reason.field, ""), clause=reason.clause)
        for reason in reasons
    ]

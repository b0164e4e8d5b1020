"""A register: one declaration, from which a family of screens grows.

    class HouseRegister(Register):
        '''房屋台账'''
        model = House
        identity = ("building", "number")
        columns = ("number", "building", "area_m2", "delivery")
        filters = ("building", "delivery")
        search = ("number", "building__name")
        fields = ("building", "number", "area_m2")
        create, change = estate.register_house, estate.correct_house

List, filters, page, form, import with preview, export, history, menu entry, API and the standard tests read it.
docs/registers.md tells each attribute. Only what differs is written down.
"""

import inspect
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from types import FunctionType
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.encoding import force_str
from django.utils.translation import gettext

from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotAllowed, NotFound, Reason
from guanjia.kernel.usecase import USECASES
from guanjia.org.models import Project

from . import addresses, references
from .actions import Action
from .columns import Column
from .filters import Filter, Filters, search
from .forms import Field, RowForm
from .keyset import Order
from .page import Facts, Page, Timeline

#: slug -> register, in the order of declaration; filled while `guanjia.registers` is loaded
REGISTERS: dict[str, "Register"] = {}


class Register:
    """Base of all declarations. See the module's words for what each attribute brings."""

    #: the rows' model
    model: type[models.Model]
    #: what it is called; the first line of the docstring if not given
    label: Any = ""
    #: the fields that tell rows apart: what an import matches on, and how a row is named in files
    identity: tuple[str, ...] = ()
    #: columns of the list, shown first; paths or `Column`s
    columns: tuple[str | Column, ...] = ()
    #: columns that can be chosen besides
    more_columns: tuple[str | Column, ...] = ()
    #: filters over paths
    filters: tuple[str | Filter, ...] = ()
    #: paths in which words are looked for
    search: tuple[str, ...] = ()
    #: how the one search box asks this register: by "words" (what `search` names), by "number" (of tables that grow with
    #: the work, where reading every word would cost more than it finds), or not at all ("")
    box: str = "words"
    #: fields of the form and of an import
    fields: tuple[str | Field, ...] = ()
    #: the order of the list; the key is added as the last word
    order: tuple[str, ...] = ("-pk",)
    #: relations that naming a row (`__str__`) follows
    needs: tuple[str, ...] = ()
    #: the panels of a row's page
    page: Page | None = None
    #: use cases (or `Action`s) with buttons on a row's page
    actions: tuple[Callable | Action, ...] = ()
    #: the use cases that make and change a row; without them there is no form and no import
    create: Callable | None = None
    change: Callable | None = None
    #: the permission to look; by default `<room>.<noun>.see`
    see: str = ""
    #: the name in URLs; by default the class's name without Register
    slug: str = ""
    icon: str = ""
    in_menu: bool = True

    def __init_subclass__(cls, abstract: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name in ("create", "change"):
            if isinstance(cls.__dict__.get(name), FunctionType):
                setattr(cls, name, staticmethod(cls.__dict__[name]))
        if abstract:
            return
        register = cls()
        if register.slug in REGISTERS and type(REGISTERS[register.slug]).__qualname__ != cls.__qualname__:
            raise TypeError(f"two registers are called {register.slug}")
        REGISTERS[register.slug] = register
        references.OF_MODEL.setdefault(cls.model, register)

    def __init__(self) -> None:
        cls = type(self)
        self.slug = cls.slug or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", cls.__name__.removesuffix("Register")).lower()
        self.see = cls.see or f"{self._family}.see"

    # -- names ---------------------------------------------------------------------------------
    @property
    def room(self) -> str:
        return self.model._meta.app_label

    @property
    def room_label(self) -> str:
        return force_str(self.model._meta.app_config.verbose_name)

    @property
    def title(self) -> str:
        if self.label:
            return force_str(self.label)
        words = inspect.cleandoc(type(self).__doc__ or "").split("\n")[0]
        return gettext(words) if words else force_str(self.model._meta.verbose_name)

    @property
    def noun(self) -> str:
        """What one row is called."""
        return force_str(self.model._meta.verbose_name)

    @property
    def _family(self) -> str:
        """The family of use cases about a row: `estate.house` for `estate.house.register`; that of `see` where it is named."""
        if type(self).see:
            return type(self).see.rpartition(".")[0]
        for use_case in (self.create, self.change):
            if use_case is not None:
                return use_case.usecase.rpartition(".")[0]
        return f"{self.room}.{self.model._meta.model_name}"

    # -- what is declared, bound to the model --------------------------------------------------
    @cached_property
    def all_columns(self) -> dict[str, Column]:
        return {column.name: column for column in map(self._column, (*self.columns, *self.more_columns))}

    @cached_property
    def default_columns(self) -> list[Column]:
        return [self.all_columns[one if isinstance(one, str) else one.name] for one in self.columns]

    @cached_property
    def all_filters(self) -> list[Filter]:
        return [(Filter(one) if isinstance(one, str) else one).bind(self.model) for one in self.filters]

    @cached_property
    def form_fields(self) -> list[Field]:
        return [Field(one) if isinstance(one, str) else one for one in self.fields]

    @cached_property
    def all_actions(self) -> list[Action]:
        return [one if isinstance(one, Action) else Action(one) for one in self.actions]

    @cached_property
    def panels(self) -> Page:
        return self.page or Page(Facts(*(column.name for column in self.default_columns)), Timeline())

    def column(self, path: str) -> Column:
        """The column of that path, declared or made for it."""
        return self.all_columns.get(path) or Column(path).bind(self.model)

    def _column(self, one: str | Column) -> Column:
        return (Column(one) if isinstance(one, str) else one).bind(self.model)

    @property
    def is_project_scoped(self) -> bool:
        return bool(getattr(self.model, "is_project_scoped", lambda: False)())

    # -- who may -------------------------------------------------------------------------------
    def may_see(self, act: Act, project_id: Any = None) -> bool:
        """Whoever may look, or run any use case about such a row, sees the register."""
        return any(act.rights.may(permission, project_id) for permission in self._opening)

    @cached_property
    def _opening(self) -> list[str]:
        return [self.see, *(name for name in USECASES if name.startswith(f"{self._family}."))]

    def may_create(self, act: Act) -> bool:
        return self.create is not None and act.may(self.create.usecase)

    def may_change(self, act: Act, row: Any = None) -> bool:
        return self.change is not None and act.may(self.change.usecase, on=row)

    def may_import(self, act: Act) -> bool:
        return bool(self.identity and self.fields) and (self.may_create(act) or self.may_change(act))

    # -- rows ----------------------------------------------------------------------------------
    def rows(self, act: Act) -> QuerySet:
        """Every row this act may see here; NotAllowed if it may not look at all."""
        if not self.may_see(act):
            raise NotAllowed([Reason(gettext("您的岗位不能查看「%(title)s」。") % {"title": self.title})])
        rows = self.model._default_manager.visible_to(act)
        if self.is_project_scoped and act.rights.grants:
            projects = act.rights.any_projects()
            open_to = {pk for pk in projects if self.may_see(act, pk)}
            if open_to != projects:
                rows = rows.filter(project_id__in=open_to)
        return rows

    def listing(self, act: Act, columns: Iterable[Column] = ()) -> QuerySet:
        """`rows` with everything fetched that these columns will show."""
        related = list(dict.fromkeys([*self.needs, *(path for column in columns for path in column.related())]))
        rows = self.rows(act)
        return rows.select_related(*related) if related else rows

    def filtered(self, act: Act, asked: Any) -> Filters:
        return Filters(self.all_filters, act, asked, search=self.search)

    def find(self, act: Act, id: Any, *, for_change: bool = False) -> Any:
        """The row with this key; NotFound alike for foreign, missing and malformed ones."""
        rows = self.rows(act)
        if self.needs and not for_change:
            rows = rows.select_related(*self.needs)
        if for_change:
            rows = rows.select_for_update(of=("self",))
        if hasattr(rows, "find"):
            return type(rows).find(rows, act, id)
        try:
            return rows.get(pk=id)
        except (self.model.DoesNotExist, ValueError):
            raise NotFound() from None

    def matching(self, rows: QuerySet, text: str, companies: Iterable[UUID] = ()) -> QuerySet:
        """Those of `rows` in which all the words of `text` stand, in the list's order; what is sealed counts for these companies."""
        paths = self.search or tuple(name for name in self.identity if self.column(name).kind != "link")
        return search(rows, paths, text, companies).order_by(*self.order) if paths else rows.none()

    def same_as(self, act: Act, values: dict[str, Any]) -> QuerySet:
        """The rows whose identity has these values."""
        condition = Q()
        for name in self.identity:
            value = values.get(name)
            condition &= Q(**{f"{name}__isnull": True}) if value is None else Q(**{name: value})
        return self.rows(act).filter(condition)

    # -- order ---------------------------------------------------------------------------------
    def ordering(self, asked: str = "") -> Order:
        """The order asked for, if it names a sortable column of this register; else the register's own."""
        column = self.all_columns.get(asked.removeprefix("-"))
        if column is None or not column.is_sortable:
            return Order(self.model, self.order)
        return Order(self.model, [asked])

    # -- writing -------------------------------------------------------------------------------
    def form(self, act: Act, data: Any = None, *, row: Any = None, project: Any = None, **kwargs: Any) -> RowForm:
        """The form for a new row, or for `row`. Where it may belong to several projects, the form asks for one."""
        projects = self.projects(act) if row is None and project is None else []
        asks = self.is_project_scoped and len(projects) > 1
        form = RowForm(data, register=self, act=act, row=row, projects=projects if asks else None, **kwargs)
        form.project = project or (projects[0] if projects and not asks else None)
        return form

    def projects(self, act: Act) -> list[Project]:
        """The projects in which this act may make a row, by name."""
        return [
            one for one in Project.objects.visible_to(act).order_by("name") if self.create is None or act.may(self.create.usecase, on=one)
        ]

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> Any:
        """A new row, through its use case."""
        values = dict(values)
        return self.create(project=values.pop("project", None) or project, **values, act=act)

    def alter(self, act: Act, row: Any, values: dict[str, Any]) -> Any:
        """The row changed through its use case, which gets every field of the form."""
        return self.change(row, **values, act=act)

    # -- where ---------------------------------------------------------------------------------
    def url(self, view: str = "list", row: Any = None) -> str:
        """The address of one of this register's screens: list, new, row, edit, history, import, export."""
        return addresses.to(f"register-{view}", self.slug, *([row.pk] if row is not None else []))

    # -- for the API ---------------------------------------------------------------------------
    def columns_schema(self) -> list[dict[str, Any]]:
        """What a machine needs to read the list: name, label, kind, choices, whether personal, empty, sortable."""
        return [
            {
                "name": column.name,
                "label": column.label,
                "kind": column.kind,
                "personal": column.is_personal,
                "nullable": column.field is None or column.field.null,
                "sortable": column.is_sortable,
                "choices": [[code, force_str(label)] for code, label in (column.field.flatchoices or ())]
                if column.field is not None
                else [],
                "model": column.field.related_model._meta.label_lower if column.kind == "link" and column.field is not None else "",
            }
            for column in self.all_columns.values()
        ]

    def fields_schema(self) -> list[dict[str, Any]]:
        """What a machine needs to write a row: name, label, kind, choices, whether required or fixed."""
        described = []
        for field in self.form_fields:
            made = field.make(self.model, None)
            described.append(
                {
                    "name": field.name,
                    "label": force_str(made.label or field.name),
                    "required": made.required,
                    "fixed": field.fixed,
                    "choices": [[code, force_str(label)] for code, label in getattr(made, "choices", ())],
                    "kind": type(made).__name__.removesuffix("Field").lower(),
                }
            )
        return described


def register_named(slug: str) -> Register:
    """The register of that name; NotFound for any other."""
    try:
        return REGISTERS[slug]
    except KeyError:
        raise NotFound() from None

"""Filters: a closed, typed list a register declares, shared by screen, API and export.

A visitor chooses among them and gives values; he never names a field, a look-up or an order. A value that
cannot be read is told beside its filter and shows no rows, so that nobody takes an unfiltered list for the answer.
"""

from collections.abc import Iterable
from copy import copy
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.kernel import vault

from .columns import Column
from .fields import DAYS, MoneyField, ReferencesField, day_input
from .keyset import storable

FIGURE = forms.TextInput(attrs={"inputmode": "decimal", "size": "6"})


class Filter:
    """One filter over a path. `kind` follows from the field: choice, link, yes, day, moment, number, money, text."""

    def __init__(self, path: str, label: Any = "", *, kind: str = ""):
        self.path, self._label, self._kind = path, label, kind
        self.column: Column | None = None

    def bind(self, model: type[models.Model]) -> "Filter":
        bound = type(self)(self.path, self._label, kind=self._kind)
        bound.column = Column(self.path).bind(model)
        if bound.column.field is None:
            raise TypeError(f"a filter needs a field, and {self.path} is none")
        return bound

    @property
    def name(self) -> str:
        return self.path

    @property
    def label(self) -> str:
        return force_str(self._label) or self.column.label

    @property
    def kind(self) -> str:
        if self._kind:
            return self._kind
        kind = self.column.kind
        return {"state": "choice", "long": "text", "list": "text", "time": "text"}.get(kind, kind)

    def form_fields(self, act: Any) -> dict[str, forms.Field]:
        """The form fields of this filter, by parameter name."""
        common = {"required": False, "label": self.label}
        field = self.column.field
        match self.kind:
            case "choice":
                return {self.name: forms.ChoiceField(choices=[("", _("全部")), *field.flatchoices], **common)}
            case "yes":
                return {self.name: forms.ChoiceField(choices=[("", _("全部")), ("1", _("是")), ("0", _("否"))], **common)}
            case "link":
                made = ReferencesField(field.related_model, act, **common)
                made.widget.empty_label = _("全部")
                return {self.name: made}
            case "day" | "moment":
                return self._span(forms.DateField, day_input(), input_formats=DAYS)
            case "number":
                return self._span(forms.DecimalField, FIGURE, max_digits=18)
            case "money":
                return self._span(MoneyField, FIGURE)
        return {self.name: forms.CharField(max_length=100, **common)}

    def _span(self, cls: type[forms.Field], widget: forms.Widget | None = None, **kwargs: Any) -> dict[str, forms.Field]:
        """From and to, read together as 「签约日期 … 至 …」."""
        made = {}
        for name, label, spoken in (("from", self.label, _("%(label)s 自")), ("to", _("至"), _("%(label)s 至"))):
            made[f"{self.name}.{name}"] = one = cls(required=False, label=label, widget=copy(widget) if widget else None, **kwargs)
            one.widget.attrs = one.widget.attrs | {"aria-label": spoken % {"label": self.label}}
        return made

    def condition(self, values: dict[str, Any]) -> Q:
        """What the cleaned values ask for; an empty Q if nothing."""
        match self.kind:
            case "choice":
                chosen = values.get(self.name)
                return Q(**{self.path: chosen}) if chosen else Q()
            case "yes":
                chosen = values.get(self.name)
                return Q(**{self.path: chosen == "1"}) if chosen else Q()
            case "link":
                chosen = values.get(self.name)
                return Q(**{f"{self.path}__in": chosen}) if chosen is not None else Q()
            case "day" | "number" | "money":
                return self._between(values.get(f"{self.name}.from"), values.get(f"{self.name}.to"))
            case "moment":
                start, end = values.get(f"{self.name}.from"), values.get(f"{self.name}.to")
                condition = Q(**{f"{self.path}__gte": _midnight(start)}) if start else Q()
                return condition & Q(**{f"{self.path}__lt": _midnight(end + timedelta(days=1))}) if end else condition
        text = values.get(self.name)
        return Q(**{f"{self.path}__icontains": text}) if text else Q()

    def _between(self, low: Any, high: Any) -> Q:
        condition = Q()
        if low is not None:
            condition &= Q(**{f"{self.path}__gte": low})
        if high is not None:
            condition &= Q(**{f"{self.path}__lte": high})
        return condition


class Filters:
    """The filters of one register with what a visitor asked: rows narrowed, words for the chips, errors in place."""

    def __init__(self, filters: Iterable[Filter], act: Any, asked: Any, *, projects: Any = None, search: Iterable[str] = ()):
        self.filters, self.search_paths = list(filters), tuple(search)
        self.companies = act.rights.companies
        self.form = self._form(act, asked)
        self.is_valid = self.form.is_valid()

    def _form(self, act: Any, asked: Any) -> forms.Form:
        fields: dict[str, forms.Field] = {}
        if self.search_paths:
            fields["q"] = forms.CharField(
                required=False,
                max_length=100,
                label=gettext_lazy("查找"),
                widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("在此台账中查找")}),
            )
        for one in self.filters:
            fields |= one.form_fields(act)
        return type("FilterForm", (forms.Form,), fields)(asked)

    def narrow(self, rows: QuerySet) -> QuerySet:
        """The rows asked for; none if something asked cannot be read."""
        if not self.is_valid:
            return rows.none()
        values = self.form.cleaned_data
        condition = Q()
        for one in self.filters:
            condition &= one.condition(values)
        rows = rows.filter(condition) if condition else rows
        return search(rows, self.search_paths, values.get("q", ""), self.companies)

    @property
    def chosen(self) -> dict[str, Any]:
        """Parameters that were given and could be read, as they were given."""
        cleaned = getattr(self.form, "cleaned_data", {})
        return {name: value for name, value in cleaned.items() if value not in (None, "", [])}

    def bound_fields(self) -> list[Any]:
        """The bound form fields in their order, for the template."""
        return list(self.form)


def search(rows: QuerySet, paths: Iterable[str], text: str, companies: Iterable[UUID] = ()) -> QuerySet:
    """Rows in which every word of `text` stands somewhere; in a sealed column of these companies, as the whole value."""
    text = (text or "").strip()
    if not text:
        return rows
    if not storable(text):
        return rows.none()
    for word in text.split()[:8]:
        condition = Q()
        for path in paths:
            condition |= _stands(rows.model, path, word, companies)
        rows = rows.filter(condition)
    return rows


def _stands(model: type[models.Model], path: str, word: str, companies: Iterable[UUID]) -> Q:
    if not is_sealed(model, path):
        return Q(**{f"{path}__icontains": word})
    marks = [vault.blind(model, path, company, word.upper()) for company in companies]
    return Q(**{f"{path}_blind__in": marks})


def is_sealed(model: type[models.Model], path: str) -> bool:
    """True for a column that is found by its blind index alone (`id_no`, beside `id_no_blind`)."""
    return any(field.name == path and isinstance(field, vault.SealedField) for field in model._meta.concrete_fields)


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))

"""A use case as a button: shown where it is permitted and legal now, with a form for what it needs to know.

The form follows from the function: keyword-only parameters become fields, with the model's own labels where the
names agree. Whether a clause keeps the move shut is asked when it is tried; then the refusal says what cures it.
"""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from guanjia.kernel.machine import Machine

from .fields import DAYS, MomentField, ReferenceField, YesNoField, day_input, form_field
from .forms import Field, UseCaseForm


class Action:
    """A use case with its button. `fields` replaces or labels what the signature says; names left out of it stay derived."""

    def __init__(
        self,
        use_case: Callable,
        label: Any = "",
        *,
        fields: Mapping[str, Field | Any] | None = None,
        icon: str = "",
        tone: str = "quiet",
        machine: Machine | None = None,
        shown: Callable[[Any, Any], bool] | None = None,
    ):
        self.use_case, self._label, self.fields = use_case, label, dict(fields or {})
        self.icon, self.tone, self.machine, self.shown = icon, tone, machine, shown

    @property
    def permission(self) -> str:
        return self.use_case.usecase

    @property
    def verb(self) -> str:
        """The last word of the use case's name; its place in the URL."""
        return self.permission.rpartition(".")[2]

    @property
    def label(self) -> str:
        if self._label:
            return force_str(self._label)
        if self.machine is not None and self.verb in self.machine.verbs:
            return force_str(self.machine.verbs[self.verb])
        return _(inspect.cleandoc(self.use_case.__doc__ or self.verb).split("\n")[0].rstrip("."))

    def is_open(self, row: Any, act: Any) -> bool:
        """True if this act may do it to this row in the row's present state."""
        if not act.may(self.permission, on=row):
            return False
        if self.machine is not None and self.verb in self.machine.moves and not self.machine.allows(row, self.verb):
            return False
        return self.shown is None or self.shown(row, act)

    @cached_property
    def parameters(self) -> list[inspect.Parameter]:
        """What the use case wants to know besides the row and the act."""
        signature = inspect.signature(inspect.unwrap(self.use_case))
        return [p for p in list(signature.parameters.values())[1:] if p.name != "act" and p.kind == p.KEYWORD_ONLY]

    @cached_property
    def _annotations(self) -> dict[str, Any]:
        return typing.get_type_hints(inspect.unwrap(self.use_case))

    @property
    def has_form(self) -> bool:
        return bool(self.parameters)

    def form(self, model: type[models.Model], act: Any, data: Any = None, files: Any = None) -> UseCaseForm:
        """The form for the use case's parameters."""
        made = {p.name: self._form_field(p, model, act) for p in self.parameters}
        return type("ActionForm", (UseCaseForm,), made)(data, files)

    def run(self, row: Any, act: Any, values: dict[str, Any]) -> Any:
        return self.use_case(row, **values, act=act)

    def _form_field(self, parameter: inspect.Parameter, model: type[models.Model], act: Any) -> forms.Field:
        required = parameter.default is parameter.empty
        given = self.fields.get(parameter.name)
        if isinstance(given, Field):
            return given.make(model, act)
        if isinstance(given, forms.Field):
            return given
        common = {"required": required, "label": given or parameter.name}
        try:
            field = model._meta.get_field(parameter.name)
            return form_field(field, act, **({"required": required} | ({"label": given} if given else {})))
        except FieldDoesNotExist:
            return _of_type(self._annotations.get(parameter.name, str), act, common)


def _of_type(annotation: Any, act: Any, common: dict[str, Any]) -> forms.Field:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        annotation = next(one for one in typing.get_args(annotation) if one is not type(None))
    if annotation is bool:
        return YesNoField(label=common["label"])
    if annotation is int:
        return forms.IntegerField(**common)
    if annotation is datetime:
        return MomentField(**common)
    if annotation is date:
        return forms.DateField(widget=day_input(), input_formats=DAYS, **common)
    if isinstance(annotation, type) and issubclass(annotation, models.Model):
        return ReferenceField(annotation, act, **common)
    return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **common)


@dataclass(frozen=True)
class Button:
    """One button of a page: where it leads, and whether pressing it acts at once or asks first."""

    label: str
    url: str
    icon: str = ""
    tone: str = "quiet"
    acts: bool = False

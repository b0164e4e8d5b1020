"""Forms from a register's fields: read, complain about everything at once, hand plain values to a use case.

Nothing here saves. A refusal of the use case comes back beside the fields it names.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from guanjia.kernel.errors import Conflict, NotAllowed, NotFound, Refusal

from .fields import ReferenceField, form_field


class Field:
    """A field of a register's form. `fixed` ones are given when a row is made and never changed afterwards.

    `form_field(act)` makes a field that is not the model's own; `initial(row)` says its value for an existing row.
    """

    def __init__(
        self,
        name: str,
        label: Any = "",
        *,
        fixed: bool = False,
        required: bool | None = None,
        help_text: Any = "",
        form_field: Callable[[Any], forms.Field] | None = None,
        initial: Callable[[Any], Any] | None = None,
    ):
        self.name, self.label, self.fixed, self.required, self.help_text = name, label, fixed, required, help_text
        self._form_field, self._initial = form_field, initial

    def make(self, model: type[models.Model], act: Any, known: dict | None = None) -> forms.Field:
        if self._form_field is not None:
            return self._form_field(act)
        kwargs: dict[str, Any] = {}
        if self.label:
            kwargs["label"] = self.label
        if self.required is not None:
            kwargs["required"] = self.required
        if self.help_text:
            kwargs["help_text"] = self.help_text
        return form_field(model._meta.get_field(self.name), act, known=known, **kwargs)

    def value(self, row: Any) -> Any:
        """What the row has now."""
        return self._initial(row) if self._initial is not None else getattr(row, self.name, None)


class UseCaseForm(forms.Form):
    """A form that feeds a use case: `values` are its keyword arguments, `refuse` puts a refusal where it belongs."""

    def full_clean(self) -> None:
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("请选择。") if isinstance(field, forms.ChoiceField | ReferenceField) else _("请填写。")
        super().full_clean()

    def refuse(self, refusal: Refusal) -> None:
        """Show every reason: beside its field where it names one of ours, above the form otherwise."""
        self.refusal = refusal
        if not hasattr(self, "cleaned_data"):
            self.cleaned_data = {}
        for reason in refusal.reasons:
            self.add_error(reason.field if reason.field in self.fields else None, str(reason))
        if not refusal.reasons:
            self.add_error(None, refusal.headline)

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def tried(form: UseCaseForm, use_case: Any, *, beside: bool = True) -> Any:
    """The use case's result; None if it was refused for reasons that are now shown in the form."""
    try:
        return use_case()
    except (NotAllowed, NotFound, Conflict):
        raise
    except Refusal as refusal:
        if not beside:
            raise
        form.refuse(refusal)
        return None


class RowForm(UseCaseForm):
    """The form of one register's row."""

    project: Any = None

    def __init__(
        self,
        data: Any = None,
        *,
        register: Any,
        act: Any,
        row: Any = None,
        only: Iterable[str] | None = None,
        known: dict | None = None,
        projects: list[Any] | None = None,
        **kwargs: Any,
    ):
        self.register, self.row = register, row
        initial = {field.name: field.value(row) for field in register.form_fields} if row is not None else {}
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)
        if projects is not None and len(projects) > 1:
            self.fields["project"] = ProjectField(projects)
        for field in register.form_fields:
            if only is not None and field.name not in only:
                continue
            if row is not None and field.fixed:
                continue
            self.fields[field.name] = field.make(register.model, act, None if known is None else known.setdefault(field.name, {}))
            if row is None and not field.fixed and field.name not in self.initial:
                self._default(field.name)

    def _default(self, name: str) -> None:
        try:
            default = self.register.model._meta.get_field(name)
        except Exception:
            return
        if default.has_default() and not default.is_relation:
            self.initial[name] = default.get_default()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        project_id = getattr(values.get("project") or self.project, "pk", None) or getattr(self.row, "project_id", None)
        for name, value in values.items():
            if name != "project" and project_id and getattr(value, "project_id", None) not in (None, project_id):
                self.add_error(name, _("「%(text)s」不属于所选项目。") % {"text": value})
        return values


class ProjectField(ReferenceField):
    """One of the projects in which something may be made."""

    def __init__(self, projects: list[Any]):
        super().__init__(type(projects[0]), None, label=projects[0]._meta.verbose_name)
        self.projects = projects
        self._options = projects

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        for project in self.projects:
            if text in (str(project.pk), project.code, project.name):
                return project
        raise forms.ValidationError(self.error_messages["missing"], params={"text": text})

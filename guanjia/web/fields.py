"""Form fields that read what people write: labels as well as codes, 是 and 否, yuan, names of rows.

The same field reads a form, a filter and a line of an import; that is what makes an export a valid import.
"""

from collections import Counter
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.files import Upload
from guanjia.kernel.vault import Masked, SealedDateField, SealedField

from . import references
from .keyset import storable

#: up to so many rows a reference is a plain list of choices; beyond, a box that completes while one types
CHOICES_MAX = 40


def rows_of(model: type[models.Model], act: Any) -> models.QuerySet:
    """The rows of any model that this act may choose from."""
    manager = model._default_manager
    return manager.visible_to(act) if hasattr(manager, "visible_to") else manager.all()


class ReferenceInput(forms.TextInput):
    """A list of choices where there are few, else a box that offers names while one types. Plain HTML either way."""

    source: "ReferenceField"
    empty_label: Any = "—"

    def render(self, name: str, value: Any, attrs: dict | None = None, renderer: Any = None) -> str:
        options = self.source.options()
        attrs = self.build_attrs(self.attrs, attrs)
        if options is not None:
            chosen = next((reference for reference, _words, key in options if str(value) in (reference, key)), value)
            choices = [("", self.empty_label), *((reference, words) for reference, words, _key in options)]
            if value and chosen not in dict(choices):
                choices.append((value, value))  # what was typed or forged stays to be seen, with its error
            return forms.Select(choices=choices).render(name, chosen, attrs, renderer)
        register = references.OF_MODEL.get(self.source.model)
        list_id = f"{attrs.get('id', name)}_names"
        attrs |= {"list": list_id, "autocomplete": "off"}
        if register is not None:
            attrs |= {"hx-get": register.url("options"), "hx-trigger": "input changed delay:200ms", "hx-target": "next datalist"}
        return format_html('{}<datalist id="{}"></datalist>', super().render(name, value, attrs, renderer), list_id)


class ReferenceField(forms.Field):
    """Another row, by its key, by its name (`3 / 1801`), or by words that only one row answers to."""

    default_error_messages = {
        "missing": _("找不到「%(text)s」。"),
        "several": _("「%(text)s」对应不止一项，请写完整。"),
    }

    def __init__(self, model: type[models.Model], act: Any, *, known: dict | None = None, **kwargs: Any):
        super().__init__(widget=kwargs.pop("widget", ReferenceInput), **kwargs)
        self.widget.source = self
        self.model, self.act = model, act
        self.known = {} if known is None else known  # names already looked up, shared by the lines of an import
        self._options: list | None = None

    @property
    def rows(self) -> models.QuerySet:
        rows = rows_of(self.model, self.act)
        related = references.identity_paths(self.model)
        return rows.select_related(*related) if related else rows

    def options(self) -> list[tuple[str, str, str]] | None:
        """(name, words, key) of every row, if they are few; None if one has to type. One query."""
        if self._options is None:
            self._options = list(self.rows[: CHOICES_MAX + 1])
        if len(self._options) > CHOICES_MAX:
            return None
        names = Counter(references.reference(row) for row in self._options)
        made = [(references.reference(row), str(row), str(row.pk)) for row in self._options]
        # Two of one name can be chosen only by their keys.
        return sorted(((name if names[name] == 1 else key, words, key) for name, words, key in made), key=lambda option: option[1])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, models.Model):
            return references.reference(value)
        return value

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, self.model):
            return value
        text = str(value).strip()
        if text not in self.known:
            found = self._find(text)
            if len(found) != 1:
                code = "several" if found else "missing"
                raise ValidationError(self.error_messages[code], code=code, params={"text": text})
            self.known[text] = found[0]
        return self.known[text]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return references.reference(initial) != (data or "")

    def _find(self, text: str) -> list[Any]:
        if not storable(text):
            return []
        try:
            return list(self.rows.filter(pk=self.model._meta.pk.to_python(UUID(text) if _is_uuid_key(self.model) else text)))
        except (ValueError, ValidationError):
            pass
        found = references.find(self.rows, text)
        if found:
            return found
        register = references.OF_MODEL.get(self.model)
        return list(register.matching(self.rows, text)[:3]) if register is not None else []


class ReferencesField(ReferenceField):
    """For filters: the row of this name, or all that the words fit."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        found = self._find(str(value).strip())
        if len(found) == 1:
            return found
        register = references.OF_MODEL.get(self.model)
        if register is None or not found:
            raise ValidationError(self.error_messages["missing"], code="missing", params={"text": value})
        return register.matching(self.rows.select_related(None), str(value)).order_by().values("pk")


class LabelledChoiceField(forms.TypedChoiceField):
    """A choice by its code or by its label in any of our languages."""

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        return text if self.valid_value(text) else self._codes().get(text, text)

    def _codes(self) -> dict[str, str]:
        codes: dict[str, str] = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                for code, label in self.choices:
                    if code != "":
                        codes.setdefault(force_str(label), code)
        return codes


class YesNoField(forms.BooleanField):
    """Yes or no: a ticked box, or the words for it."""

    NO = frozenset({"", "否", "無", "无", "no", "n", "false", "f", "0", "off"})
    YES = frozenset({"是", "有", "yes", "y", "true", "t", "1", "on"})

    def __init__(self, **kwargs: Any):
        kwargs["required"] = False
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        text = str(value or "").strip().lower()
        if text not in self.NO | self.YES:
            raise ValidationError(_("请填写「是」或「否」。"))
        return text in self.YES


class MoneyField(forms.Field):
    """Yuan as written by people, fen as kept by us."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            sign, fen = ("-", -value) if value < 0 else ("", value)
            return f"{sign}{fen // 100}.{fen % 100:02d}"
        return value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        text = str(value).strip().replace(",", "").replace("，", "").removeprefix("¥").removeprefix("￥").removesuffix("元")
        try:
            fen = Decimal(text) * 100
        except InvalidOperation:
            raise ValidationError(_("请填写金额，例如 120.50。")) from None
        if not fen.is_finite() or fen != fen.to_integral_value():
            raise ValidationError(_("金额最多两位小数。"))
        if abs(fen) >= 10**15:
            raise ValidationError(_("金额过大。"))
        return int(fen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.prepare_value(initial) != data


class MomentField(forms.DateTimeField):
    """A moment in the project's zone: `2026-03-02 10:15`, with or without seconds, with T or a space."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if isinstance(value, str) and value.strip():
            try:
                read = datetime.fromisoformat(value.strip())
            except ValueError:
                return super().to_python(value)
            return read if read.tzinfo else timezone.make_aware(read)
        return super().to_python(value)


class ListField(forms.Field):
    """A list of short words: 水、电、土建."""

    widget = forms.TextInput()

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        if isinstance(value, list):
            return value
        text = str(value or "")
        for comma in ",，;；\n":
            text = text.replace(comma, "、")
        return [word for part in text.split("、") if (word := part.strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


class UploadField(forms.FileField):
    """A file handed in with a form, as the use case takes it: an `Upload`, or None."""

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        given = super().clean(data, initial)
        return Upload(given.name, given.read()) if given else None


class PictureField(UploadField):
    """A photo of a paper, as its bytes."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = super().clean(data, initial)
        return given.content if given else None


class SealedTextField(forms.CharField):
    """A sensitive value: what is there is shown masked, and the mask that comes back means that it stays."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return Masked(text) if "*" in text else text

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class SealedDayField(forms.DateField):
    """A sensitive day, likewise."""

    widget = forms.DateInput(attrs={"autocomplete": "off", "inputmode": "numeric", "placeholder": "2000-01-31"}, format="%Y-%m-%d")

    def __init__(self, **kwargs: Any):
        super().__init__(input_formats=DAYS, **kwargs)

    def to_python(self, value: Any) -> Any:
        return Masked(value) if isinstance(value, str) and "*" in value else super().to_python(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class LinesField(forms.CharField):
    """Several sentences, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value if isinstance(value, list) else str(value or "").splitlines()
        return [line for text in lines if (line := str(text).strip())]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.to_python(data)


def form_field(field: models.Field, act: Any, *, known: dict | None = None, **kwargs: Any) -> forms.Field:
    """The form field that reads values of a model field."""
    common = {
        "required": not field.blank,
        "label": kwargs.pop("label", None) or field.verbose_name,
        "help_text": field.help_text,
        "error_messages": {"required": _("请填写。")},
    } | kwargs
    if field.related_model is not None:
        return ReferenceField(field.related_model, act, known=known, **common | {"error_messages": CHOOSE})
    if field.choices:
        choices = [(code, label) for code, label in field.flatchoices if code not in ("", None)]
        if not common["required"] or not field.has_default():
            choices.insert(0, ("", "—"))
        empty = None if field.null else ""
        return LabelledChoiceField(choices=choices, coerce=field.to_python, empty_value=empty, **common | {"error_messages": CHOOSE})
    match field:
        case SealedDateField():
            return SealedDayField(**common)
        case SealedField():
            return SealedTextField(max_length=field.length or None, **common)
        case models.BooleanField():
            del common["required"]
            return YesNoField(**common)
        case models.DateTimeField():
            return MomentField(**common)
        case models.DateField():
            return forms.DateField(widget=day_input(), input_formats=DAYS, **common)
        case models.IntegerField() if field.name.endswith("_fen"):
            return MoneyField(**common)
        case models.JSONField():
            return ListField(**common)
    return field.formfield(**common) or forms.CharField(**common)


CHOOSE = {"required": _("请选择。")}
DAYS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]


def day_input() -> forms.DateInput:
    """The browser's own calendar."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _is_uuid_key(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.UUIDField)

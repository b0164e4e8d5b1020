"""Columns that hold sensitive values: ciphertext in the database, masks on the instance.

A sealed column reads `v1~<blind index>~<ciphertext>~<mask>`. It is bound to its row and column, so that a text copied to
another row opens for nobody; the blind index finds an identical value without opening any.
"""

import base64
import hmac
from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.core import checks
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CheckConstraint, F, Func, GeneratedField, Q
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

from .. import personal
from ..errors import BadInput, Reason
from . import keys
from .masked import Masked

SIGN = "v1~"
MASKS = {"id_no": personal.mask_id_no, "phone": personal.mask_phone, "name": personal.mask_name, "all": lambda text: personal.STARS}

#: why plain text may be read; each is a place that can be looked at
REASONS = frozenset(
    {
        "reveal",  # shown to somebody who asked, and was allowed
        "export",  # leaves the house in full, for a purpose
        "copy",  # for the person himself
        "compare",  # told from another value, and not shown
        "rule",  # a clause asks something of it (is he of age?)
        "tests",
    }
)


# -- reading and writing -------------------------------------------------------------------------
def opened(row: Any, name: str, reason: str) -> Any:
    """What a sealed field holds, itself: a text, or a date; "" or None where there is nothing.

    `reason` is from the closed list `REASONS`. Raises KeyGone if the person's key was destroyed.
    """
    return opened_all([row], [name], reason)[row.pk][name]


def opened_all(rows: Iterable[Any], names: Iterable[str], reason: str) -> dict[Any, dict[str, Any]]:
    """{key: {field: value}} of several rows of one model, as `opened` gives it; one query for all of their keys."""
    if reason not in REASONS:
        raise ValueError(f"unknown reason {reason!r}")
    rows = list(rows)
    fields = [_sealed(row, name) for row in rows[:1] for name in names]
    shut = {field.owner_id(row) for row in rows for field in fields if _is_shut(getattr(row, field.attname))}
    known = keys.of_all(shut) if shut else {}
    return {row.pk: {field.name: field.open(row, known) for field in fields} for row in rows}


def given(row: Any, name: str, value: Any) -> Any:
    """What was given for a sealed field, or None if it stays: nothing was said, or the mask of what is there came back.

    Raises BadInput for any other mask.
    """
    if not isinstance(value, Masked):
        return value
    if str(value) == str(getattr(row, name) or ""):
        return None
    raise BadInput(Reason(_("带 * 号的是遮盖后的内容，请填写完整，或保持原样。"), field=name))


def digest(row: models.Model, name: str, value: Any) -> str:
    """What tells whether a value is the one that was there, and not what it was; means nothing once the person's key is destroyed."""
    key = keys.made_for(row.pk, row.company_id, row._meta.label_lower)
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return hmac.digest(key, f"{name}:{text}".encode(), "sha256")[:12].hex()


def blind(model: type[models.Model], name: str, company_id: UUID, value: Any) -> str:
    """The blind index of a value in a sealed column: equal for equal values of one company, and tells nothing else."""
    field = model._meta.get_field(name)
    secret = keys.derived(company_id, f"blind:{field.model._meta.db_table}.{field.column}")
    return base64.urlsafe_b64encode(hmac.digest(secret, field.text(value).encode(), "sha256")[:18]).decode()


def blind_index(name: str) -> GeneratedField:
    """A column beside a sealed one, worked out by PostgreSQL, that equality looks at: `filter(id_no_blind=blind(…))`."""
    return GeneratedField(
        expression=Func(F(name), models.Value("~"), models.Value(2), function="split_part"),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )


def only_sealed(field: str, *, name: str) -> CheckConstraint:
    """The constraint that nothing plain ever stands in a sealed column."""
    return CheckConstraint(condition=Q(**{field: ""}) | Q(**{f"{field}__startswith": SIGN}), name=name)


def _is_shut(value: Any) -> bool:
    return isinstance(value, Masked) and not value.is_fresh


def _sealed(row: Any, name: str) -> "SealedField":
    field = row._meta.get_field(name)
    if not isinstance(field, SealedField):
        raise TypeError(f"{field} is not sealed")
    return field


# -- the fields ----------------------------------------------------------------------------------
class _Attribute(DeferredAttribute):
    """Whatever plain value is set becomes a mask at once."""

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.shut(value)


class SealedField(models.TextField):
    """A sensitive text of a person. `owner` names the foreign key to whom it is about; without it, the row is the person.

    `mask` is one of `MASKS`; without it, the mask follows from what the value looks like.
    """

    descriptor_class = _Attribute

    def __init__(self, *args: Any, mask: str = "", owner: str = "", length: int = 0, **kwargs: Any) -> None:
        self.mask, self.owner, self.length = mask, owner, length
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        said = {"mask": self.mask, "owner": self.owner, "length": self.length}
        return name, path, args, kwargs | {key: value for key, value in said.items() if value}

    def check(self, **kwargs: Any) -> list:
        unknown = self.mask and self.mask not in MASKS
        return super().check(**kwargs) + ([checks.Error(f"no mask {self.mask!r}", obj=self, id="kernel.E010")] if unknown else [])

    # -- values ---------------------------------------------------------------------------------
    def text(self, value: Any) -> str:
        """A value as the text that is sealed."""
        return str(value)

    def value(self, text: str) -> Any:
        """The value of a text that was sealed."""
        return text

    def masked(self, value: Any) -> str:
        return (MASKS[self.mask] if self.mask else personal.masked)(self.text(value))

    def shut(self, value: Any) -> Any:
        """What stands on an instance for a value: its mask, or nothing."""
        if value in (None, "") or isinstance(value, Masked):
            return value
        return Masked(self.masked(value), fresh=value)

    def owner_id(self, row: models.Model) -> UUID:
        """Whose key seals it."""
        return getattr(row, row._meta.get_field(self.owner).attname) if self.owner else row.pk

    def open(self, row: models.Model, known: dict[UUID, bytes]) -> Any:
        value = getattr(row, self.attname)
        if not isinstance(value, Masked):
            return value
        if value.is_fresh:
            return value._fresh
        if not value.sealed:
            raise TypeError(f"{self} holds the mask that somebody typed")
        if self.owner_id(row) not in known:
            raise keys.KeyGone()
        _sign, _blind, ciphertext, _mask = value.sealed.split("~", 3)
        return self.value(keys.decrypt(known[self.owner_id(row)], base64.b64decode(ciphertext), self._place(row)).decode())

    def seal(self, row: models.Model, value: Any) -> str:
        """The column's text for a value of this row. Makes the person's key if there is none."""
        owner = row._meta.get_field(self.owner).related_model if self.owner else type(row)
        key = keys.made_for(self.owner_id(row), row.company_id, owner._meta.label_lower)
        ciphertext = base64.b64encode(keys.encrypt(key, self.text(value).encode(), self._place(row))).decode()
        return f"{SIGN}{blind(type(row), self.name, row.company_id, value)}~{ciphertext}~{self.masked(value)}"

    def _place(self, row: models.Model) -> bytes:
        """What the ciphertext is bound to."""
        return f"{self.model._meta.db_table}.{self.column}:{row.pk}".encode()

    # -- Django's side --------------------------------------------------------------------------
    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if not value:
            return value
        if not value.startswith(SIGN):
            return self.shut(self.value(value))  # from before the column was sealed
        return Masked(value.split("~", 3)[3], sealed=value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        if isinstance(value, Masked) and value.is_fresh:
            sealed = self.seal(model_instance, value._fresh)
            model_instance.__dict__[self.attname] = value = Masked(str(value), sealed=sealed)
        return value

    def get_prep_value(self, value: Any) -> Any:
        """Only what is sealed goes to the database, be it to be stored or to be compared."""
        if value in (None, "") or (type(value) is str and value.startswith(SIGN)):
            return value
        if isinstance(value, Masked) and value.sealed:
            return value.sealed
        raise TypeError(f"{self} is sealed: save the instance, and search by its blind index")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        return value if prepared else self.get_prep_value(value)

    def to_python(self, value: Any) -> Any:
        return value

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Asks the plain value what the field asks; what is sealed was asked before."""
        if isinstance(value, Masked) and not value.is_fresh:
            if not value.sealed:
                raise ValidationError(_("带 * 号的是遮盖后的内容，请填写完整。"))
            return value
        plain = value._fresh if isinstance(value, Masked) else value
        plain = super().clean(plain, model_instance)
        if self.length and plain and len(self.text(plain)) > self.length:
            raise ValidationError(_("最多 %(length)d 个字。") % {"length": self.length})
        return self.shut(plain)

    def value_to_string(self, obj: models.Model) -> str:
        return str(getattr(obj, self.attname) or "")


class SealedDateField(SealedField):
    """A sensitive day, such as a birth date; None where there is none."""

    def masked(self, value: Any) -> str:
        return "****-**-**"

    def text(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else str(value)

    def value(self, text: str) -> date:
        return date.fromisoformat(text)

    def shut(self, value: Any) -> Any:
        if value == "":
            return None
        if isinstance(value, str) and not isinstance(value, Masked):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                raise ValidationError(_("日期请写成 2000-01-31 的样子。")) from None
        return super().shut(value)

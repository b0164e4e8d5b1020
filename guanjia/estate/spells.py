"""Spells: rows that hold from one day to another, half-open, and do not overlap within their kind.

`starts_on` is the first day, `ends_on` the first day after the last (None: still going on). Asking for a day
in the past answers as it was then. PostgreSQL keeps spells apart; no extension is needed for that.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField
from django.db import models
from django.db.models import BigIntegerField, CheckConstraint, F, Func, Q, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.scope import Scoped


class SpellQuerySet(SubjectQuerySet):
    def on(self, day: date) -> "SpellQuerySet":
        """Spells that hold on that day."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), starts_on__lte=day)

    def overlapping(self, starts_on: date, ends_on: date | None) -> "SpellQuerySet":
        """Spells with a day in common with [starts_on, ends_on)."""
        later = self.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on))
        return later if ends_on is None else later.filter(starts_on__lt=ends_on)


class Spell(Scoped):
    """A row that holds over a span of days."""

    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止（不含）"), null=True, blank=True)

    objects = SpellQuerySet.as_manager()

    class Meta(Scoped.Meta):
        abstract = True

    def holds_on(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)


def forwards(name: str) -> CheckConstraint:
    """A spell has at least one day."""
    return CheckConstraint(
        condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on")), name=name, violation_error_message=_("止期须晚于起期。")
    )


def apart(name: str, *keys: str, message: Any, condition: Q | None = None) -> ExclusionConstraint:
    """No two spells with the same `keys` (foreign keys, short texts) share a day."""
    days = Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField())
    return ExclusionConstraint(
        name=name, expressions=[(point(keys), "&&"), (days, "&&")], condition=condition, violation_error_message=message
    )


def point(keys: Sequence[str]) -> Func:
    """These keys (foreign keys, short texts) as an expression that an exclusion constraint can compare by `&&`."""
    # A GiST index takes ranges but, without the btree_gist extension, no uuid or text. So the keys stand in the
    # index as the one-number range of their 64-bit hash. Two that hash alike would be kept apart without need: once in
    # 18 quintillion pairs, and then as a refusal, never as a wrong row.
    texts = [Cast(key, TextField()) for key in keys]
    hashed = Func(Concat(*texts) if len(texts) > 1 else texts[0], Value(0), function="hashtextextended", output_field=BigIntegerField())
    return Func(hashed, hashed, Value("[]"), function="int8range", output_field=BigIntegerRangeField())

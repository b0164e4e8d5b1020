"""What was owed and kept, counted once a day, so that a year's page never reads ten million obligations.

Plain columns without foreign keys: these rows can be thrown away and counted again at any time.
What each number means stands in `rulebook/compliance.py`.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from guanjia.kernel.privacy import internal
from guanjia.kernel.querysets import SubjectQuerySet


class Rollup(models.Model):
    """Counts of the obligations that fell due in a stretch of time, for one set of keys."""

    company_id = models.UUIDField()
    project_id = models.UUIDField()
    rule = models.CharField(max_length=12)
    stage = models.CharField(max_length=24, blank=True, default="")
    handbook = models.CharField(max_length=48, blank=True, default="")
    owner_post_id = models.UUIDField(null=True)
    #: owed by somebody outside, whom the post only chases
    is_outside = models.BooleanField(default=False)

    owed = models.PositiveIntegerField()
    in_time = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    lapsed = models.PositiveIntegerField()
    waived = models.PositiveIntegerField()
    voided = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    #: of those that were met: the time taken, and how it is spread (steps of ten per cent)
    seconds_sum = models.BigIntegerField()
    bins = ArrayField(models.SmallIntegerField())
    bin_counts = ArrayField(models.IntegerField())

    objects = SubjectQuerySet.as_manager()

    class Meta:
        abstract = True

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True


class RollupDay(Rollup):
    """One closed day, down to the person."""

    day = models.DateField()
    assignee_id = models.UUIDField(null=True)

    privacy = internal("handbook", "day")

    class Meta:
        indexes = [
            models.Index(fields=["project_id", "day"], name="rollup_day_of_project"),
            models.Index(fields=["project_id", "rule", "day"], name="rollup_day_of_rule"),
            models.Index(fields=["assignee_id", "day"], condition=models.Q(assignee_id__isnull=False), name="rollup_day_of_person"),
        ]


class RollupMonth(Rollup):
    """The closed days of one month together, down to the post."""

    month = models.DateField()

    privacy = internal("handbook", "month")

    class Meta:
        indexes = [models.Index(fields=["project_id", "month"], name="rollup_month_of_project")]


class RollupMark(models.Model):
    """How far days are closed: changes to what fell due before are noted in `StaleDay` by a trigger. One row, or none yet."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    closed_until = models.DateField()
    #: the transaction that closed it; days are counted when all that ran beside it have ended
    closed_by = models.BigIntegerField()

    privacy = internal("closed_until")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="rollup_mark_is_one")]


class StaleDay(models.Model):
    """A closed day of a project in which something has changed since: counted live until the tick has counted it again."""

    project_id = models.UUIDField()
    day = models.DateField()

    privacy = internal("day")

    objects = SubjectQuerySet.as_manager()

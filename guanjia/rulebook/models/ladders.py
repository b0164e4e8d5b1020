"""What became of ladders: rungs climbed, who was told, who said that he knows."""

from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.ids import uuid7
from guanjia.kernel.privacy import internal
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person, Post

from .obligations import Obligation

DEEDS = [("warn", _("预先提醒")), ("remind", _("催办")), ("escalate", _("上报"))]


class Escalation(models.Model):
    """One rung of one obligation's ladder, climbed once. After an outage a later rung of the kind speaks for it (`passed_over`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="escalations", db_index=False)
    step = models.PositiveSmallIntegerField()
    does = models.CharField(max_length=8, choices=DEEDS, default="escalate")
    to_role = models.CharField(max_length=40, blank=True)
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="+", db_index=False)
    climbed_at = models.DateTimeField()
    passed_over = models.BooleanField(default=False)
    #: nobody up to the very top was there: the duty is shown as unowned
    found_nobody = models.BooleanField(default=False)

    privacy = internal("to_role")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "step"], name="escalation_each_rung_once")]
        indexes = [models.Index(fields=["obligation"], condition=Q(found_nobody=True), name="escalation_found_nobody")]


class Notice(models.Model):
    """提醒: what a rung says to one person. Its words are made when it is read, in the reader's language."""

    owned_by = about_person = ("person_id",)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    company_id = models.UUIDField()  # as the obligation's: a tick writes thousands, so nothing is checked twice
    project_id = models.UUIDField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="notices", db_index=False)
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="notices", db_index=False, db_constraint=False)
    rung = models.ForeignKey(Escalation, models.PROTECT, related_name="notices")
    does = models.CharField(max_length=8, choices=DEEDS)
    told_at = models.DateTimeField(_("提醒时间"))
    seen_at = models.DateTimeField(_("看过"), null=True)

    objects = SubjectQuerySet.as_manager()

    class Meta:
        verbose_name = _("提醒")
        indexes = [
            models.Index(fields=["person", "-told_at"], name="notice_of_person"),
            models.Index(fields=["person"], condition=Q(seen_at__isnull=True), name="notice_not_seen"),
        ]

    @classmethod
    def is_project_scoped(cls) -> bool:
        return True

    def is_owned_by(self, person_id: UUID | None, *, about: bool = False) -> bool:
        return person_id is not None and self.person_id == person_id


class Acknowledgement(models.Model):
    """知悉: somebody knows of a duty; he is not reminded of it again. What goes up still goes up."""

    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="acknowledgements", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    acknowledged_at = models.DateTimeField(_("知悉时间"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["obligation", "person"], name="acknowledged_once")]

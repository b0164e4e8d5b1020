"""Sign-offs: a period of a register as it stood when somebody put a name under it."""

from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, staff
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped


class Signoff(Scoped):
    """台账签认: what was signed, by whom, received by whom. The paper is the file of role `signed`; nothing of it changes."""

    register = models.CharField(_("台账"), max_length=40)
    #: which part of the register, "" for the whole of the project
    scope = models.CharField(_("范围"), max_length=80, blank=True, default="")
    period = models.CharField(_("期间"), max_length=12)
    title = models.CharField(_("标题"), max_length=120)
    #: the figures and rows that were carried into the paper, and their digest
    content = models.JSONField(default=dict)
    digest = models.CharField(_("内容摘要"), max_length=64)
    sha256 = models.CharField(_("文件校验和"), max_length=64)
    signer = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("签认人"))
    signer_as = models.CharField(_("签认身份"), max_length=60, blank=True, default="")
    signed_at = models.DateTimeField(_("签认时间"))
    receiver = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收人"))
    received_at = models.DateTimeField(_("接收时间"), null=True, blank=True)
    words = models.CharField(_("接收意见"), max_length=500, blank=True, default="")

    privacy = internal("register", "scope", "title", "content", "words") | staff("signer_as")

    objects = SubjectQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("签认")
        ordering = ["-signed_at"]
        constraints = [
            UniqueConstraint(
                fields=["project", "register", "scope", "period"],
                name="quality_signoff_once",
                violation_error_message=_("这一期间已经签认过。"),
            ),
            CheckConstraint(condition=Q(receiver=None) | ~Q(receiver=F("signer")), name="quality_signoff_received_by_another"),
            CheckConstraint(
                condition=Q(receiver__isnull=True, received_at__isnull=True) | Q(receiver__isnull=False, received_at__isnull=False),
                name="quality_signoff_received_whole",
            ),
        ]
        indexes = [Index(fields=["project", "signed_at"], name="quality_signoff_of_project")]

    def __str__(self) -> str:
        return self.title

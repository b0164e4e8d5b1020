"""The folder of a household, or the file of a business customer: its papers, where they hang, who has them, to whom they were told.

One a household or business. Every paper has an electronic copy; the database refuses one without.
"""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import CheckConstraint, F, Func, Index, Q, UniqueConstraint
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guanjia.estate.spells import point
from guanjia.kernel.models import Attachment
from guanjia.kernel.privacy import internal, personal
from guanjia.org.models import Person
from guanjia.org.scope import Scoped

from .. import papers
from .living import Household
from .people import Customer


class Archive(Scoped):
    """档案: opened when a household moves in (EST-015), or for a business customer; kept for as long as there is something in it."""

    kind = models.CharField(_("类别"), max_length=10, choices=list(papers.ARCHIVES.items()), default=papers.HOUSEHOLD)
    household = models.OneToOneField(Household, models.PROTECT, null=True, blank=True, related_name="archive", verbose_name=_("住户"))
    customer = models.OneToOneField(Customer, models.PROTECT, null=True, blank=True, related_name="archive", verbose_name=_("客户"))
    cabinet = models.CharField(_("柜号"), max_length=20, blank=True)
    folder = models.CharField(_("夹号"), max_length=20, blank=True)

    privacy = internal("cabinet", "folder")

    #: who belongs to the household, and who has the folder until when; `holdings.findable_folders` fills them
    people: str = ""
    borrower_name: str = ""
    due_on: Any = None

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("档案")
        ordering = ["-number"]
        constraints = [
            UniqueConstraint(fields=["project", "number"], name="customers_archive_number"),
            CheckConstraint(
                condition=Q(kind=papers.HOUSEHOLD, household__isnull=False, customer=None)
                | Q(kind=papers.BUSINESS, household=None, customer__isnull=False),
                name="customers_archive_of_one",
                violation_error_message=_("一份档案属于一户，或属于一家企业客户。"),
            ),
            UniqueConstraint(
                fields=["project", "cabinet", "folder"],
                condition=~Q(folder=""),
                name="customers_archive_place_once",
                violation_error_message=_("这个柜夹已放着另一份档案。"),
            ),
            CheckConstraint(
                condition=~Q(cabinet="") | Q(folder=""),
                name="customers_archive_folder_in_cabinet",
                violation_error_message=_("夹号须连同柜号一起填写。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.holder}"

    @property
    def holder(self) -> str:
        """The household or business whose papers it keeps."""
        return str(self.household or self.customer)

    @property
    def place(self) -> str:
        """Where the paper hangs: 「A3 柜 12 夹」; "" while nobody has said."""
        return place_words(self.cabinet, self.folder)

    def volumes(self) -> dict[int, Any]:
        """Its volumes, by number, in words."""
        return papers.VOLUMES[self.kind]


class ArchiveBinding(Scoped):
    """年度装订: the papers of a year, of one kind of archive, bound by class; the contents list is its file of role `contents`."""

    files_are_secret = True

    kind = models.CharField(_("类别"), max_length=10, choices=list(papers.ARCHIVES.items()))
    year = models.PositiveSmallIntegerField(_("年度"))
    items_count = models.PositiveIntegerField(_("件数"))
    sha256 = models.CharField(_("目录校验和"), max_length=64)
    bound_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("装订人"))
    bound_at = models.DateTimeField(_("装订时间"))

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("档案装订")
        ordering = ["-year", "kind"]
        constraints = [
            UniqueConstraint(
                fields=["project", "kind", "year"], name="customers_binding_once", violation_error_message=_("这一年度的这类档案已经装订。")
            ),
            CheckConstraint(condition=Q(kind__in=list(papers.ARCHIVES)), name="customers_binding_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_kind_display()}"


class ArchiveItem(Scoped):
    """A paper in a folder: volume and number are its place in the contents list and never change."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="items", verbose_name=_("档案"))
    volume = models.PositiveSmallIntegerField(_("卷"))
    item_no = models.PositiveIntegerField(_("序号"))
    paper = models.CharField(_("类别"), max_length=16, choices=list(papers.LABELS.items()))
    title = models.CharField(_("文件名称"), max_length=120)
    dated_on = models.DateField(_("文件日期"))
    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+", verbose_name=_("电子件"))
    #: only where the paper lies elsewhere than in the folder
    cabinet = models.CharField(_("柜号"), max_length=20, blank=True)
    folder = models.CharField(_("夹号"), max_length=20, blank=True)
    filed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("归档人"))
    filed_at = models.DateTimeField(_("归档时间"))
    binding = models.ForeignKey(ArchiveBinding, models.PROTECT, null=True, blank=True, related_name="items", verbose_name=_("装订"))

    privacy = personal("title") | internal("cabinet", "folder", "dated_on")
    files_are_secret = True

    #: who belongs to the household, and its date as people type it; `holdings.findable_papers` fills them
    people: str = ""
    written: str = ""

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("归档文件")
        ordering = ["archive", "volume", "item_no"]
        constraints = [
            UniqueConstraint(
                fields=["archive", "volume", "item_no"],
                name="customers_item_once_a_volume",
                violation_error_message=_("本卷已有这个序号。"),
            ),
            CheckConstraint(condition=Q(volume__gte=1, volume__lte=papers.VOLUMES_MAX), name="customers_item_volume"),
            CheckConstraint(condition=Q(paper__in=list(papers.LABELS)), name="customers_item_paper"),
        ]
        indexes = [
            Index(fields=["project", "-dated_on"], name="customers_item_by_date"),
            Index(fields=["project", "filed_at"], name="customers_item_to_bind", condition=Q(binding=None)),
        ]

    def __str__(self) -> str:
        return f"{self.volume}-{self.item_no} {self.title}"

    @property
    def place(self) -> str:
        """Where the paper lies: in its folder, unless it says otherwise."""
        return place_words(self.cabinet, self.folder) or self.archive.place


class ArchiveLoan(Scoped):
    """借阅: a folder that somebody took from its cabinet. Never two at once."""

    owned_by = ("borrower_id",)
    privacy = internal("purpose", "condition")

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="loans", verbose_name=_("档案"))
    borrower = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("借阅人"))
    purpose = models.CharField(_("用途"), max_length=200)
    lent_at = models.DateTimeField(_("借出时间"))
    due_on = models.DateField(_("应还日期"))
    returned_at = models.DateTimeField(_("归还时间"), null=True, blank=True)
    condition = models.CharField(_("归还情况"), max_length=200, blank=True)

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("档案借阅")
        ordering = ["-lent_at"]
        constraints = [
            ExclusionConstraint(
                name="customers_folder_lent_once",
                expressions=[
                    (point(["archive"]), "&&"),
                    (Func("lent_at", "returned_at", function="tstzrange", output_field=DateTimeRangeField()), "&&"),
                ],
                violation_error_message=_("档案已经借出，归还以后才能再借。"),
            ),
            CheckConstraint(
                condition=Q(returned_at=None) | Q(returned_at__gte=F("lent_at")),
                name="customers_loan_forwards",
                violation_error_message=_("归还不能早于借出。"),
            ),
        ]
        indexes = [Index(fields=["project", "due_on"], name="customers_loan_out", condition=Q(returned_at=None))]

    def __str__(self) -> str:
        return f"{self.archive} · {self.borrower}"


class ArchiveDisclosure(Scoped):
    """资料披露: what of a folder was told to whom, in which special case, by whose leave (CUS-010). Never changed."""

    archive = models.ForeignKey(Archive, models.PROTECT, related_name="disclosures", verbose_name=_("档案"))
    to_whom = models.CharField(_("披露给谁"), max_length=120)
    reason = models.CharField(_("特殊情况"), max_length=400)
    what = models.CharField(_("披露内容"), max_length=1000)
    disclosed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    disclosed_at = models.DateTimeField(_("披露时间"))

    privacy = personal("to_whom", "reason", "what")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("资料披露")
        ordering = ["-disclosed_at"]

    def __str__(self) -> str:
        return self.number


def place_words(cabinet: str, folder: str) -> str:
    """「A3 柜 12 夹」; "" where it is not known."""
    if not cabinet:
        return ""
    return gettext("%(cabinet)s 柜 %(folder)s 夹") % {"cabinet": cabinet, "folder": folder}

"""Return visits: somebody who did not do the work asks whether it was done well, and writes down five answers."""

from typing import Any

from django.db import models
from django.db.models import Case as Choice
from django.db.models import CheckConstraint, Exists, F, Index, OuterRef, Q, Subquery, UniqueConstraint, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from guanjia.customers.models import Customer
from guanjia.desk.models import Case
from guanjia.estate.models import House
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Signature
from guanjia.kernel.privacy import internal, personal, staff
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.org.models import Person
from guanjia.org.scope import Scoped
from guanjia.quality.models import Rectification
from guanjia.work.models import WorkOrder, WorkOrderQuerySet

from .states import ASKED, CLASSES, FAILED, OPEN, PASSED, PLANNED, RESULTS, REVIEWED, REVIEWS, SCALE, TAP, VISIT, WAYS


class ReturnVisitQuerySet(SubjectQuerySet):
    def open(self) -> "ReturnVisitQuerySet":
        """Somebody still has to ask."""
        return self.filter(state__in=OPEN)

    def asked(self) -> "ReturnVisitQuerySet":
        return self.filter(state__in=ASKED)

    def about(self, thing: Any) -> "ReturnVisitQuerySet":
        """Visits about a subject (instance or Ref); for a case also those about it through an order, and the other way round."""
        ref = thing if isinstance(thing, Ref) else Ref.to(thing)
        return self.filter(Q(about_id=ref.id) | Q(case_id=ref.id) | Q(order_id=ref.id))

    def soonest_first(self) -> "ReturnVisitQuerySet":
        return self.order_by(models.F("due_at").asc(nulls_last=True), "planned_at")

    def with_signatures(self) -> "ReturnVisitQuerySet":
        """Adds what the printed form ends with (FUP-023): whose names stand under it, and what came of it."""
        given = Signature.objects.unscoped("link").filter(subject_id=OuterRef("pk")).order_by("created_at").values("signer_name")
        right = (
            Rectification.objects.unscoped("link")
            .filter(source_id=OuterRef("pk"))
            .order_by("-created_at")
            .annotate(
                said=Choice(When(~Q(corrective=""), then=F("corrective")), When(~Q(opinion=""), then=F("opinion")), default=F("matter"))
            )
        )
        return self.annotate(
            resident_signature=Coalesce(Subquery(given.filter(slot="visit")[:1]), Value("")),
            visitor_signature=Coalesce(
                Subquery(given.filter(slot="visitor")[:1]), Choice(When(state__in=ASKED, then=F("visitor__name"))), Value("")
            ),
            rectification=Coalesce(Subquery(right.values("said")[:1]), Value(""), output_field=models.TextField()),
        )

    def with_names(self) -> "ReturnVisitQuerySet":
        """Everything a list shows, in one query."""
        return self.select_related("case", "order", "customer", "house", "visitor", "reviewer")


class ReturnVisit(Scoped):
    """回访: planned, tried, made, handed in, reviewed."""

    family = "followup.return_visit"

    owned_by = ("visitor_id",)
    privacy = personal("resident_name", "content", "shortcomings", "suggestions", "opinion") | internal("visitor_role")

    about_kind = models.CharField(max_length=40)
    about_id = models.UUIDField()
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="return_visits", verbose_name=_("诉求"))
    order = models.ForeignKey(WorkOrder, models.PROTECT, null=True, blank=True, related_name="return_visits", verbose_name=_("工单"))
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="return_visits", verbose_name=_("住户"))
    house = models.ForeignKey(House, models.PROTECT, null=True, blank=True, related_name="return_visits", verbose_name=_("房号"))

    visit_class = models.CharField(_("回访类别"), max_length=20, choices=list(CLASSES.items()))
    state = models.CharField(_("状态"), max_length=10, choices=VISIT.choices, default=PLANNED)
    visitor_role = models.CharField(_("回访岗位"), max_length=40, blank=True)
    visitor = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="return_visits", verbose_name=_("回访人"))
    planned_at = models.DateTimeField(_("安排时间"))
    due_at = models.DateTimeField(_("回访时限"), null=True, blank=True)

    way = models.CharField(_("方式"), max_length=8, choices=list(WAYS.items()), blank=True)
    made_at = models.DateTimeField(_("回访时间"), null=True, blank=True)
    resident_name = models.CharField(_("受访人"), max_length=60, blank=True)
    content = models.TextField(_("内容"), blank=True)
    quality = models.PositiveSmallIntegerField(_("服务质量"), null=True, blank=True, choices=list(SCALE.items()))
    effect = models.PositiveSmallIntegerField(_("服务效果"), null=True, blank=True, choices=list(SCALE.items()))
    satisfaction = models.PositiveSmallIntegerField(_("满意程度"), null=True, blank=True, choices=list(SCALE.items()))
    shortcomings = models.TextField(_("不足之处"), blank=True)
    suggestions = models.TextField(_("建议"), blank=True)
    result = models.CharField(_("结果"), max_length=12, choices=list(RESULTS.items()), blank=True)

    handed_in_at = models.DateTimeField(_("交记录时间"), null=True, blank=True)
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("审核人"))
    reviewed_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    review = models.CharField(_("审核结论"), max_length=8, choices=list(REVIEWS.items()), blank=True)
    opinion = models.TextField(_("经理意见"), blank=True)

    objects = ReturnVisitQuerySet.as_manager()

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("回访")
        constraints = [
            VISIT.constraint("followup_visit_state"),
            UniqueConstraint(
                fields=["about_id"],
                condition=Q(state__in=OPEN),
                name="followup_visit_one_open_a_subject",
                violation_error_message=_("已安排过回访。"),
            ),
            CheckConstraint(
                condition=Q(state__in=OPEN)
                | Q(
                    made_at__isnull=False,
                    quality__range=(1, 5),
                    effect__range=(1, 5),
                    satisfaction__range=(1, 5),
                    result__in=list(RESULTS),
                    way__in=list(WAYS),
                ),
                name="followup_visit_made_is_whole",
                violation_error_message=_("回访记录须有方式、质量、效果、满意程度和结果。"),
            ),
            CheckConstraint(
                condition=Q(state__in=OPEN) | Q(way=TAP) | Q(visitor__isnull=False),
                name="followup_visit_made_by_somebody",
                violation_error_message=_("回访须有回访人。"),
            ),
            CheckConstraint(
                condition=~Q(state=REVIEWED) | Q(review__in=[PASSED, FAILED], reviewed_at__isnull=False),
                name="followup_visit_reviewed_is_whole",
            ),
        ]
        indexes = [
            Index(fields=["project", "due_at"], name="followup_visit_open", condition=Q(state__in=OPEN)),
            Index(fields=["project", "-planned_at"], name="followup_visit_newest"),
            Index(fields=["about_id"], name="followup_visit_about"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def about(self) -> Ref:
        """What is revisited."""
        return Ref(self.about_kind, self.about_id)

    # What `with_signatures` fetches for a whole list is asked for one row here.
    @cached_property
    def resident_signature(self) -> str:
        """The resident's name under the record, "" if there is none."""
        return self._with_signatures.resident_signature

    @cached_property
    def visitor_signature(self) -> str:
        """The visitor's name under the record: signed, or written down by himself."""
        return self._with_signatures.visitor_signature

    @cached_property
    def rectification(self) -> str:
        """What is being done, or was done, about a failed visit."""
        return self._with_signatures.rectification

    @cached_property
    def _with_signatures(self) -> "ReturnVisit":
        return ReturnVisit.objects.unscoped("link").with_signatures().get(pk=self.pk)


class VisitAttempt(Scoped):
    """A try that reached nobody. Append-only."""

    owned_by = ("visit__visitor_id",)

    visit = models.ForeignKey(ReturnVisit, models.CASCADE, related_name="attempts")
    tried_at = models.DateTimeField(_("时间"))
    way = models.CharField(_("方式"), max_length=8, choices=list(WAYS.items()))
    note = models.CharField(_("情况"), max_length=200, blank=True)
    by_name = models.CharField(_("回访人"), max_length=60)

    privacy = personal("note") | staff("by_name")

    class Meta(Scoped.Meta):
        verbose_name = verbose_name_plural = _("回访尝试")
        ordering = ["tried_at"]

    def __str__(self) -> str:
        return f"{self.tried_at:%m-%d %H:%M} {self.note}"


def without_visit(orders: WorkOrderQuerySet) -> WorkOrderQuerySet:
    """The orders among these that nobody was asked about, neither directly nor through their case."""
    asked = ReturnVisit.objects.unscoped("engine").asked()
    return orders.exclude(Exists(asked.filter(order=OuterRef("pk")))).exclude(Exists(asked.filter(case_id=OuterRef("source_id"))))

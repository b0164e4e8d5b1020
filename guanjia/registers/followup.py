"""Registers of follow-up: return visits, and what is put right because of them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from guanjia.followup import services
from guanjia.followup.models import ReturnVisit
from guanjia.followup.states import REVIEWS, TAP, VISIT, WAYS
from guanjia.kernel.act import Act
from guanjia.quality import services as quality
from guanjia.quality.models import Rectification
from guanjia.quality.states import RECTIFICATION
from guanjia.rulebook import realises
from guanjia.rulebook.catalogue import load
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LabelledChoiceField
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register

# The printed form 回访记录表, field by field: what the clause calls it -> where it stands.
FORM = {
    "resident": "resident_name", "room_no": "house__code", "kind": "visit_class", "way": "way", "date": "made_at", "content": "content",
    "quality": "quality", "effect": "effect", "satisfaction": "satisfaction", "shortcomings": "shortcomings", "suggestions": "suggestions",
    "resident_signature": "resident_signature", "visitor_signature": "visitor_signature", "manager_opinion": "opinion",
    "rectification": "rectification",
}  # fmt: skip


WAY = LabelledChoiceField(label=_("方式"), choices=[(way, words) for way, words in WAYS.items() if way != TAP])
VERDICT = LabelledChoiceField(label=_("结论"), choices=list(REVIEWS.items()))


def heading(key: str) -> Any:
    """The clause's own word for a field of the form, in the language of the reader."""
    return lazystr(load()["FUP-023"].field_label(key))


@realises("FUP-023")
class ReturnVisitRegister(Register):
    """回访记录表: the fields of the clause, in its order."""

    label = _("回访记录表")
    model = ReturnVisit
    see = "followup.return_visit.see"
    icon = "visit"
    identity = ("number",)
    columns = ("number", "state", *(Column(path, heading(key)) for key, path in FORM.items()))
    more_columns = ("case", "order", "visitor", "due_at", "result", "review", "reviewed_at", "handed_in_at", "planned_at")
    filters = ("state", "visit_class", "way", "result", "satisfaction", "visitor", "due_at", "made_at")
    search = ("number", "house__code", "resident_name", "shortcomings", "suggestions")
    box = "number"
    order = ("-planned_at",)
    page = Page(
        Facts("number", "state", "due_at", "visitor", *(Column(path, heading(key)) for key, path in FORM.items()), "case", "order"),
        Table("attempts", columns=("tried_at", "way", "note", "by_name"), title=_("未联系上"), order=("-tried_at",)),
        Timeline(),
        Duties(),
        Files(),
    )
    actions = (
        Action(services.attempt_visit, fields={"way": WAY, "note": _("情况")}, machine=VISIT),
        Action(services.hand_in_visit, machine=VISIT, icon="send"),
        Action(services.review_visit, fields={"result": VERDICT, "opinion": _("意见")}, machine=VISIT, icon="check"),
    )

    def listing(self, act: Act, columns: Any = ()) -> QuerySet:
        return super().listing(act, columns).with_signatures()


class RectificationRegister(Register):
    """整改单: what was wrong, who puts it right by when, who saw that it was."""

    label = _("整改单")
    model = Rectification
    icon = "shield"
    identity = ("number",)
    columns = ("number", "kind", "matter", "state", "responsible", "due_on", "corrective", "verifier", "effect")
    more_columns = ("cause", "opinion", "preventive", "finished_at", "verified_at", "created_at")
    filters = ("state", "kind", "responsible", "due_on")
    search = ("number", "matter", "corrective")
    box = "number"
    order = ("-created_at",)
    see = "quality.rectification.see"
    page = Page(
        Facts(
            "number", "kind", "state", "matter", "cause", "opinion", "responsible", "due_on", "corrective", "preventive", "finished_at",
            "verifier", "verified_at", "effect",
        ),
        Timeline(),
        Duties(),
        Files(),
    )  # fmt: skip
    actions = (
        Action(
            quality.plan_rectification, fields={"person": _("责任人"), "due_on": _("期限"), "opinion": _("处理意见")}, machine=RECTIFICATION
        ),
        Action(quality.finish_rectification, fields={"corrective": _("做了什么")}, machine=RECTIFICATION),
        Action(quality.verify_rectification, fields={"effect": _("效果")}, machine=RECTIFICATION, icon="check"),
        Action(quality.fail_rectification, fields={"reason": _("哪里仍不合格")}, machine=RECTIFICATION, icon="undo"),
    )

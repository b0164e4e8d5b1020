"""Registers of checking and putting right: lists, checks, findings, preventive measures."""

from typing import Any

from django.db.models import QuerySet
from django.utils.functional import lazystr
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.act import Act
from guanjia.quality import services as quality
from guanjia.quality.models import Checklist, CheckRun, Finding, Rectification, Signoff
from guanjia.quality.states import CHECK, CHECKLIST, FINDING, PREVENTIVE, RECTIFICATION
from guanjia.rulebook import realises
from guanjia.rulebook.catalogue import load
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.forms import Field
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register


class ChecklistRegister(Register):
    """检查表: every edition, with its items."""

    label = _("检查表")
    model = Checklist
    icon = "check"
    see = "quality.checklist.see"
    identity = ("code", "edition")
    columns = ("name", "code", "edition", "state", "pass_score", "published_at")
    more_columns = ("rectify_from", "subject_kind")
    filters = ("state", "code", "published_at")
    search = ("name", "code")
    box = ""
    order = ("code", "-edition")
    page = Page(
        Facts("name", "code", "edition", "state", "pass_score", "rectify_from", "published_at"),
        Table("items", columns=("position", "text", "kind", "weight", "is_vital", "low", "high"), title=_("检查项"), order=("position",), most=200),
        Timeline(),
    )  # fmt: skip
    actions = (
        Action(quality.publish_checklist, machine=CHECKLIST, icon="send"),
        Action(quality.withdraw_checklist, machine=CHECKLIST, tone="danger"),
    )


class CheckRunRegister(Register):
    """检查单: who checked what by which list, and what came of it."""

    label = _("检查单")
    model = CheckRun
    icon = "done"
    see = "quality.check.see"
    identity = ("number",)
    columns = ("number", Column("checklist__name", _("检查表")), "subject_name", "checker", "state", "score", "is_passed", "completed_at")
    more_columns = (Column("checklist__edition", _("版次")), "started_at", "remark")
    filters = ("state", "is_passed", "checker", "score", "completed_at")
    search = ("number", "subject_name", "checklist__name")
    box = "number"
    order = ("-started_at",)
    page = Page(
        Facts("number", "state", Column("checklist__name", _("检查表")), "subject_name", "checker", "score", "is_passed", "remark"),
        Table("findings", columns=("matter", "weight", "state", "rectification"), title=_("问题项"), order=("-weight",)),
        Timeline(),
        Duties(),
        Files(),
    )
    actions = (Action(quality.drop_check, fields={"reason": _("作废原因")}, machine=CHECK, tone="danger"),)


class FindingRegister(Register):
    """问题项: what was found in checks, until it is cleared."""

    label = _("问题项")
    model = Finding
    icon = "warn"
    see = "quality.finding.see"
    identity = ("run", "matter")
    columns = ("matter", "run", "weight", "state", "rectification", "cleared_at", "cleared_by")
    more_columns = ("clearance", Column("run__subject_name", _("检查对象")), "created_at")
    filters = ("state", "weight", "created_at")
    search = ("matter", "run__number", "run__subject_name")
    box = ""
    order = ("-created_at",)
    page = Page(Facts("matter", "state", "run", "weight", "rectification", "cleared_at", "cleared_by", "clearance"), Timeline(), Files())
    actions = (
        Action(quality.rectify_finding, machine=FINDING, shown=lambda finding, act: finding.rectification_id is None),
        Action(quality.clear_finding, fields={"clearance": _("现在的情况")}, machine=FINDING, icon="check"),
    )


# The fields of the clause, in its order: what it calls them -> where they stand.
PREVENTION = {"risk": "matter", "measure": "preventive", "owner": "responsible", "due": "due_on", "effect": "effect"}


def heading(key: str) -> Any:
    """The clause's own word for a field, in the language of the reader."""
    return lazystr(load()["DESK-081"].field_label(key))


@realises("DESK-081")
class PreventionRegister(Register):
    """预防措施: what might lead to complaints, and what is done before it does."""

    label = _("预防措施登记")
    model = Rectification
    icon = "shield"
    see = "quality.prevention.see"
    identity = ("number",)
    columns = ("number", *(Column(path, heading(key)) for key, path in PREVENTION.items()), "state")
    more_columns = ("corrective", "finished_at", "verifier", "verified_at", "created_at")
    filters = ("state", "responsible", "due_on")
    search = ("number", "matter", "preventive")
    box = ""
    fields = (
        Field("matter", heading("risk"), required=True),
        Field("preventive", heading("measure"), required=True),
        Field("responsible", heading("owner"), required=True),
        Field("due_on", heading("due"), required=True),
    )
    order = ("-created_at",)
    create, change = quality.register_prevention, quality.correct_prevention
    page = Page(
        Facts(
            "number", "state", *(Column(path, heading(key)) for key, path in PREVENTION.items()), "corrective", "verifier", "verified_at"
        ),
        Timeline(),
        Duties(),
        Files(),
    )
    actions = (
        Action(quality.finish_rectification, fields={"corrective": _("做了什么")}, machine=RECTIFICATION),
        Action(quality.verify_rectification, fields={"effect": heading("effect")}, machine=RECTIFICATION, icon="check"),
        Action(quality.fail_rectification, fields={"reason": _("哪里仍不合格")}, machine=RECTIFICATION, icon="undo"),
        Action(
            quality.plan_rectification,
            fields={"person": heading("owner"), "due_on": heading("due"), "opinion": heading("measure")},
            machine=RECTIFICATION,
        ),
    )

    def rows(self, act: Act) -> QuerySet:
        return super().rows(act).filter(kind=PREVENTIVE)

    def may_change(self, act: Act, row: Any = None) -> bool:
        return super().may_change(act, row) and (row is None or RECTIFICATION.allows(row, "correct"))


class SignoffRegister(Register):
    """签认台账: which period of what was signed by whom, and received by whom; the paper hangs on it."""

    label = _("签认台账")
    model = Signoff
    icon = "signature"
    see = "quality.signoff.see"
    identity = ("number",)
    columns = ("number", "title", "period", "signer", "signed_at", "receiver", "received_at")
    more_columns = ("register", "scope", "signer_as", "digest", "sha256", "words")
    filters = ("register", "period", "signer", "receiver", "signed_at", "received_at")
    search = ("number", "title")
    box = "number"
    order = ("-signed_at",)
    page = Page(
        Facts("number", "title", "period", "signer", "signer_as", "signed_at", "receiver", "received_at", "words", "digest", "sha256"),
        Timeline(),
        Files(),
    )

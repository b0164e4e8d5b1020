"""Putting right: open, plan, finish, verify or send back."""

from datetime import date
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.quality import facts, gates
from guanjia.quality.models import Finding, Rectification
from guanjia.quality.states import FINDING, KINDS, OPENED, RECTIFICATION


@usecase("quality.rectification.open")
def open_rectification(
    *, project: Project, matter: str, kind: str = "corrective", source: Any = None, cause: str = "", about: tuple = (), act: Act
) -> Rectification:
    """Write down a shortcoming, with what it was found at (`source`: instance, Ref or None).

    Every later fact about the rectification is also about the source, so that it can meet the source's duties.
    """
    _require(matter=(matter, _("请写明不合格事实。")))
    if kind not in KINDS:
        raise BadInput([Reason(_("没有这个整改类别：%(kind)s") % {"kind": kind}, field="kind")])
    ref = source if isinstance(source, Ref) or source is None else Ref.to(source)
    rectification = Rectification.objects.create(
        project=project,
        number=next_number("ZG", project, act.at),
        kind=kind,
        matter=matter.strip(),
        cause=cause.strip(),
        source_kind=ref.kind if ref else "",
        source_id=ref.id if ref else None,
        state=OPENED,
        created_at=act.at,
    )
    record(
        rectification,
        facts.RectificationOpened(kind=kind, source_kind=rectification.source_kind, matter=rectification.matter),
        act=act,
        about=(ref, *about),
    )
    return rectification


@usecase("quality.rectification.plan", gate=gates.PlanRectification)
def plan_rectification(rectification: Rectification, *, person: Person, due_on: date, opinion: str, act: Act) -> Rectification:
    """Make a person put it right by a day, with the manager's opinion; all three are needed (FUP-020)."""
    _require(opinion=(opinion, _("请填写处理意见。")))
    if due_on < localtime(act.at).date():
        raise BadInput([Reason(_("整改期限不能早于今天。"), field="due_on")])
    rectification = RECTIFICATION.move(
        rectification,
        "plan",
        act=act,
        responsible=person,
        due_on=due_on,
        opinion=opinion.strip(),
        finished_at=None,
        verifier=None,
        verified_at=None,
    )
    record(
        rectification,
        facts.RectificationPlanned(kind=rectification.kind, person_id=str(person.pk), person=person.name, due_on=due_on),
        act=act,
        about=(rectification.source,),
    )
    return rectification


@usecase("quality.rectification.finish")
def finish_rectification(
    rectification: Rectification, *, corrective: str, preventive: str = "", cause: str = "", act: Act
) -> Rectification:
    """Report what was done, and what keeps it from happening again."""
    _require(corrective=(corrective, _("请写明做了什么。")))
    rectification = RECTIFICATION.move(
        rectification,
        "finish",
        act=act,
        corrective=corrective.strip(),
        preventive=preventive.strip(),
        cause=cause.strip() or rectification.cause,
        finished_at=act.at,
    )
    record(rectification, facts.RectificationFinished(measures=rectification.corrective), act=act, about=(rectification.source,))
    return rectification


@usecase("quality.rectification.verify", gate=gates.VerifyRectification)
def verify_rectification(rectification: Rectification, *, effect: str, act: Act) -> Rectification:
    """See that it is right now. Raises BadInput if the person who put it right verifies himself."""
    _require(effect=(effect, _("请写明整改效果。")))
    verifier = _another(rectification, act)
    rectification = RECTIFICATION.move(rectification, "verify", act=act, effect=effect.strip(), verifier=verifier, verified_at=act.at)
    record(rectification, facts.RectificationVerified(effect=rectification.effect), act=act, about=(rectification.source,))
    _clear_its_finding(rectification, act)
    return rectification


@usecase("quality.rectification.fail")
def fail_rectification(rectification: Rectification, *, reason: str, act: Act) -> Rectification:
    """It is still not right: back to planning, with the reason."""
    _require(reason=(reason, _("请写明哪里仍不合格。")))
    _another(rectification, act)
    rectification = RECTIFICATION.move(rectification, "fail", act=act, effect=reason.strip())
    record(rectification, facts.RectificationFailed(reason=rectification.effect), act=act, about=(rectification.source,))
    return rectification


def _clear_its_finding(rectification: Rectification, act: Act) -> None:
    """What was found in a check is cleared by the verification of what was done about it."""
    finding = Finding.objects.unscoped("link").select_for_update(of=("self",)).filter(rectification=rectification).first()
    if finding is None or not FINDING.allows(finding, "clear"):
        return
    finding = FINDING.move(
        finding, "clear", act=act, cleared_at=act.at, cleared_by_id=rectification.verifier_id, clearance=rectification.effect
    )
    record(
        finding,
        facts.FindingCleared(list=finding.run.checklist.code, words=finding.clearance),
        act=act,
        about=(finding.run, finding.run.subject),
    )


def _another(rectification: Rectification, act: Act) -> Person:
    if act.person_id is None or act.person_id == rectification.responsible_id:
        raise BadInput([Reason(_("整改效果须由责任人以外的人验证。"), field="effect")])
    return Person.objects.visible_to(act).get(pk=act.person_id)


def _require(**texts: tuple[str, Any]) -> None:
    missing = [Reason(message, field=field) for field, (text, message) in texts.items() if not text.strip()]
    if missing:
        raise BadInput(missing)

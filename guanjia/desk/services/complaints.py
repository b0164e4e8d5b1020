"""Complaints: their facts, their grade, the harm, who is to blame, how it is made good."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanjia.desk import facts, gates, states
from guanjia.desk.following import about, responsible
from guanjia.desk.inputs import check, filled, known, only_if
from guanjia.desk.models import Case, Complaint, Offer
from guanjia.desk.states import COMPLAINT
from guanjia.kernel.act import Act
from guanjia.kernel.errors import IllegalMove, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase


@usecase("desk.complaint.register", gate=gates.RegisterComplaint)
def register_complaint(
    case: Case,
    *,
    occurred_at: Any = None,
    place: str = "",
    accused: str = "",
    course: str = "",
    demand: str = "",
    demanded_by: datetime | None = None,
    harm_ongoing: bool = False,
    act: Act,
) -> Complaint:
    """Make a case a complaint, with its facts (gate `desk.complaint.register`, DESK-031). IllegalMove if it already is one."""
    if Complaint.objects.unscoped("uniqueness").filter(case=case).exists():
        raise IllegalMove([Reason(_("这件诉求已登记为投诉。"))])
    if case.type != states.COMPLAINT_TYPE:
        case.type = states.COMPLAINT_TYPE
        _save(case, "type")
    return register(
        case,
        act,
        occurred_at=occurred_at,
        place=place,
        accused=accused,
        course=course,
        demand=demand,
        demanded_by=demanded_by,
        harm_ongoing=harm_ongoing,
    )


def register(
    case: Case,
    act: Act,
    *,
    occurred_at: Any = None,
    place: str = "",
    accused: str = "",
    course: str = "",
    demand: str = "",
    demanded_by: datetime | None = None,
    harm_ongoing: bool = False,
    source: str = "",
) -> Complaint:
    """Write the facts of a complaint beside its case."""
    complaint = Complaint.objects.create(
        project=case.project,
        case=case,
        created_at=act.at,
        occurred_at=_moment(occurred_at),
        place=place or case.address,
        accused=accused,
        course=course,
        demand=demand,
        demanded_by=demanded_by,
        harm_ongoing=harm_ongoing,
    )
    record(
        case,
        facts.ComplaintRegistered(harm_ongoing=harm_ongoing, source=source, accused=accused, demanded_by=demanded_by),
        act=act,
        about=about(case),
    )
    return complaint


register.not_a_usecase = "a step of opening, registering and importing, which are"


@usecase("desk.complaint.grade", gate=gates.GradeComplaint)
def grade_complaint(case: Case, *, rank: int, grounds: str = "", act: Act) -> Case:
    """Grade a complaint by its effect: 3 major, 2 important, 1 minor.

    The grade decides the clocks (DESK-036 to 038); those of an earlier grade are void.
    """
    states.require(case, "grade")
    check(
        known(rank, states.RANKS, "rank"),
        only_if(case.rank == rank, _("已是「%(rank)s」级。") % {"rank": states.RANKS.get(rank, rank)}, "rank"),
    )
    complaint = _complaint(case)
    COMPLAINT.move(complaint, "grade", act=act, grounds=grounds, graded_at=act.at)
    case.rank = rank
    _save(case, "rank")
    record(
        case,
        facts.ComplaintGraded(rank=rank, owner_id=str(responsible(case, act)), demanded_by=complaint.demanded_by, grounds=grounds),
        act=act,
        about=about(case),
    )
    return case


@usecase("desk.complaint.stop_harm")
def stop_harm(case: Case, *, measure: str, act: Act) -> Complaint:
    """The harm that was going on has been stopped, by this measure (DESK-040). IllegalMove if none is going on."""
    states.require(case, "stop_harm")
    check(filled(measure, _("止损措施"), "measure"))
    complaint = _complaint(case)
    if not complaint.harm_ongoing or complaint.harm_stopped_at is not None:
        raise IllegalMove([Reason(_("没有正在发生的损害。"))])
    complaint.harm_stopped_at, complaint.measure = act.at, measure
    _save(complaint, "harm_stopped_at", "measure")
    record(case, facts.HarmStopped(measure=measure), act=act, about=about(case))
    return complaint


@usecase("desk.complaint.tell_accused")
def tell_accused(case: Case, *, accused: str = "", act: Act) -> Complaint:
    """Whoever is complained about has been told."""
    states.require(case, "tell_accused")
    complaint = _complaint(case)
    accused = accused or complaint.accused
    check(filled(accused, _("被投诉人或部门"), "accused"))
    complaint.accused_told_at, complaint.accused = act.at, accused
    _save(complaint, "accused_told_at", "accused")
    record(case, facts.AccusedTold(accused=accused), act=act, about=about(case))
    return complaint


@usecase("desk.complaint.judge", gate=gates.JudgeComplaint)
def judge(case: Case, *, validity: str, liability: str, cause: str = "", kind: str = "", act: Act) -> Complaint:
    """Decide whether the complaint holds, and whose it is."""
    states.require(case, "judge")
    check(known(validity, states.VALIDITIES, "validity"), known(liability, states.LIABILITIES, "liability"))
    complaint = _complaint(case)
    complaint.validity, complaint.liability, complaint.judged_at = validity, liability, act.at
    _save(complaint, "validity", "liability", "judged_at")
    if cause:
        case.cause = cause
        _save(case, "cause")
    record(case, facts.ComplaintJudged(validity=validity, liability=liability, kind=kind, cause=cause), act=act, about=about(case))
    return complaint


@usecase("desk.complaint.offer", gate=gates.OfferRemedy)
def offer(case: Case, *, plan: str, cost_fen: int = 0, act: Act) -> Offer:
    """Offer how it is to be made good.

    Raises GateClosed while harm goes on (DESK-040), or when the cost (fen) is beyond the person's authority and no
    manager has allowed it (ORG-033).
    """
    states.require(case, "offer")
    check(filled(plan, _("补救方案"), "plan"), only_if(cost_fen < 0, _("费用不能为负。"), "cost_fen"))
    COMPLAINT.move(_complaint(case), "offer", act=act)
    made = Offer.objects.create(
        project=case.project, case=case, at=act.at, by_id=act.person_id, created_at=act.at, plan=plan, cost_fen=cost_fen
    )
    record(case, facts.RemedyOffered(plan=plan, cost_fen=cost_fen), act=act, about=about(case))
    return made


@usecase("desk.complaint.agree", gate=gates.AgreeRemedy)
def agree(case: Case, *, act: Act) -> Offer:
    """The customer agrees to the latest offer. IllegalMove if none is open."""
    states.require(case, "agree")
    COMPLAINT.move(_complaint(case), "agree", act=act)
    made = case.offers.order_by("-at", "-id").first()
    made.agreed_at = act.at
    _save(made, "agreed_at")
    record(case, facts.RemedyAgreed(plan=made.plan), act=act, about=about(case))
    return made


def _complaint(case: Case) -> Complaint:
    """The complaint of a case, held until the end of the transaction. IllegalMove if it is none."""
    found = Complaint.objects.unscoped("link").select_for_update(of=("self",)).filter(case=case).first()
    if found is None:
        raise IllegalMove([Reason(_("这件诉求不是投诉，请先登记投诉要素。"), cure="desk.complaint.register")])
    return found


def _save(row: Any, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _moment(value: Any) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else str(value or "")

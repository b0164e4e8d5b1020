"""What an order tells the one who goes there: where, how to get in, whom to call, what the desk heard, what happens next door."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from guanjia.desk import selectors as desk
from guanjia.desk.models import Case
from guanjia.kernel import files, money, signatures
from guanjia.kernel.act import Act, system_act
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook import unmet
from guanjia.rulebook.engine import key_of
from guanjia.rulebook.inforce import LIVE
from guanjia.web import addresses, moments, refusals
from guanjia.work import gates, states
from guanjia.work import selectors as work
from guanjia.work.models import WorkOrder


@dataclass
class Reading:
    """The order as the page shows it."""

    place: str
    project: str
    content: str
    kind: str
    entry: list[dict[str, str]] = field(default_factory=list)
    nearby: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""
    facts: list[tuple[str, Any]] = field(default_factory=list)
    photos: list[dict[str, Any]] = field(default_factory=list)
    signature: str = ""
    signer: str = ""


def of(order: WorkOrder, act: Act) -> Reading:
    """Everything on an order's page but its moves and duties."""
    case = case_of(order)
    kept = files_of(order, case)
    sign_off = order.sign_off
    return Reading(
        place=short_place(order),
        project=order.project.name,
        content=order.content,
        kind=" · ".join(str(word) for word in (states.KINDS[order.kind], states.CRAFTS[order.craft])),
        entry=entry_of(order, case, act),
        nearby=nearby_of(order, act),
        said=case.content if case and case.content != order.content else "",
        facts=facts_of(order, case),
        photos=[
            {"url": _file_url(order, one), "caption": CAPTIONS.get(one.role, lambda: "")(), "alt": one.name}
            for one in kept
            if not one.is_secret and one.content_type.startswith("image/")
        ],
        signature=_file_url(order, sign_off.image) if sign_off and sign_off.image and files.may_open(sign_off.image, act) else "",
        signer=sign_off.signer_name if sign_off else "",
    )


CAPTIONS = {"before": lambda: _("修前"), "after": lambda: _("修后")}


def short_place(order: WorkOrder) -> str:
    """Where to, without the project's name: 「3-2-1801 厨房」."""
    where = order.house.code if order.house_id else str(order.area or "")
    return " ".join(filter(None, [where, order.place_text])) or str(states.PLACES[order.place])


def case_of(order: WorkOrder) -> Case | None:
    """The case that asked for the order. Technicians see no cases; what was said for their work they do."""
    if order.source_kind != "desk.case":
        return None
    return Case.objects.unscoped("link").filter(pk=order.source_id, project_id=order.project_id).first()


def files_of(order: WorkOrder, case: Case | None = None) -> list[Any]:
    """Pictures and papers of the order and of the case behind it, oldest first."""
    case = case or case_of(order)
    return [*(files.of(case, "photo") if case else ()), *files.of(order)]


def entry_of(order: WorkOrder, case: Case | None, act: Act) -> list[dict[str, str]]:
    """How to get in, each with a sign: an agreed time, somebody home, the spare key."""
    told = order.entry_permission
    lines = []
    window = work.open_appointment(order)
    if window is not None:
        lines.append(
            (
                "calendar",
                _("约好 %(when)s 上门") % {"when": f"{moments.moment(window.starts_at, act.at)}–{_clock(window.ends_at, act)}"},
                "brand",
            )
        )
    if told.get("visit_time") or order.convenient_time:
        lines.append(("clock", _("方便时间：%(when)s") % {"when": told.get("visit_time") or order.convenient_time}, ""))
    if told.get("someone_home") is not None:
        lines.append(("person", _("家里有人") if told["someone_home"] else _("家里没人"), "" if told["someone_home"] else "warn"))
    if told.get("spare_key_left"):
        lines.append(
            (
                "key",
                _("备用钥匙在前台，可以用") if told.get("may_use_key") else _("备用钥匙在前台，没有同意使用，先联系住户"),
                "" if told.get("may_use_key") else "warn",
            )
        )
    return [{"icon": icon, "words": words, "tone": tone} for icon, words, tone in lines]


def nearby_of(order: WorkOrder, act: Act) -> list[dict[str, Any]]:
    """What the neighbours reported within the last day: the house above may know where the water comes from.

    Asked as the system: he sees that and where, not who; their cases stay shut to him.
    """
    if order.house_id is None or order.state in states.DONE:
        return []
    near = desk.nearby_cases([order.house], system_act(act.at, company_id=order.company_id))
    return [
        {"label": one.label, "place": one.case.house.code, "title": one.case.title, "at": one.case.opened_at}
        for one in near
        if one.relation in ("above", "below", "same_floor")
    ][:3]


def facts_of(order: WorkOrder, case: Case | None) -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = [(_("工单"), order.number)]
    if case and case.entry.get("part"):
        pairs.append((_("部位"), case.entry["part"]))
    if order.paid:
        told = _("还没报价") if order.price_fen is None else _("%(price)s 元") % {"price": money.yuan(order.price_fen)}
        agreed = _("，%(payer)s已同意") % {"payer": order.payer} if order.is_price_agreed else ""
        pairs.append((_("费用"), f"{told}{agreed}"))
    if order.first_order_id:
        pairs.append((_("返工自"), order.first_order.number))
    if order.water_tested_at:
        pairs.append((_("试水"), _("不漏了")))
    for label, value in ((_("结果"), order.result), (_("用料"), order.materials)):
        if value:
            pairs.append((label, value))
    return pairs


def his_duties(orders: list[WorkOrder], act: Act) -> list[Any]:
    """The open duties about these orders that wait for the technician: those with his name, and those his coming meets; soonest first."""
    by_coming = LIVE.closed_by("work.order.arrived", act.company_id)
    return [
        duty
        for duty in rulebook.duties_of(orders, act)
        if duty.is_open and (duty.assignee_id == act.person_id or key_of(duty) in by_coming)
    ]


def needs_of(order: WorkOrder, act: Act, request: HttpRequest) -> list[dict[str, Any]]:
    """Why a signed order is not done yet."""
    if order.state != states.FINISHED or signatures.given(order, order.sign_off_slot) is None:
        return []
    return [
        {
            "state": "unmet",
            "message": str(one.message),
            "rule": one.rule,
            "rule_url": addresses.of_rule(one.rule),
            "clause": "",
            "button": refusals.cure(one.cure, request),
        }
        for one in unmet(gates.CompleteOrder.of(order, act=act))
    ]


def _clock(at: Any, act: Act) -> str:
    return moments.moment(at, act.at).rpartition(" ")[2]


def _file_url(order: WorkOrder, attachment: Any) -> str:
    return reverse("field-file", args=[order.pk, attachment.pk])

"""A case as its resident reads it: one sentence on how things stand, what was promised, who comes and when, the steps in plain words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from guanjia.desk import states
from guanjia.desk.models import Case
from guanjia.followup.models import ReturnVisit
from guanjia.followup.states import TAP
from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.models import JournalEntry
from guanjia.web import moments
from guanjia.work import selectors as work
from guanjia.work import states as work_states
from guanjia.work.models import WorkOrder

AFTER = "after"  # the role of pictures that show the finished work


@dataclass
class Story:
    """What the page shows. `asks`: the resident may answer now."""

    over: str
    title: str
    text: str = ""
    tone: str = ""
    asks: bool = False
    fixed_words: str = ""
    due_at: datetime | None = None
    opened_at: datetime | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    facts: list[tuple[str, Any]] = field(default_factory=list)
    photos: list[Any] = field(default_factory=list)


def story_of(case: Case, act: Act) -> Story:
    """The whole page of a case, read on behalf of whoever holds its key."""
    orders = orders_of(case)
    tapped = _tapped(case)
    told = _how_it_stands(case, orders, tapped, act)
    told.over = " · ".join(filter(None, [case.address, case.title]))
    told.asks = may_answer(case, tapped)
    told.steps = _steps(case, orders, act)
    told.facts = _facts(case, orders, act)
    told.photos = photos_of(orders)
    return told


def orders_of(case: Case) -> list[WorkOrder]:
    """The work for this case, oldest first, without what was called off."""
    linked = case.works.select_related("order__technician").order_by("at", "id")
    return [one.order for one in linked if one.order.state != work_states.CANCELLED]


def may_answer(case: Case, tapped: ReturnVisit | None) -> bool:
    """The one tap is wanted: resolved, not answered yet, and no complaint, which a person asks about (FUP-001)."""
    return case.state == states.RESOLVED and case.type != states.COMPLAINT_TYPE and case.confirmed_at is None and tapped is None


def photos_of(orders: list[WorkOrder]) -> list[Any]:
    """Pictures of the finished work."""
    return [one for order in orders for one in files.of(order, AFTER) if one.content_type.startswith("image/")]


def _tapped(case: Case) -> ReturnVisit | None:
    """What the resident answered since the case was resolved last."""
    if case.resolved_at is None:
        return None
    return case.return_visits.filter(way=TAP, made_at__gte=case.resolved_at).order_by("-made_at").first()


def _how_it_stands(case: Case, orders: list[WorkOrder], tapped: ReturnVisit | None, act: Act) -> Story:
    if case.state == states.NEW:
        return Story("", _("我们收到了"), _("客服马上受理，受理后会告诉您谁负责、什么时候答复。"))
    if case.state == states.WAITING:
        return Story("", _("有一件事要请您告诉我们"), _question(case) or _("客服会联系您，也可以直接拨打服务中心。"), tone="warn")
    if case.state == states.RESOLVED:
        return _resolved(case, orders, tapped)
    if case.state == states.CLOSED:
        return Story("", _("这件事办完了"), _("谢谢您告诉我们结果。") if tapped or case.confirmed_at else case.result, tone="good")
    if case.state == states.WITHDRAWN:
        return Story("", _("您已撤回这件事"), _("需要时请再告诉我们。"))
    return _going_on(case, orders, act)


def _resolved(case: Case, orders: list[WorkOrder], tapped: ReturnVisit | None) -> Story:
    if case.type == states.COMPLAINT_TYPE:
        return Story(
            "", _("已有处理结果"), _("%(result)s 我们会有专人给您打电话，听您的意见。") % {"result": _sentence(case.result)}, tone="good"
        )
    if tapped is not None or case.confirmed_at is not None:
        return Story("", _("谢谢您"), _("您的意见已经收到。"), tone="good")
    if orders or case.type == states.REPAIR:
        return Story("", _("修好了吗？"), case.result, tone="good", fixed_words=_("修好了，您觉得"))
    return Story("", _("办好了吗？"), case.result, tone="good", fixed_words=_("办好了，您觉得"))


def _going_on(case: Case, orders: list[WorkOrder], act: Act) -> Story:
    order = next((one for one in reversed(orders) if one.state not in work_states.DONE), None)
    again = _("您说还没有好，我们接着办。") if case.denied_at else ""
    if order is None:
        promise = _promise(case)
        if promise is None:
            return Story("", _("正在办理"), again or _("有进展会发消息告诉您。"))
        when = {"when": moments.moment(promise, act.at)}
        if promise <= act.at:
            return Story("", _("正在办理"), _("说好%(when)s前答复您，我们迟了，对不起。着急请直接拨打服务中心。") % when, tone="warn")
        return Story("", _("正在办理"), again or _("我们会在%(when)s前答复您。") % when, due_at=promise, opened_at=case.accepted_at)
    who = order.technician.name if order.technician else ""
    window = work.open_appointment(order)
    if order.state == work_states.PAUSED:
        why = work_states.PAUSES.get(order.pause_reason, "")
        return Story("", _("维修先停一停"), _("原因：%(why)s。恢复时会告诉您。") % {"why": why}, tone="warn")
    if order.state == work_states.FINISHED:
        return Story("", _("修完了，请您看一看"), _("%(who)s会请您签字确认。") % {"who": who}, tone="good")
    if order.state in (work_states.ON_SITE, work_states.WORKING):
        return Story("", _("%(who)s正在维修") % {"who": who}, again or _("修完会请您看过再签字。"))
    if window is not None:
        return Story(
            "",
            _("%(who)s会按约上门") % {"who": who or _("师傅")},
            _("约好的时间：%(span)s。") % {"span": span_of(window.starts_at, window.ends_at, act.at)},
        )
    if order.state == work_states.ACCEPTED:
        return Story("", _("%(who)s正在过来") % {"who": who}, again or _("请留人开门；不方便请拨打服务中心。"))
    return Story("", _("正在安排师傅"), again or _("安排好会马上告诉您。"))


def span_of(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """今天 14:00 至 15:00"""
    end = moments.moment(ends_at, now)
    same_day = moments.day(starts_at, now) == moments.day(ends_at, now)
    return _("%(start)s 至 %(end)s") % {"start": moments.moment(starts_at, now), "end": end.rpartition(" ")[2] if same_day else end}


def _steps(case: Case, orders: list[WorkOrder], act: Act) -> list[dict[str, Any]]:
    arrived = min((one.arrived_at for one in orders if one.arrived_at), default=None)
    fixed = bool(orders) or case.type == states.REPAIR
    walk: list[tuple[str, datetime | None]] = [(_("收到"), case.opened_at), (_("受理"), case.accepted_at or case.resolved_at)]
    walk += [(_("师傅上门"), arrived)] if fixed else []
    walk += [(_("修好") if fixed else _("办好"), case.resolved_at), (_("您认可"), case.confirmed_at)]
    reached = max(index for index, (_label, at) in enumerate(walk) if at)
    steps = []
    for index, (label, at) in enumerate(walk):
        over = case.state == states.CLOSED
        state = "done" if at or index < reached or over else "now" if index == reached + 1 else "todo"
        if case.state == states.WITHDRAWN and not at:
            state = "stopped"
        steps.append({"label": label, "state": state, "when": moments.moment(at, act.at) if at else ""})
    return steps


def _facts(case: Case, orders: list[WorkOrder], act: Act) -> list[tuple[str, Any]]:
    promise = _promise(case)
    doers = "、".join(dict.fromkeys(one.technician.name for one in orders if one.technician))
    pairs = [(_("编号"), case.number), (_("您反映的"), case.content), (_("负责人"), case.owner.name if case.owner else "")]
    pairs += [(_("师傅"), doers)] if doers else []
    if promise and case.state in (states.OPEN, states.WAITING):
        pairs.append((_("答应您"), _("%(when)s前答复") % {"when": moments.moment(promise, act.at)}))
    if case.result and case.state in (states.RESOLVED, states.CLOSED):
        pairs.append((_("结果"), case.result))
    return pairs


def _promise(case: Case) -> datetime | None:
    """The newest time that was promised."""
    return case.promises.order_by("-at", "-id").values_list("promised_at", flat=True).first()


def _question(case: Case) -> str:
    """What was asked of the resident last."""
    lines = JournalEntry.objects.unscoped("link").filter(abouts__subject_id=case.pk, fact="desk.case.asked_customer")
    last = lines.order_by("-happened_at").first()
    return last.payload.get("question", "") if last else ""


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in "。！？.!?" else f"{text}。"

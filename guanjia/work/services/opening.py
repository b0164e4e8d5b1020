"""Opening an order, and calling it off."""

from typing import Any

from django.utils.translation import gettext as _

from guanjia.customers.models import Customer
from guanjia.estate.models import CommonArea, House
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import as_ref, record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.rulebook.priority import LEVELS, priority

from .. import facts, gates, selectors
from ..models import WorkOrder
from ..states import APPOINTMENT, CLASSES, CRAFTS, HOME, KINDS, ORDER, PLACES, REWORK, UNITS
from ._order import about as about_order
from ._order import end_assignment, require

PERMISSION_KEYS = ("someone_home", "spare_key_left", "may_use_key", "visit_time")


@usecase("work.order.open", gate=gates.OpenOrder)
def open_order(
    *,
    project: Project,
    kind: str,
    craft: str,
    place: str,
    content: str,
    house: House | None = None,
    area: CommonArea | None = None,
    place_text: str = "",
    urgency: int = 2,
    importance: int = 2,
    work_class: str = "other",
    paid: bool = False,
    price_fen: int | None = None,
    reporter: Customer | None = None,
    reporter_name: str = "",
    reporter_phone: str = "",
    reporter_unit: str = "service",
    entry: dict | None = None,
    convenient_time: str = "",
    source: Any = None,
    about: tuple = (),
    first_order: WorkOrder | None = None,
    technician_on_duty: bool | None = None,
    act: Act,
) -> WorkOrder:
    """Open an order for whoever asked (`source`: instance, Ref or None); returns it, waiting to be assigned.

    `urgency` and `importance` run from 1 to 3 (3: at once); `priority` follows from them (WORK-037). `entry` is the
    permission to enter (someone_home, spare_key_left, may_use_key, visit_time). `technician_on_duty` is looked up
    when not given. A rework names the order it repeats. Raises BadInput with everything that is wrong.
    """
    wrong = _wrong(
        kind=kind,
        craft=craft,
        place=place,
        work_class=work_class,
        reporter_unit=reporter_unit,
        urgency=urgency,
        importance=importance,
        content=content,
        price_fen=price_fen,
    )
    if place == HOME and house is None and not place_text.strip():
        wrong.append(Reason(_("入户维修请选择房屋，或写明地址。"), field="house"))
    if kind == REWORK and first_order is None:
        wrong.append(Reason(_("返工单须关联原工单。"), field="first_order"))
    if wrong:
        raise BadInput(wrong)
    if technician_on_duty is None:
        technician_on_duty = selectors.is_technician_on_duty(project, act.at, craft)
    ref = as_ref(source) if source is not None else None
    if reporter is not None and not reporter_name:
        reporter_name = reporter.name
    order = WorkOrder.objects.create(
        project=project,
        number=next_number(selectors.NUMBER_PREFIX, project, act.at),
        kind=kind,
        craft=craft,
        work_class=work_class,
        content=content.strip(),
        place=place,
        house=house,
        area=area,
        place_text=place_text.strip(),
        reporter_customer=reporter,
        reporter_name=reporter_name.strip(),
        reporter_phone=reporter_phone.strip(),
        reporter_unit=reporter_unit,
        urgency=urgency,
        importance=importance,
        priority=priority(urgency, importance),
        paid=paid,
        price_fen=price_fen,
        entry_permission={key: value for key, value in (entry or {}).items() if key in PERMISSION_KEYS},
        convenient_time=convenient_time.strip(),
        source_kind=ref.kind if ref else "",
        source_id=ref.id if ref else None,
        first_order=first_order,
        opened_at=act.at,
        created_at=act.at,
    )
    record(
        order,
        facts.OrderOpened(
            kind=kind,
            place=place,
            craft=craft,
            urgency=urgency,
            importance=importance,
            work_class=work_class,
            paid=paid,
            source_kind=order.source_kind,
            technician_on_duty=technician_on_duty,
            summary=f"{KINDS[kind]} · {PLACES[place]} · {CRAFTS[craft]}",
        ),
        act=act,
        about=about_order(order, first_order, *about),
    )
    return order


@usecase("work.order.cancel", gate=gates.CancelOrder)
def cancel_order(order: WorkOrder, *, reason: str, act: Act) -> WorkOrder:
    """Call off an order that is not done yet; its appointment falls with it."""
    require(reason=(reason, _("请填写取消原因。")))
    order = ORDER.move(order, "cancel", act=act)
    end_assignment(order, "cancelled", act.at)
    window = selectors.open_appointment(order)
    if window is not None:
        APPOINTMENT.move(window, "drop", act=act, reason=reason.strip()[:200])
    record(order, facts.OrderCancelled(reason=reason.strip()), act=act, about=about_order(order))
    return order


def _wrong(*, content: str, price_fen: int | None, urgency: int, importance: int, **codes: str) -> list[Reason]:
    lists = {"kind": KINDS, "craft": CRAFTS, "place": PLACES, "work_class": CLASSES, "reporter_unit": UNITS}
    wrong = [
        Reason(_("「%(value)s」不在可选范围内。") % {"value": value}, field=field)
        for field, value in codes.items()
        if value not in lists[field]
    ]
    wrong += [
        Reason(_("请选 1、2 或 3。"), field=field)
        for field, level in {"urgency": urgency, "importance": importance}.items()
        if level not in LEVELS
    ]
    if not content.strip():
        wrong.append(Reason(_("请写明要修什么。"), field="content"))
    if price_fen is not None and price_fen < 0:
        wrong.append(Reason(_("费用不能为负数。"), field="price_fen"))
    return wrong

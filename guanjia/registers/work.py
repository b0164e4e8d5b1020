"""Registers of work: orders, and when somebody comes."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.page import Duties, Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register
from guanjia.work import services
from guanjia.work.models import Appointment, WorkOrder
from guanjia.work.states import APPOINTMENT, DONE, ORDER

PLACE = Column("where", _("地点"), kind="place", needs=("house", "area"))


def is_under_way(order: Any, act: Any) -> bool:
    return order.state not in DONE


class WorkOrderRegister(Register):
    """工单: nine forms of the handbooks in one table. Orders are opened at the desk and done in the field."""

    label = _("工单")
    model = WorkOrder
    see = "work.order.see"
    icon = "order"
    identity = ("number",)
    columns = (
        "number", PLACE, "content", "craft", "state", "technician", "arrived_at", "materials", "finished_at", "price_fen",
        Column("sign_off__signer_name", _("签认")),
    )  # fmt: skip
    more_columns = (
        "kind", "work_class", "priority", "urgency", "importance", Column("place", _("入户或公共")), "reporter_name",
        "reporter_phone", "reporter_unit", "paid", "convenient_time", "pause_reason", "result", "opened_at", "started_at",
        "completed_at", "rejections", "first_order",
    )  # fmt: skip
    filters = ("state", "kind", "craft", "work_class", "place", "priority", "technician", "paid", "opened_at", "completed_at")
    search = ("number", "content", "house__code", "place_text", "reporter_name")
    box = "number"
    order = ("-opened_at",)
    page = Page(
        Facts(
            "number", "state", "kind", "craft", "work_class", "priority", PLACE, "content", "reporter_name", "reporter_phone",
            "convenient_time", "technician", "opened_at", "arrived_at", "finished_at", "result", "materials", "price_fen", "payer",
            Column("sign_off__signer_name", _("签认")), "completed_at",
        ),
        Table("assignments", columns=("technician", "assigned_at", "accepted_at", "end", "why"), title=_("派工"), order=("-assigned_at",)),
        Table("appointments", columns=("starts_at", "ends_at", "technician", "state", "reason"), title=_("预约"), order=("-starts_at",)),
        Table("attendances", columns=("technician", "arrived_at", "place"), title=_("到场"), order=("-arrived_at",)),
        Table("reworks", columns=("number", "content", "state"), title=_("返工"), order=("-opened_at",)),
        Timeline(),
        Duties(),
        Files(),
    )  # fmt: skip
    actions = (
        Action(services.chase_order, _("催办"), fields={"note": _("说明")}, icon="bell", shown=is_under_way),
        Action(services.add_note, _("备注"), fields={"text": _("备注")}, icon="edit"),
        Action(services.reject_order, _("不合格返工"), fields={"reason": _("哪里不合格")}, machine=ORDER, icon="undo"),
        Action(services.cancel_order, _("取消"), fields={"reason": _("取消原因")}, machine=ORDER, tone="danger", icon="close"),
    )


class AppointmentRegister(Register):
    """预约: in which window somebody is expected where."""

    label = _("上门预约")
    model = Appointment
    icon = "calendar"
    identity = ("order", "starts_at")
    columns = (
        "starts_at", "ends_at", "order", Column("order__where", _("地点"), needs=("order__house", "order__area")), "technician", "state",
    )  # fmt: skip
    more_columns = ("agreed_with", "booked_at", "reason")
    filters = ("state", "technician", "starts_at")
    search = ("order__number", "order__house__code", "agreed_with")
    box = ""
    needs = ("order",)
    order = ("-starts_at",)
    page = Page(Facts("order", "starts_at", "ends_at", "technician", "state", "agreed_with", "booked_at", "reason"), Timeline(), Duties())
    actions = (
        Action(services.move_appointment, fields={"starts_at": _("自"), "ends_at": _("至"), "reason": _("改约原因")}, machine=APPOINTMENT),
        Action(services.miss_appointment, fields={"note": _("情况")}, machine=APPOINTMENT, tone="danger"),
    )

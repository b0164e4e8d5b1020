"""The life of an order, one table for all kinds (WORK-001, WORK-036), and the words its columns are written in.

`finished` is not done: without a signature the work counts as unfinished (WORK-008), so DONE has no `finished` in it.
"""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

NEW, ASSIGNED, ACCEPTED, ON_SITE, WORKING = "new", "assigned", "accepted", "on_site", "working"
PAUSED, FINISHED, COMPLETED, CANCELLED = "paused", "finished", "completed", "cancelled"

ORDER = Machine(
    "work.order",
    {
        "open": ({None}, NEW),
        "assign": ({NEW, ASSIGNED, ACCEPTED, PAUSED}, ASSIGNED),
        "accept": ({ASSIGNED}, ACCEPTED),
        "decline": ({ASSIGNED, ACCEPTED}, NEW),
        "arrive": ({ACCEPTED}, ON_SITE),
        "start": ({ON_SITE}, WORKING),
        "requote": ({WORKING, PAUSED}, ON_SITE),  # a new price asks again, and work stands still until the payer agrees
        "pause": ({ON_SITE, WORKING}, PAUSED),
        "resume": ({PAUSED}, WORKING),
        "finish": ({WORKING}, FINISHED),
        "sign": ({FINISHED}, FINISHED),
        "complete": ({FINISHED}, COMPLETED),
        "reject": ({FINISHED, COMPLETED}, WORKING),
        "cancel": ({NEW, ASSIGNED, ACCEPTED, ON_SITE, WORKING, PAUSED}, CANCELLED),
    },
    labels={
        NEW: _("待派工"),
        ASSIGNED: _("待接单"),
        ACCEPTED: _("已接单"),
        ON_SITE: _("已到场"),
        WORKING: _("维修中"),
        PAUSED: _("暂停"),
        FINISHED: _("待签认"),
        COMPLETED: _("已完工"),
        CANCELLED: _("已取消"),
    },
    verbs={
        "open": _("开单"),
        "assign": _("派工"),
        "accept": _("接单"),
        "decline": _("退单"),
        "arrive": _("到场"),
        "start": _("开工"),
        "requote": _("重新报价"),
        "pause": _("暂停"),
        "resume": _("恢复"),
        "finish": _("报完工"),
        "sign": _("签认"),
        "complete": _("完工"),
        "reject": _("不合格返工"),
        "cancel": _("取消"),
    },
)

DONE = (COMPLETED, CANCELLED)
AWAY = (ACCEPTED, ON_SITE, WORKING)  # its technician is out on it, not in the duty room
PRICED = (WORKING, FINISHED, COMPLETED)  # paid work never gets here without an agreed price (WORK-020)

HOME, PUBLIC = "home", "public"
PLACES = {HOME: _("入户"), PUBLIC: _("公共部位")}

REWORK = "rework"
KINDS = {
    "repair": _("报修"),
    "paid_service": _("有偿服务"),
    "entrusted": _("委托服务"),
    REWORK: _("返工"),
    "planned": _("计划维修"),
}
CRAFTS = {
    "water": _("给排水"),
    "electric": _("电气"),
    "civil": _("土建"),
    "lift": _("电梯"),
    "cleaning": _("保洁"),
    "security": _("安防"),
    "other": _("其他"),
}
CLASSES = {
    "safety": _("安全设施"),
    "leak": _("渗漏"),
    "works": _("工程"),
    "management_service": _("管理服务"),
    "other": _("其他维修"),
}
PAUSES = {
    "parts": _("等配件"),
    "contractor": _("等外协单位"),
    "weather": _("等天气"),
    "not_solvable_now": _("当场不能解决"),
    "cannot_handle": _("本人不能处理"),
}
UNITS = {"service": _("服务部门"), "security": _("安防部门"), "office": _("办公室"), "sales": _("销售现场")}

BOOKED, MOVED, MISSED, KEPT, DROPPED = "booked", "moved", "missed", "kept", "dropped"

APPOINTMENT = Machine(
    "work.appointment",
    {
        "book": ({None}, BOOKED),
        "move": ({BOOKED, MISSED}, MOVED),
        "keep": ({BOOKED}, KEPT),
        "miss": ({BOOKED}, MISSED),
        "drop": ({BOOKED}, DROPPED),
    },
    labels={BOOKED: _("已约"), MOVED: _("已改约"), MISSED: _("爽约"), KEPT: _("已赴约"), DROPPED: _("已取消")},
    verbs={"book": _("预约"), "move": _("改约"), "keep": _("赴约"), "miss": _("记爽约"), "drop": _("取消预约")},
)

ADULT_CAPACITIES = {
    "owner": _("业主"),
    "co_owner": _("共有人"),
    "tenant": _("租户"),
    "adult_member": _("家中成年人"),
}
CAPACITIES = ADULT_CAPACITIES | {"reporter": _("报修人"), "staff": _("验收员工")}

# Who may sign public repairs, by reporting unit; a role above one of these in the tree of superiors may too (WORK-010).
PUBLIC_SIGNERS = {
    "service": ("steward",),
    "security": ("security_leader",),
    "office": ("administrator", "secretary", "archivist", "cashier", "finance"),
    "sales": ("sales",),
}

"""What a case and a complaint may do next, and the words their columns are written in.

`CASE` holds the moves that change the state. Deeds that leave it as it is (a reply, a note, a promise) stand in `DEEDS`
with the states in which they make sense; `may_now` answers for both, so that a button is never offered in vain.
"""

from typing import Any

from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.errors import IllegalMove, Reason
from guanjia.kernel.machine import Machine
from guanjia.rulebook import catalogue, realises

NEW, OPEN, WAITING, RESOLVED, CLOSED, WITHDRAWN = "new", "open", "waiting", "resolved", "closed", "withdrawn"

UNFINISHED = (NEW, OPEN, WAITING, RESOLVED)  # somebody still owes something: the queue, and DESK-007
OWNED = (OPEN, WAITING, RESOLVED)  # never without an owner

CASE = Machine(
    "desk.case",
    {
        "open": ({None}, NEW),
        "answer_at_once": ({None}, RESOLVED),
        "accept": ({NEW}, OPEN),
        "ask_customer": ({OPEN}, WAITING),
        "resume": ({WAITING}, OPEN),
        "order_work": ({OPEN}, OPEN),
        "resolve": ({OPEN}, RESOLVED),
        "confirm": ({RESOLVED}, RESOLVED),
        "deny": ({RESOLVED}, OPEN),
        "close": ({RESOLVED}, CLOSED),
        "reopen": ({RESOLVED, CLOSED}, OPEN),
        "withdraw": ({NEW, OPEN, WAITING}, WITHDRAWN),
    },
    labels={NEW: _("待受理"), OPEN: _("办理中"), WAITING: _("等客户"), RESOLVED: _("待确认"), CLOSED: _("已关闭"), WITHDRAWN: _("已撤回")},
    verbs={
        "open": _("登记"),
        "answer_at_once": _("当场答复"),
        "accept": _("受理"),
        "ask_customer": _("请客户补充"),
        "resume": _("继续办理"),
        "order_work": _("派工单"),
        "resolve": _("办结"),
        "confirm": _("客户认可"),
        "deny": _("客户不认可"),
        "close": _("关闭"),
        "reopen": _("重新办理"),
        "withdraw": _("撤回"),
    },
)

DEEDS = {
    "attach": ((NEW, OPEN, WAITING, RESOLVED), _("并入来访来电")),
    "classify": ((NEW, OPEN, WAITING), _("定难度")),
    "promise": ((OPEN, WAITING), _("承诺时间")),
    "reply": ((OPEN, WAITING, RESOLVED), _("答复")),
    "notify": ((OPEN, WAITING, RESOLVED), _("告知客户")),
    "mark_urgent": ((NEW, OPEN, WAITING), _("列为紧急")),
    "mark_beyond_authority": ((NEW, OPEN, WAITING, RESOLVED), _("标记超出权限")),
    "escalate": ((NEW, OPEN, WAITING, RESOLVED), _("上报")),
    "instruct": ((NEW, OPEN, WAITING, RESOLVED), _("作指示")),
    "raise": ((NEW, OPEN, WAITING, RESOLVED), _("提请主管关注")),
    "transfer": ((OPEN, WAITING, RESOLVED), _("请他人接手")),
    "take_over": ((OPEN, WAITING, RESOLVED), _("接手")),
    "follow": ((OPEN, WAITING, RESOLVED), _("跟进")),
    "note": ((NEW, OPEN, WAITING, RESOLVED, CLOSED, WITHDRAWN), _("备注")),
    "grade": ((NEW, OPEN, WAITING), _("定级")),
    "judge": ((OPEN, WAITING, RESOLVED), _("判定")),
    "stop_harm": ((NEW, OPEN, WAITING), _("止损")),
    "tell_accused": ((NEW, OPEN, WAITING, RESOLVED), _("告知被投诉方")),
    "offer": ((OPEN, WAITING), _("提补救方案")),
    "agree": ((OPEN, WAITING), _("方案达成一致")),
}


def may_now(case: Any, verb: str) -> bool:
    """True if the case's state allows the move or deed; whether a clause holds it back is the gate's question."""
    return CASE.allows(case, verb) if verb in CASE.moves else case.state in DEEDS[verb][0]


def require(case: Any, verb: str) -> None:
    """Raise IllegalMove unless the deed makes sense in the case's state."""
    states, label = DEEDS[verb]
    if case.state not in states:
        raise IllegalMove(
            [
                Reason(
                    now_("当前为「%(state)s」，不能「%(verb)s」。可能已有人先处理，请刷新查看。")
                    % {"state": CASE.labels[case.state], "verb": label}
                )
            ]
        )


REGISTERED, GRADED, OFFERED, AGREED = "registered", "graded", "offered", "agreed"

COMPLAINT = Machine(
    "desk.complaint",
    {
        "register": ({None}, REGISTERED),
        "grade": ({REGISTERED, GRADED, OFFERED, AGREED}, GRADED),
        "offer": ({GRADED, OFFERED, AGREED}, OFFERED),
        "agree": ({OFFERED}, AGREED),
    },
    labels={REGISTERED: _("已登记"), GRADED: _("已定级"), OFFERED: _("已提方案"), AGREED: _("已达成一致")},
    verbs={"register": _("登记要素"), "grade": _("定级"), "offer": _("提补救方案"), "agree": _("方案达成一致")},
)

realises("DESK-007", by=CASE)  # every problem tracked to the end; the rest of it is a constraint, a trigger, a duty
realises("DESK-020", by=CASE)  # consultation: answered at once, or promised, replied, then resolved
realises("DESK-028", by=COMPLAINT)  # complaint: registered, graded, offered, agreed; then as any case

# -- words ---------------------------------------------------------------------------------------
TYPES = dict(catalogue.load()["DESK-002"].param("types"))  # code -> name; a company's rows may add to them
CHANNELS = dict(catalogue.load()["DESK-001"].param("channels"))


def type_name(code: str) -> str:
    """What a type of case is called, in the language of who reads."""
    return now_(TYPES[code]) if code in TYPES else code


ENQUIRY, CONSULTATION, COMPLAINT_TYPE, REPAIR = "enquiry", "consultation", "complaint", "repair"

HOME, PUBLIC = "home", "public"
PLACES = {HOME: _("户内"), PUBLIC: _("公共区域")}

CUSTOMER, ANONYMOUS, STAFF = "customer", "anonymous", "staff"
REQUESTERS = {CUSTOMER: _("住户"), ANONYMOUS: _("匿名"), STAFF: _("员工")}

IN, OUT = "in", "out"
DIRECTIONS = {IN: _("来"), OUT: _("去")}

LEVELS = {3: _("高"), 2: _("中"), 1: _("低")}  # urgency and importance
RANKS = {3: _("重大"), 2: _("重要"), 1: _("轻微")}  # complaints, by effect (DESK-036 to 038)
DIFFICULTIES = {"general": _("一般"), "difficult": _("疑难")}

FIXED, ANSWERED, MANAGER, TRANSFERRED = "fixed", "answered", "manager", "transferred"
OUTCOMES = {
    FIXED: _("已解决"),
    ANSWERED: _("已答复"),
    "agreed": _("已达成一致"),
    "explained": _("已解释说明"),
    "not_ours": _("不属物业责任，已指引"),
    MANAGER: _("管理者决定结案"),
    TRANSFERRED: _("已转他人"),
}  # `transferred` can be said and is refused (DESK-008)

WAYS = {
    "phone": _("电话"),
    "visit": _("上门"),
    "face": _("当面"),
    "sms": _("短信"),
    "wechat": _("微信"),
    "app": _("业主端"),
    "email": _("邮件"),
    "letter": _("信函"),
}
SENT_WAYS = ("sms", "wechat", "email")  # ways by which the system itself can tell

URGENT_KINDS = {"hazard": _("安全隐患"), "incident": _("突发事件")}
VALIDITIES = {"valid": _("有效"), "partly": _("部分有效"), "invalid": _("无效")}
LIABILITIES = {
    "company": _("本公司"),
    "neighbour": _("邻里"),
    "several": _("多方"),
    "facility": _("设施设备"),
    "not_ours": _("与物业无关"),
}
LINK_KINDS = {"related": _("相关"), "duplicate": _("重复"), "split": _("分出"), "merge": _("并入")}
NOTE_KINDS = {"note": _("备注"), "instruction": _("指示"), "system": _("系统")}
SATISFIED_FROM = 3  # of 5

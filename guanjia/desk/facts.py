"""What can have happened at the desk: contacts, cases, complaints.

Facts about a complaint are facts about its case: the two are one matter, and one clock. `look_at` is when somebody will
look at the case again; each fact that carries it moves that moment on (DESK-007).
"""

from datetime import datetime

from guanjia.kernel.journal import Fact


# -- contacts ------------------------------------------------------------------------------------
class ContactReceived(Fact, name="desk.contact.received", zh="接到来访来电"):
    channel: str
    direction: str = "in"


class ContactAnswered(Fact, name="desk.contact.answered", zh="已接待"):
    channel: str
    wait_seconds: int = 0
    says = "等候 {wait_seconds} 秒"


class ContactEnded(Fact, name="desk.contact.ended", zh="接待结束"):
    channel: str
    matter: str = ""
    says = "{matter}"


# -- a case, from the first word to the last -------------------------------------------------------
class CaseOpened(Fact, name="desk.case.opened", zh="诉求已登记"):
    """`requester` is customer, anonymous or staff; `category` a code; urgency and importance run 1-3, 3 the most."""

    type: str
    place: str = "home"
    category: str = ""
    requester: str = "customer"
    channel: str = ""
    urgency: int = 2
    importance: int = 2
    priority: int = 3
    owner_id: str = ""
    source: str = ""


class CaseAttached(Fact, name="desk.case.attached", zh="来访来电已并入"):
    channel: str


class CaseAnsweredAtOnce(Fact, name="desk.case.answered_at_once", zh="当场答复"):
    type: str
    category: str = ""
    satisfied: bool = False
    owner_id: str = ""
    look_at: datetime | None = None
    answer: str = ""
    says = "{answer}"


class CaseAccepted(Fact, name="desk.case.accepted", zh="已受理"):
    type: str
    owner_id: str
    look_at: datetime
    explanation: str = ""
    says = "{explanation}"


class CaseClassified(Fact, name="desk.case.classified", zh="已定难度"):
    type: str
    difficulty: str
    opened_at: datetime


class CasePromised(Fact, name="desk.case.promised", zh="已承诺答复时间"):
    type: str
    promised_at: datetime
    owner_id: str
    look_at: datetime
    expert_id: str = ""
    question: str = ""
    says = "{question}"


class CaseReplied(Fact, name="desk.case.replied", zh="已答复"):
    type: str
    way: str
    is_final: bool = True
    text: str = ""
    says = "{text}"


class CaseNotified(Fact, name="desk.case.notified", zh="已告知客户"):
    way: str
    text: str = ""
    says = "{text}"


class CaseAskedCustomer(Fact, name="desk.case.asked_customer", zh="等客户回复"):
    question: str
    owner_id: str
    look_at: datetime
    says = "{question}"


class CaseResumed(Fact, name="desk.case.resumed", zh="继续办理"):
    owner_id: str
    look_at: datetime
    answer: str = ""
    says = "{answer}"


class CaseWorkOrdered(Fact, name="desk.case.work_ordered", zh="已派工单"):
    type: str
    order_id: str
    order_number: str = ""
    craft: str = ""
    harm_ongoing: bool = False
    says = "{order_number}"


class CaseMarkedUrgent(Fact, name="desk.case.marked_urgent", zh="列为紧急"):
    kind: str
    danger: bool
    owner_id: str
    note: str = ""
    says = "{note}"


class CaseMarkedBeyondAuthority(Fact, name="desk.case.marked_beyond_authority", zh="超出权限"):
    matter: str
    owner_id: str
    danger: bool = False
    amount_fen: int | None = None
    note: str = ""
    says = "{note}"


class CaseEscalated(Fact, name="desk.case.escalated", zh="已上报"):
    to_role: str
    to_name: str = ""
    note: str = ""
    says = "报{to_name} {note}"


class CaseInstructed(Fact, name="desk.case.instructed", zh="已作指示"):
    approved: bool
    amount_fen: int | None = None
    instruction: str = ""
    says = "{instruction}"


class CaseRaised(Fact, name="desk.case.raised", zh="已提请主管关注"):
    type: str
    category: str = ""
    note: str = ""
    says = "{note}"


class CaseTransferred(Fact, name="desk.case.transferred", zh="请他人接手"):
    to: str
    to_name: str = ""
    reason: str = ""
    says = "{to_name}：{reason}"


class CaseTakenOver(Fact, name="desk.case.taken_over", zh="已接手"):
    from_id: str
    owner_id: str
    look_at: datetime


class CaseFollowed(Fact, name="desk.case.followed", zh="已跟进"):
    owner_id: str
    look_at: datetime
    note: str = ""
    says = "{note}"


class CaseResolved(Fact, name="desk.case.resolved", zh="已办结"):
    type: str
    owner_id: str
    look_at: datetime
    category: str = ""
    place: str = "home"
    result: str = ""
    cause: str = ""
    says = "{result}"


class CaseConfirmed(Fact, name="desk.case.confirmed", zh="客户认可"):
    """`satisfaction` runs 1-5; the customer's own words stay on the case, which can forget them."""

    satisfaction: int | None = None
    way: str = ""


class CaseDenied(Fact, name="desk.case.denied", zh="客户不认可"):
    reason: str
    owner_id: str
    look_at: datetime
    says = "{reason}"


class CaseClosed(Fact, name="desk.case.closed", zh="诉求已关闭"):
    type: str
    outcome: str
    by_manager: bool = False


class CaseReopened(Fact, name="desk.case.reopened", zh="重新办理"):
    reason: str
    owner_id: str
    look_at: datetime
    says = "{reason}"


class CaseWithdrawn(Fact, name="desk.case.withdrawn", zh="已撤回"):
    reason: str
    says = "{reason}"


class CaseNoted(Fact, name="desk.case.noted", zh="备注"):
    text: str
    says = "{text}"


class CaseLinked(Fact, name="desk.case.linked", zh="已关联"):
    kind: str
    other_id: str
    other_number: str = ""
    says = "{other_number}"


class CaseUnlinked(Fact, name="desk.case.unlinked", zh="已解除关联"):
    kind: str
    other_id: str
    other_number: str = ""
    says = "{other_number}"


# -- a complaint -----------------------------------------------------------------------------------
class ComplaintRegistered(Fact, name="desk.complaint.registered", zh="投诉要素已登记"):
    harm_ongoing: bool = False
    source: str = ""
    accused: str = ""
    demanded_by: datetime | None = None


class ComplaintGraded(Fact, name="desk.complaint.graded", zh="投诉已定级"):
    """`rank` 3 is major, 2 important, 1 minor; `demanded_by` is the limit the resident himself asked for, if any."""

    rank: int
    owner_id: str
    demanded_by: datetime | None = None
    grounds: str = ""
    says = "{grounds}"


class HarmStopped(Fact, name="desk.complaint.harm_stopped", zh="损害已止住"):
    measure: str
    says = "{measure}"


class AccusedTold(Fact, name="desk.complaint.accused_told", zh="已告知被投诉方"):
    accused: str
    says = "{accused}"


class ComplaintJudged(Fact, name="desk.complaint.judged", zh="投诉已判定"):
    validity: str
    liability: str = ""
    kind: str = ""
    cause: str = ""
    says = "{cause}"


class RemedyOffered(Fact, name="desk.complaint.offered", zh="已提出补救方案"):
    plan: str
    cost_fen: int = 0
    says = "{plan}"


class RemedyAgreed(Fact, name="desk.complaint.agreed", zh="补救方案已达成一致"):
    plan: str
    says = "{plan}"


# -- code lists ------------------------------------------------------------------------------------
class CategoryAdded(Fact, name="desk.category.added", zh="分类已增加"):
    code: str
    title: str
    says = "{title}"


class CategoryChanged(Fact, name="desk.category.changed", zh="分类已修改"):
    title: str
    changed: list
    says = "{title}"


#: Facts that say when the case is looked at again: each moves the moment on, none leaves the case without one.
LOOKS = tuple(
    fact.name
    for fact in (
        CaseAnsweredAtOnce,
        CaseAccepted,
        CasePromised,
        CaseAskedCustomer,
        CaseResumed,
        CaseTakenOver,
        CaseFollowed,
        CaseResolved,
        CaseDenied,
        CaseReopened,
    )
)

"""What a company's own rules may say about contacts, cases and complaints."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from guanjia.customers.models import Customer
from guanjia.estate.models import House
from guanjia.kernel.ids import Ref
from guanjia.rulebook.offers import Family, choice, flag, moment, person, population, text

from .models import Case, Category, Contact
from .states import CASE, COMPLAINT_TYPE, DEEDS, DIFFICULTIES, LEVELS, LIABILITIES, PLACES, RANKS, URGENT_KINDS, VALIDITIES, WAYS


def categories(company_id: UUID | None) -> dict[str, Any]:
    """The categories of a company, by code."""
    rows = Category.objects.unscoped("engine").filter(company_id=company_id).order_by("ordinal", "code")
    return dict(rows.values_list("code", "name"))


OWNER, LOOK_AT, CATEGORY = person(_("首问责任人")), moment(_("下次查看时间")), choice(_("分类"), categories)
WAY, RANK, PLACE = choice(_("方式"), WAYS), choice(_("投诉级别"), RANKS), choice(_("位置"), PLACES)
LEVEL = {"urgency": choice(_("紧急"), LEVELS), "importance": choice(_("重要"), LEVELS)}

contacts = Family(Contact, also=(Customer, House))
contacts.fact("desk.contact.received", "channel direction")
contacts.fact("desk.contact.answered", "channel")
contacts.fact("desk.contact.ended", "channel")
contacts.gate("desk.contact.end", _("结束接待"), "channel direction place matter to_solve room", repeated_back=flag(_("已复述")))

cases = Family(Case, also=(Customer, House), machine=CASE, deeds={verb: states for verb, (states, _label) in DEEDS.items()})
cases.fact("desk.case.opened", "type place requester channel priority", move="open", category=CATEGORY, owner_id=OWNER, **LEVEL)
cases.fact("desk.case.answered_at_once", "type", move="answer_at_once", category=CATEGORY, owner_id=OWNER)
cases.fact("desk.case.accepted", "type", move="accept", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.classified", "type", deed="classify", difficulty=choice(_("难度"), DIFFICULTIES))
cases.fact("desk.case.promised", "type", deed="promise", promised_at=moment(_("承诺的时间")), owner_id=OWNER)
cases.fact("desk.case.replied", "type", deed="reply", way=WAY, is_final=flag(_("最终答复")))
cases.fact("desk.case.notified", deed="notify", way=WAY)
cases.fact("desk.case.asked_customer", move="ask_customer", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.resumed", move="resume", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.work_ordered", "type", move="order_work", harm_ongoing=flag(_("损害仍在继续")))
cases.fact(
    "desk.case.marked_urgent", deed="mark_urgent", kind=choice(_("紧急类别"), URGENT_KINDS), danger=flag(_("危及安全")), owner_id=OWNER
)
cases.fact("desk.case.marked_beyond_authority", deed="mark_beyond_authority", danger=flag(_("危及安全")), owner_id=OWNER)
cases.fact("desk.case.escalated", deed="escalate")
cases.fact("desk.case.instructed", deed="instruct", approved=flag(_("已同意")))
cases.fact("desk.case.raised", "type", deed="raise", category=CATEGORY)
cases.fact("desk.case.transferred", deed="transfer", to=person(_("接手人")))
cases.fact("desk.case.taken_over", deed="take_over", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.followed", deed="follow", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.resolved", "type", move="resolve", category=CATEGORY, place=PLACE, owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.confirmed", move="confirm")
cases.fact("desk.case.denied", move="deny", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.closed", "type outcome", move="close", by_manager=flag(_("由管理者决定")))
cases.fact("desk.case.reopened", move="reopen", owner_id=OWNER, look_at=LOOK_AT)
cases.fact("desk.case.withdrawn", move="withdraw")
cases.fact("desk.case.noted", deed="note")
cases.fact("desk.complaint.registered", harm_ongoing=flag(_("损害仍在继续")), demanded_by=moment(_("住户要求的时间")))
cases.fact("desk.complaint.graded", deed="grade", rank=RANK, owner_id=OWNER, demanded_by=moment(_("住户要求的时间")))
cases.fact("desk.complaint.harm_stopped", deed="stop_harm")
cases.fact("desk.complaint.accused_told", deed="tell_accused")
cases.fact("desk.complaint.judged", deed="judge", validity=choice(_("是否有效"), VALIDITIES), liability=choice(_("责任"), LIABILITIES))
cases.fact("desk.complaint.offered", deed="offer")
cases.fact("desk.complaint.agreed", deed="agree")

cases.gate(
    "desk.case.open", _("登记诉求"), "type place requester title content customer_name customer_phone", before=True,
    category=CATEGORY, address=text(_("地址")), room=text(_("楼号房号")), part=text(_("报修部位")), visit_time=text(_("上门时间")),
    demand=text(_("投诉要求")), accused=text(_("被投诉方")),
)  # fmt: skip
cases.gate(
    "desk.case.accept",
    _("受理诉求"),
    "type",
    answered=flag(_("已当场答复")),
    explanation=text(_("说明")),
    promised_at=moment(_("承诺的时间")),
)
cases.gate("desk.case.promise", _("承诺答复时间"), "type", question=text(_("所问")), promised_at=moment(_("承诺的时间")))
cases.gate("desk.case.order_work", _("派工单"), "type", harm_ongoing=flag(_("损害仍在继续")))
cases.gate("desk.case.transfer", _("请他人接手"), "type", reason=text(_("理由")))
cases.gate(
    "desk.case.resolve", _("办结诉求"), "type result", replied=flag(_("已最终答复")), graded=flag(_("投诉已定级")),
    harm_ongoing=flag(_("损害仍在继续")),
)  # fmt: skip
cases.gate(
    "desk.case.close", _("关闭诉求"), "type outcome process result feedback", confirmed=flag(_("客户已认可")), denied=flag(_("客户不认可")),
    decided_by_manager=flag(_("由管理者决定")),
)  # fmt: skip
cases.gate("desk.case.withdraw", _("撤回诉求"), "type", reason=text(_("理由")))
cases.gate("desk.complaint.judge", _("判定投诉"), validity=choice(_("是否有效"), VALIDITIES), liability=choice(_("责任"), LIABILITIES))
cases.gate("desk.complaint.grade", _("投诉定级"), rank=RANK)
cases.gate("desk.complaint.offer", _("提出补救方案"))
cases.gate("desk.complaint.agree", _("补救方案达成一致"), plan=text(_("方案")))


def _unfinished(project: Any, **only: Any) -> list[Ref]:
    return [Ref.to(case) for case in Case.objects.unscoped("engine").unfinished().filter(project=project, **only).only("pk").order_by("pk")]


population("desk.open_cases", _("未关闭的诉求"), Case, lambda project, _period, _at: _unfinished(project))
population("desk.open_complaints", _("未关闭的投诉"), Case, lambda project, _period, _at: _unfinished(project, type=COMPLAINT_TYPE))

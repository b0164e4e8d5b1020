"""What may be done to a case from its page: each move is a noun in the address, a form, and one use case.

A view only asks whether the act may run the use case and whether the case's state allows it; whether a clause holds it
back is answered by the use case itself, with every reason.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guanjia.desk import services as desk
from guanjia.desk import states
from guanjia.kernel.act import Act
from guanjia.org import selectors as org
from guanjia.web.forms import UseCaseForm
from guanjia.work import states as work_states

TEXT = {"rows": 3}


def moment_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=help_text,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


def words_field(label: Any, *, required: bool = True, initial: str = "", help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=2000, initial=initial, help_text=help_text, widget=forms.Textarea(attrs=TEXT)
    )


def choice_field(label: Any, choices: dict, *, initial: Any = None, required: bool = True) -> forms.ChoiceField:
    listed = list(choices.items())
    return forms.ChoiceField(label=label, choices=listed if required else [("", _("—")), *listed], initial=initial, required=required)


class CaseForm(UseCaseForm):
    """A form that knows its case and act, for the fields that depend on them."""

    def __init__(self, data: Any = None, *, case: Any, act: Act, **kwargs: Any):
        super().__init__(data, **kwargs)
        self.case, self.act = case, act
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class PersonForm(CaseForm):
    """A form whose field `person` names somebody of the project."""

    person_name = "person"

    def prepare(self) -> None:
        self.people = {str(p.pk): p for p in org.people(self.act)}
        field = self.fields[self.person_name]
        field.choices = [("", _("请选择")), *((key, p.name) for key, p in self.people.items() if p.pk != self.case.owner_id)]

    def values(self) -> dict[str, Any]:
        values = super().values()
        if values.get(self.person_name):
            values[self.person_name] = self.people[values[self.person_name]]
        return values


class Accept(PersonForm):
    answer = words_field(_("当场答复"), required=False, help_text=_("能当场答复就写在这里；否则说明原因并承诺时间。"))
    explanation = words_field(_("说明"), required=False)
    promise_at = moment_field(_("承诺答复时间"), required=False)
    question = forms.CharField(label=_("请教的问题"), required=False, max_length=400)
    expert = forms.ChoiceField(label=_("请教谁"), required=False)
    person_name = "expert"

    def prepare(self) -> None:
        super().prepare()
        if self.case.type != states.CONSULTATION:
            del self.fields["question"], self.fields["expert"]


class Reply(CaseForm):
    text = words_field(_("答复内容"))
    way = choice_field(_("方式"), states.WAYS, initial="phone")
    is_final = forms.BooleanField(label=_("正式答复（不再只是进展）"), required=False, initial=True)
    promised_at = moment_field(_("再次承诺时间"), required=False, help_text=_("只报进展时须再承诺一个时间（DESK-047）。"))

    def values(self) -> dict[str, Any]:
        return super().values() | {"is_final": bool(self.cleaned_data.get("is_final"))}


class Notify(CaseForm):
    text = words_field(_("告知内容"))
    way = choice_field(_("方式"), states.WAYS, initial="phone")


class OrderWork(CaseForm):
    craft = choice_field(_("工种"), work_states.CRAFTS)
    content = words_field(_("工作内容"))
    paid = forms.BooleanField(label=_("有偿服务（须先告知费用）"), required=False)

    def prepare(self) -> None:
        self.initial |= {"content": self.case.content, "craft": (self.case.category.craft if self.case.category else "") or "other"}


class Promise(PersonForm):
    promised_at = moment_field(_("承诺时间"))
    question = forms.CharField(label=_("请教的问题"), required=False, max_length=400)
    expert = forms.ChoiceField(label=_("请教谁"), required=False)
    person_name = "expert"


class Resolve(CaseForm):
    result = words_field(_("处理结果"))
    process = words_field(_("处理过程"), required=False)
    cause = forms.CharField(label=_("原因"), required=False, max_length=200)


class Confirm(CaseForm):
    satisfaction = forms.TypedChoiceField(
        label=_("满意度"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        choices=[(5, _("很满意")), (4, _("满意")), (3, _("一般")), (2, _("不满意")), (1, _("很不满意"))],
    )
    feedback = words_field(_("客户反馈"), required=False)
    way = choice_field(_("方式"), states.WAYS, initial="phone")


class Deny(CaseForm):
    reason = words_field(_("客户为何不认可"))


class Close(CaseForm):
    outcome = choice_field(_("结案方式"), states.OUTCOMES)
    process = words_field(_("处理过程"), required=False)
    feedback = words_field(_("客户反馈"), required=False)
    manager_reason = forms.CharField(
        label=_("管理者结案理由"), required=False, max_length=400, help_text=_("客户未认可时，由主管决定结案须写明理由（DESK-084）。")
    )

    def prepare(self) -> None:
        self.initial |= {"process": self.case.process, "feedback": self.case.feedback}


class Reason(CaseForm):
    reason = words_field(_("理由"))


class Note(CaseForm):
    text = words_field(_("备注"))


class Follow(CaseForm):
    note = words_field(_("跟进情况"))
    again_at = moment_field(_("下次跟进"), required=False)


class Ask(CaseForm):
    question = words_field(_("请客户补充什么"))
    until = moment_field(_("等到何时"), required=False)


class Resume(CaseForm):
    answer = words_field(_("客户补充"), required=False)


class Classify(CaseForm):
    difficulty = choice_field(_("难度"), states.DIFFICULTIES)


class Urgent(CaseForm):
    kind = choice_field(_("紧急情形"), states.URGENT_KINDS)
    note = words_field(_("说明"), required=False)


class Beyond(CaseForm):
    amount = forms.DecimalField(label=_("涉及金额（元）"), required=False, min_value=0, max_digits=10, decimal_places=2)
    danger = forms.BooleanField(label=_("涉及人身或财产危险"), required=False)
    note = words_field(_("为何超出权限"))

    def values(self) -> dict[str, Any]:
        values = super().values()
        amount = values.pop("amount", None)
        return values | ({"amount_fen": int(amount * 100)} if amount is not None else {})


class Escalate(CaseForm):
    to_role = forms.ChoiceField(label=_("上报给"))
    note = words_field(_("说明"))

    def prepare(self) -> None:
        names = {
            "desk_supervisor": _("客服主管"),
            "dept_head": _("部门负责人"),
            "engineering_head": _("工程主管"),
            "office_manager": _("管理处经理"),
        }
        self.fields["to_role"].choices = list(names.items())


class Instruct(CaseForm):
    instruction = words_field(_("指示"))
    approved = forms.BooleanField(label=_("同意"), required=False, initial=True)
    amount = forms.DecimalField(label=_("批准金额（元）"), required=False, min_value=0, max_digits=10, decimal_places=2)

    def values(self) -> dict[str, Any]:
        values = super().values()
        amount = values.pop("amount", None)
        return (
            values
            | {"approved": bool(self.cleaned_data.get("approved"))}
            | ({"amount_fen": int(amount * 100)} if amount is not None else {})
        )


class Transfer(PersonForm):
    to_person = forms.ChoiceField(label=_("请谁接手"))
    reason = words_field(_("理由"))
    person_name = "to_person"


class Grade(CaseForm):
    rank = forms.TypedChoiceField(label=_("级别"), coerce=int, choices=list(states.RANKS.items()))
    grounds = forms.CharField(label=_("依据"), required=False, max_length=200)


class StopHarm(CaseForm):
    measure = forms.CharField(label=_("止损措施"), max_length=200)


class TellAccused(CaseForm):
    accused = forms.CharField(label=_("被投诉人或部门"), max_length=120, required=False)

    def prepare(self) -> None:
        self.initial |= {"accused": self.case.complaint.accused}


class Judge(CaseForm):
    validity = choice_field(_("是否有效"), states.VALIDITIES)
    liability = choice_field(_("责任"), states.LIABILITIES)
    cause = forms.CharField(label=_("原因"), required=False, max_length=200)


class Offer(CaseForm):
    plan = words_field(_("补救方案"))
    cost = forms.DecimalField(label=_("费用（元）"), required=False, min_value=0, max_digits=10, decimal_places=2)

    def values(self) -> dict[str, Any]:
        values = super().values()
        cost = values.pop("cost", None)
        return values | ({"cost_fen": int(cost * 100)} if cost is not None else {})


@dataclass(frozen=True)
class Move:
    """One thing to do to a case. `main` moves stand as buttons, the others in the menu."""

    noun: str
    verb: str
    label: Any
    run: Callable
    form: type[CaseForm] | None = None
    icon: str = ""
    main: bool = False
    types: tuple[str, ...] = ()

    @property
    def permission(self) -> str:
        return self.run.usecase

    def is_open(self, case: Any, act: Act) -> bool:
        """True if the case's state and kind allow it and the act may run it."""
        return (not self.types or case.type in self.types) and states.may_now(case, self.verb) and act.may(self.permission, on=case)

    def perform(self, case: Any, act: Act, values: dict[str, Any]) -> Any:
        return self.run(case, **values, act=act)


C = (states.COMPLAINT_TYPE,)
MOVES = (
    Move("acceptance", "accept", _("受理"), desk.accept_case, Accept, "check", True),
    Move("orders", "order_work", _("派工单"), desk.order_work, OrderWork, "tool", True),
    Move("grade", "grade", _("定级"), desk.grade_complaint, Grade, "", True, C),
    Move("replies", "reply", _("答复"), desk.reply_case, Reply, "phone", True),
    Move("notices", "notify", _("告知客户"), desk.notify_customer, Notify, "bell"),
    Move("promises", "promise", _("承诺时间"), desk.promise_reply, Promise, "clock"),
    Move("follow-ups", "follow", _("跟进"), desk.follow_case, Follow, "arrow"),
    Move("notes", "note", _("备注"), desk.add_note, Note, "edit"),
    Move("resolution", "resolve", _("办结"), desk.resolve_case, Resolve, "check", True),
    Move("confirmation", "confirm", _("客户认可"), desk.confirm_case, Confirm, "check", True),
    Move("denial", "deny", _("客户不认可"), desk.deny_case, Deny, "close"),
    Move("closure", "close", _("关闭"), desk.close_case, Close, "lock", True),
    Move("question", "ask_customer", _("请客户补充"), desk.ask_customer, Ask),
    Move("answer", "resume", _("继续办理"), desk.resume_case, Resume, "", True),
    Move("urgency", "mark_urgent", _("列为紧急"), desk.mark_urgent, Urgent, "warn"),
    Move("escalations", "escalate", _("上报"), desk.escalate_case, Escalate, "up"),
    Move("authority", "mark_beyond_authority", _("超出权限"), desk.mark_beyond_authority, Beyond),
    Move("instructions", "instruct", _("作指示"), desk.instruct_case, Instruct),
    Move("difficulty", "classify", _("定难度"), desk.classify_case, Classify),
    Move("harm", "stop_harm", _("已止损"), desk.stop_harm, StopHarm, "", False, C),
    Move("accused", "tell_accused", _("告知被投诉方"), desk.tell_accused, TellAccused, "", False, C),
    Move("judgement", "judge", _("判定"), desk.judge, Judge, "", False, C),
    Move("offers", "offer", _("提补救方案"), desk.offer, Offer, "", False, C),
    Move("agreement", "agree", _("方案达成一致"), desk.agree, None, "", False, C),
    Move("transfers", "transfer", _("请他人接手"), desk.transfer_case, Transfer, "person"),
    Move("ownership", "take_over", _("接手"), desk.take_over_case, None, "person"),
    Move("reopening", "reopen", _("重新办理"), desk.reopen_case, Reason),
    Move("withdrawal", "withdraw", _("撤回"), desk.withdraw_case, Reason),
)
BY_NOUN = {move.noun: move for move in MOVES}
BY_PERMISSION = {move.permission: move for move in MOVES}


def open_moves(case: Any, act: Act) -> list[Move]:
    """The moves open to this act now, in the order of a case's life."""
    return [move for move in MOVES if move.is_open(case, act)]

"""Why somebody may see a customer's data in full, whose leave it takes, and for how long: what the clauses on privacy ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from guanjia.kernel.errors import Reason
from guanjia.kernel.exporting import ROWS_MAX, MakeExport
from guanjia.kernel.ids import Ref
from guanjia.kernel.messaging import SendMessage
from guanjia.kernel.reveals import MINUTES_MAX, VIEWS_MAX, RevealPersonal, Terms
from guanjia.kernel.states import EMERGENCY, LEGAL, MARKETING, SERVING
from guanjia.rulebook import Step
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.inforce import LIVE

from .models import Consent, Customer

LEAVE, LAWFUL, LOOK_UP, MUCH = "CUS-006", "CUS-007", "CUS-008", "CUS-030"
SUPERVISOR, MANAGER = "desk_supervisor", "office_manager"
OFFICER = "privacy_officer"
DECIDE_WITHIN = "2 hours"
TWO_MORE = (Step(MANAGER, within="1 day"), Step(OFFICER, within="1 day"))  # for a list in full


def who_gives_leave(gate: RevealPersonal) -> tuple[Step, ...]:
    """The second pair of eyes: the supervisor for how to reach somebody, the manager for what the law calls sensitive."""
    return (Step(MANAGER if gate.sensitive else SUPERVISOR, within=DECIDE_WITHIN),)


def not_lawful(gate: RevealPersonal) -> list[Reason]:
    """What a purpose still lacks: serving needs a matter, the law a paper, marketing a consent; and an emergency has its own door."""
    said = {
        SERVING: (not gate.matter, "matter", _("服务住户须关联正在办理的诉求、工单或回访。")),
        LEGAL: (len(gate.reason) < 4, "reason", _("依法提供须写明依据：哪个机关、什么文书。")),
        MARKETING: (not _agreed(gate.whom, MARKETING), "purpose", _("住户没有同意营销联系，不能为营销使用其信息。")),
        EMERGENCY: (True, "purpose", _("紧急情况请用「紧急查看」。")),
    }
    lacks, field, words = said.get(gate.purpose, (True, "purpose", _("请选择用途。")))
    return [Reason(words, rule=LAWFUL, field=field, clause=load()[LAWFUL].title)] if lacks else []


def no_lawful_export(gate: MakeExport) -> list[Reason]:
    """A list in full serves people or the law. Marketing goes by each one's consent, and nobody exports in an emergency."""
    if gate.purpose in (SERVING, LEGAL):
        return []
    words = {
        MARKETING: _("营销须逐人同意，不能导出名单。"),
        EMERGENCY: _("紧急情况请到档案里用「紧急查看」，不导出名单。"),
    }.get(gate.purpose, _("请选择用途。"))
    return [Reason(words, rule=LAWFUL, field="purpose", clause=load()[LAWFUL].title)]


def rows_max(project_id: UUID | None, at: datetime) -> int:
    """How many rows of personal data may leave at once."""
    return ROWS_MAX if project_id is None else _number("rows_max", ROWS_MAX, project_id, at, rule=MUCH)


def not_agreed_to(gate: SendMessage) -> list[Reason]:
    """A message that sells something goes to who agreed to be told so, that way. Danger and the law do not ask."""
    if gate.purpose in (LEGAL, EMERGENCY) or _agreed(gate.whom, gate.purpose, gate.channel):
        return []
    return [Reason(_("客户没有同意用这种方式接收营销信息，不能发送。"), rule=LAWFUL, clause=load()[LAWFUL].title)]


def _agreed(whom: str, purpose: str, channel: str = "") -> bool:
    """True if the latest word of the person, in whichever of his files, was yes: over this channel or all; without one, over any."""
    if not whom:
        return False
    file = Customer.objects.unscoped("engine").filter(pk=Ref.parse(whom).id)
    person = file.values(speaks=Coalesce("kept", "pk"))
    words = (
        Consent.objects.unscoped("engine").alias(speaks=Coalesce("customer__kept", "customer")).filter(speaks__in=person, purpose=purpose)
    )
    latest = (words.filter(channel__in=[channel, "any"]) if channel else words).order_by("-at", "-id").first()
    return latest is not None and latest.given


def terms(project_id: UUID | None, at: datetime) -> Terms:
    """How long and how often: the clause's numbers, as the project set them."""
    if project_id is None:
        return Terms()
    return Terms(
        minutes=_number("minutes", MINUTES_MAX, project_id, at),
        views=_number("views", VIEWS_MAX, project_id, at),
    )


def _number(key: str, default: int, project_id: UUID, at: datetime, *, rule: str = LEAVE) -> int:
    value: Any = LIVE.value(rule, key, project_id, at, default)
    return int(value) if str(value).isdecimal() else default

"""Tags and flags: put on, confirmed, looked at again, taken off."""

from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import check_fields, keep
from guanjia.kernel.usecase import ask, usecase
from guanjia.org.models import Company, Project
from guanjia.rulebook import services as rulebook

from .. import facts, gates, selectors
from ..models import Customer, Flag, Tag, Tagging
from ..states import BAD_CUSTOMER, FAMILIES, FAMILY_OF, FLAG, SET, VULNERABLE

ASK = "rulebook.approval.request"


@usecase("customers.tag.create")
def create_tag(*, project: Project | Company, code: str, name: str, act: Act) -> Tag:
    """One more word by which the company sorts its customers."""
    company = project if isinstance(project, Company) else project.company
    return keep(Tag(company=company, code=code.strip(), name=name.strip(), created_at=act.at))


@usecase("customers.customer.tag")
def tag_customer(customer: Customer, *, tag: Tag, act: Act) -> Tagging:
    """The customer wears the tag from now on; Conflict if he does already, NotFound for another company's."""
    if tag.company_id != customer.company_id:
        raise NotFound()
    tagging = keep(Tagging(project=customer.project, customer=customer, tag=tag, created_at=act.at))
    record(customer, facts.CustomerTagged(tag=tag.code, label=tag.name), act=act)
    return tagging


@usecase("customers.customer.untag")
def untag_customer(customer: Customer, *, tag: Tag, act: Act) -> Customer:
    """The customer no longer wears the tag; BadInput if he did not."""
    worn = customer.taggings.filter(tag=tag)
    if not worn.exists():
        raise BadInput(Reason(_("没有「%(tag)s」这个标签。") % {"tag": tag.name}, field="tag"))
    worn.delete()
    record(customer, facts.CustomerUntagged(tag=tag.code, label=tag.name), act=act)
    return customer


@usecase("customers.flag.propose")
def propose_flag(*, project: Project, customer: Customer, kind: str, reason: str, review_on: date | None = None, act: Act) -> Flag:
    """Propose a mark with a reason; whoever may, confirms it. What others must approve is sent to them at once.

    A bad-customer mark says on which day it is looked at again (CUS-026).

    Raises BadInput with all that is missing, Conflict if the customer has that mark already.
    """
    if customer.project_id != project.pk:
        raise NotFound()
    reasons = []
    if not reason.strip():
        reasons.append(Reason(_("请写明理由。"), field="reason"))
    if kind == BAD_CUSTOMER and review_on is None:
        reasons.append(Reason(_("劣质客户标识须写明复核日期。"), rule="CUS-026", field="review_on"))
    if review_on is not None and review_on <= timezone.localdate(act.at):
        reasons.append(Reason(_("复核日期须在今天以后。"), field="review_on"))
    flag = Flag(project=project, customer=customer.person, kind=kind, reason=reason.strip() or "—", review_on=review_on, created_at=act.at)
    check_fields(flag, reasons)
    keep(flag)
    _tell(flag, facts.FlagProposed(family=FAMILY_OF[kind], label=_label(flag)), act)
    context = gates.SetFlag.of(flag, act=act)
    if any(reason.cure == ASK for reason in ask(context)):
        rulebook.ask_at_gate(context, act=act)
    return flag


@usecase("customers.flag.set", gate=gates.SetFlag)
def set_flag(flag: Flag, *, act: Act) -> Flag:
    """Confirm a proposed mark. Raises GateClosed without approval (CUS-026) or consent (CUS-035), IllegalMove unless it is proposed."""
    consent = selectors.consent_to_care(flag.customer, act) if flag.kind in VULNERABLE else None
    flag = FLAG.move(flag, "set", act=act, set_at=act.at, consent=consent)
    _tell(flag, facts.FlagSet(family=FAMILY_OF[flag.kind], label=_label(flag), review_at=_review_at(flag)), act)
    return flag


@usecase("customers.flag.review")
def review_flag(flag: Flag, *, reason: str, review_on: date | None = None, act: Act) -> Flag:
    """Somebody looked again and the mark stays, with the reason of today and the next day to look."""
    if not reason.strip():
        raise BadInput(Reason(_("请写明理由。"), field="reason"))
    if flag.kind == BAD_CUSTOMER and (review_on is None or review_on <= timezone.localdate(act.at)):
        raise BadInput(Reason(_("复核日期须在今天以后。"), field="review_on"))
    flag = FLAG.move(flag, "review", act=act, reason=reason.strip(), review_on=review_on)
    _tell(flag, facts.FlagReviewed(family=FAMILY_OF[flag.kind], label=_label(flag), review_at=_review_at(flag)), act)
    return flag


@usecase("customers.flag.lift")
def lift_flag(flag: Flag, *, act: Act) -> Flag:
    """The mark no longer holds, or was not confirmed."""
    flag = FLAG.move(flag, "lift", act=act, lifted_at=act.at)
    _tell(flag, facts.FlagLifted(family=FAMILY_OF[flag.kind], label=_label(flag)), act)
    return flag


def _label(flag: Flag) -> str:
    return str(FAMILIES[FAMILY_OF[flag.kind]])


def _review_at(flag: Flag) -> datetime | None:
    """The end of the day on which the mark is to be looked at again."""
    if flag.review_on is None or flag.state != SET:
        return None
    return datetime.combine(flag.review_on, time(15, 59), UTC)


def _tell(flag: Flag, fact: facts.Fact, act: Act) -> None:
    record(flag, fact, act=act, about=(flag.customer,))

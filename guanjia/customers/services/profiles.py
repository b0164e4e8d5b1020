"""Drawing a customer: who keeps the relation, and one blank at a time, as one learns it."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person

from .. import answers, facts, gates, profiles
from ..models import Customer, Profile, ProfileAnswer
from ..profiles import BUSINESS_SHEET, SOURCES
from ..states import ORGANISATION


@usecase("customers.profile.entrust")
def entrust_profile(customer: Customer, *, keeper: Person, act: Act) -> Profile:
    """From now on this person keeps the relation with the customer, and sees what is sensitive. Nobody appoints himself."""
    if keeper.company_id != customer.company_id:
        raise NotFound()
    if keeper.pk == act.person_id:
        raise BadInput(Reason(_("不能指定自己为关系负责人，请由他人指定。"), field="keeper"))
    profile = getattr(customer, "profile", None) or Profile(project=customer.project, customer=customer, created_at=act.at)
    if profile._state.adding:
        profile.keeper = keeper
        keep(profile)
    elif differences(profile, keeper=keeper):
        keep(profile, only=["keeper"])
    else:
        return profile
    record(customer, facts.ProfileEntrusted(keeper_id=keeper.pk, keeper=keeper.name), act=act, about=(profile,))
    return profile


@usecase("customers.profile.revise", gate=gates.ReviseProfile)
def revise_profile(customer: Customer, *, item: str, value: str, source: str, learnt_on: date | None = None, act: Act) -> ProfileAnswer:
    """Answer one blank; the answers before stay as they were said. A blank value takes the answer back.

    What changes nothing is not noted again. Raises IllegalMove where the project keeps no profiles of people, or none of what is
    sensitive (CUS-021, CUS-022), GateClosed without the customer's consent to what is sensitive, BadInput for a blank that does
    not exist or a source nobody knows, NotFound for a sensitive blank of somebody else's customer.
    """
    sheet, group, blank = _blank(customer, item, act)
    reasons = [] if source in SOURCES else [Reason(_("请选择信息来源。"), field="source")]
    learnt_on = learnt_on or timezone.localdate(act.at)
    if learnt_on > timezone.localdate(act.at):
        reasons.append(Reason(_("得知日期不能晚于今天。"), field="learnt_on"))
    if reasons:
        raise BadInput(reasons)
    value = value.strip()
    before = answers.answers(customer, sheet, act).get(item)
    if before is not None and answers.words_of([before], "compare")[before.pk] == value:
        return before
    if before is None and not value:
        raise BadInput(Reason(_("请填写内容。"), field="value"))
    answer = ProfileAnswer(
        project=customer.project,
        customer=customer,
        sheet=sheet,
        item=item,
        is_sensitive=blank.is_sensitive,
        source=source,
        learnt_on=learnt_on,
        answered_by_id=act.person_id,
        answered_at=act.at,
        created_at=act.at,
    )
    if blank.is_sensitive:
        answer.sealed = value
    else:
        answer.value = value
    keep(answer)
    label = _("敏感项") if blank.is_sensitive else blank.words
    record(
        customer,
        facts.ProfileRevised(sheet=sheet, group=group.code, item=item, label=str(label), source=source, is_sensitive=blank.is_sensitive),
        act=act,
        about=(answer,),
    )
    return answer


def _blank(customer: Customer, key: str, act: Act) -> tuple[str, profiles.Group, profiles.Item]:
    """The blank, if it may be answered about this customer by this act."""
    found = profiles.find(key)
    if found is None:
        raise BadInput(Reason(_("没有这一项。"), field="item"))
    sheet, _group, blank = found
    if (sheet == BUSINESS_SHEET) != (customer.kind == ORGANISATION):
        raise BadInput(Reason(_("四方面资料只填企业客户，画像只填个人客户。"), field="item"))
    if sheet != BUSINESS_SHEET and not answers.is_kept(customer.project_id, act.at):
        raise IllegalMove(Reason(_("本项目没有采用客户画像，采用后才能填写。"), rule="CUS-021"))
    if blank.is_sensitive:
        if not answers.may_read_sensitive(customer, act):
            raise NotFound()
        if not answers.is_sensitive_kept(customer.project_id, act.at):
            raise IllegalMove(Reason(_("本项目不留存敏感画像信息；如有必要，先按审批调整参数。"), rule="CUS-022"))
    return found

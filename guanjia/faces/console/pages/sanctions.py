"""What speaks of me: rewards and penalties, in plain words, and the way to answer them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.views import tried
from guanjia.workforce import selectors, services
from guanjia.workforce.models import Sanction
from guanjia.workforce.states import APPROVED, KINDS, LEVELS, MATTER

from ..moves import words_field
from .approvals import tells


class AppealForm(UseCaseForm):
    appeal = words_field(gettext_lazy("申诉理由"), help_text=gettext_lazy("写明哪里不符、有什么凭据。复核由提出人以外的人进行。"))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own, the newest first."""
    return shown(request)


@require_POST
def appeal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer one of them."""
    sanction = selectors.sanction_for(request.act, id)
    form = AppealForm(request.POST)
    if form.is_valid():
        tried(form, lambda: services.appeal_sanction(sanction, **form.values(), act=request.act))
        if not form.errors:
            messages.success(request, _("申诉已递交，复核后会在这里看到结论。"))
            return HttpResponseRedirect(reverse("my-sanctions"))
    return shown(request, answering=sanction.pk, form=form)


def shown(request: HttpRequest, answering: UUID | None = None, form: AppealForm | None = None) -> HttpResponse:
    act = request.act
    rows = []
    for one in selectors.mine(act):
        until = selectors.appeal_until(one)
        may_answer = one.state == APPROVED and until is not None and act.at <= until
        rows.append(
            {
                "sanction": one,
                "title": _("%(kind)s：%(level)s") % {"kind": KINDS[one.kind], "level": LEVELS[one.kind].get(one.level, one.level)},
                "facts": facts_of(one),
                "until": until if may_answer else None,
                "form": (form if answering == one.pk else AppealForm(auto_id=f"id_{one.pk}_%s")) if may_answer else None,
            }
        )
    return page(request, "console/my_sanctions.html", rows=rows, status=422 if form is not None and form.errors else 200)


def facts_of(sanction: Sanction) -> list[tuple[Any, Any]]:
    clause = load().get(sanction.rule)
    pairs = [
        (_("条款"), f"{clause.title}（{clause.id}）" if clause else sanction.rule),
        (_("事由"), sanction.reason),
        (_("提出"), sanction.proposed_by.name if sanction.proposed_by else ""),
        (_("审批"), sanction.decided_by.name if sanction.decided_by else ""),
        (_("我的申诉"), sanction.appeal),
        (_("复核结论"), sanction.conclusion),
    ]
    return [(name, value) for name, value in pairs if value]


@tells(MATTER)
def told(request: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What an approver reads here; who it is and why stands on the sanction's own page, for whoever may see that."""
    content = request.content
    kind = content["kind"]
    clause = load().get(content["rule"])
    return [
        (_("编号"), content["number"]),
        (_("奖惩"), KINDS[kind]),
        (_("档次"), LEVELS[kind].get(content["level"], content["level"])),
        (_("条款"), f"{clause.title}（{clause.id}）" if clause else content["rule"]),
        (_("当事人与事由"), _("请打开下面的奖惩单查看；不动用任何款项。")),
    ]

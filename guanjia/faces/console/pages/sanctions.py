"""Rewards and penalties: how one is proposed, and what speaks of me, in plain words, with the way to answer it."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.desk.models import Case
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.errors import NotFound
from guanjia.org import selectors as org
from guanjia.quality.models import CheckRun, Rectification
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web import addresses
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page
from guanjia.work.models import WorkOrder
from guanjia.workforce import selectors, services
from guanjia.workforce.models import Sanction
from guanjia.workforce.states import APPROVED, KINDS, LEVELS, MATTER, PENALTIES, PENALTY, PROMISE, REWARDS

from ..moves import choice_field, words_field
from .approvals import tells

#: what a breach may be verified by: its number is looked for in these, in this order
SOURCES = (Case, WorkOrder, Rectification, ReturnVisit, CheckRun)


class ProposeForm(UseCaseForm):
    person = forms.ChoiceField(label=gettext_lazy("当事人"))
    kind = choice_field(gettext_lazy("奖惩"), KINDS, initial=PENALTY)
    level = forms.ChoiceField(label=gettext_lazy("档次"))
    rule = forms.CharField(label=gettext_lazy("依据条款"), max_length=12, initial=PROMISE, help_text=gettext_lazy("条款编号，如 WF-022。"))
    source = forms.CharField(
        label=gettext_lazy("查实的依据"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("诉求、工单、整改单、回访或检查单的编号。"),
    )
    reason = words_field(gettext_lazy("事由"), help_text=gettext_lazy("只写查实的事实；当事人看得到。"))

    def __init__(self, data: Any = None, *, act: Any):
        super().__init__(data)
        self.act = act
        self.people = {str(one.pk): one for one in org.people(act) if one.is_active and one.pk != act.person_id}
        self.fields["person"].choices = [("", _("请选择")), *((key, one.name) for key, one in self.people.items())]
        self.fields["level"].choices = [(_("处罚"), list(PENALTIES.items())), (_("奖励"), list(REWARDS.items()))]

    def clean_source(self) -> Any:
        number = self.cleaned_data["source"].strip().upper()
        if not number:
            return None
        found = (model.objects.visible_to(self.act).filter(number=number).first() for model in SOURCES)
        row = next((one for one in found if one is not None), None)
        if row is None:
            raise forms.ValidationError(_("找不到编号「%(number)s」。") % {"number": number})
        return row

    def values(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {"person": self.people[given["person"]], "rule": given["rule"].strip().upper()}


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a reward or a penalty; it goes to approval at once and binds nobody before."""
    act = request.act
    act.require("workforce.sanction.propose")
    projects = [one for one in org.projects_of(act) if act.may("workforce.sanction.propose", on=one)]
    form = ProposeForm(request.POST if request.method == "POST" else None, act=act)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        of_source = getattr(values["source"], "project", None)
        place = of_source if of_source in projects else projects[0]
        made = tried(form, lambda: services.propose_sanction(project=place, **values, act=act))
        if made is not None:
            messages.success(request, _("已送审：%(number)s") % {"number": made.number})
            return HttpResponseRedirect(addresses.of(made))
    return page(request, "console/sanction_form.html", form=form, status=422 if form.errors else 200)


class AppealForm(UseCaseForm):
    appeal = words_field(gettext_lazy("申诉理由"), help_text=gettext_lazy("写明哪里不符、有什么凭据。复核由提出人以外的人进行。"))


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The signed-in person's own, the newest first."""
    return shown(request)


@require_POST
def appeal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Answer one of them; a colleague's is as good as none."""
    sanction = next((one for one in selectors.mine(request.act) if one.pk == id), None)
    if sanction is None:
        raise NotFound()
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

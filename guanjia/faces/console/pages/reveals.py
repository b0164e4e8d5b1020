"""Seeing what is masked: one form, one page for what becomes of it, and the values for as long as they may be shown.

The values themselves are sent by `values` alone, which no form key keeps and no cache holds.
"""

from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers.looking import LEAVE
from guanjia.desk import selectors as desk
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import disclosing, exporting, reveals
from guanjia.kernel.errors import GateClosed, IllegalMove, NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Export, Reveal
from guanjia.kernel.states import EMERGENCY, PURPOSES, REVEAL, SERVING
from guanjia.kernel.usecase import whole
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook import services
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web import addresses
from guanjia.web.exports import WHOSE_LEAVE as EXPORT_LEAVE
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.once import may_repeat
from guanjia.web.partials import page
from guanjia.web.register import REGISTERS

from ..subjects import MODELS, find_subject, subjects_of
from .approvals import tells

MATTERS_OFFERED, MINE_SHOWN = 20, 50
ASKS_LEAVE = "rulebook.approval.request"


class RevealForm(UseCaseForm):
    fields_ = forms.MultipleChoiceField(label=gettext_lazy("要看的内容"), widget=forms.CheckboxSelectMultiple)
    purpose = forms.ChoiceField(label=gettext_lazy("用途"), choices=list(PURPOSES.items()), widget=forms.RadioSelect, initial=SERVING)
    matter = forms.ChoiceField(label=gettext_lazy("为哪件事"), required=False, help_text=gettext_lazy("服务住户须关联正在办理的事。"))
    reason = forms.CharField(
        label=gettext_lazy("说明"), required=False, max_length=200, help_text=gettext_lazy("依法提供写明机关和文书；紧急情况写明险情。")
    )

    def __init__(self, data: Any = None, *, whose: Any, request: HttpRequest):
        known = disclosing.disclosed(whose)
        wanted = [request.GET["field"]] if request.GET.get("field") in known else list(known)[:1]
        matters = matters_of(whose, request.act)
        only = matters[0][0] if len(matters) == 1 else ""
        super().__init__(data, initial={"fields_": wanted, "matter": request.GET.get("matter") or only})
        self.fields["fields_"].choices = [(name, field.label) for name, field in known.items()]
        self.fields["matter"].choices = [("", _("—")), *matters]


def matters_of(whose: Any, act: Any) -> list[tuple[str, str]]:
    """The open matters that concern a record, as the form offers them."""
    cases = desk.cases(act).filter(customer_id=whose.pk) if whose._meta.label_lower == "customers.customer" else []
    visits = ReturnVisit.objects.visible_to(act).open().filter(customer_id=whose.pk) if cases != [] else []
    rows = [whose, *cases[:MATTERS_OFFERED], *visits[:MATTERS_OFFERED]]
    found = [disclosing.matter_at(Ref.to(row), act) for row in rows]
    return [(str(one.ref), f"{one.number} {one.title}") for one in found if one is not None]


# -- asking ----------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask to see fields of `subject`: opened at once where nobody's leave is needed, or sent to who gives it."""
    whose = find_subject(request.GET.get("subject", ""), request.act)
    if not disclosing.disclosed(whose):
        raise NotFound()
    request.act.require("kernel.personal.ask", on=whose)
    form = RevealForm(request.POST if request.method == "POST" else None, whose=whose, request=request)
    if request.method == "POST" and form.is_valid():
        row = tried(form, lambda: whole(lambda: begin(whose, form.cleaned_data, request.act)))
        if row is not None:
            return HttpResponseRedirect(reverse("reveal", args=[row.pk]))
    terms = reveals.terms_for(whose.project_id, request.act.at)
    return page(
        request,
        "console/reveals/new.html",
        status=422 if form.errors else 200,
        whose=whose,
        number=whose.number,
        back=addresses.of(whose),
        form=form,
        terms=terms,
    )


def begin(whose: Any, given: dict[str, Any], act: Any) -> Reveal:
    """The request, opened where it may be; else waiting for the leave that the gate asked for. GateClosed for any other reason."""
    if given["purpose"] == EMERGENCY:
        return reveals.break_glass(whose, fields=given["fields_"], reason=given["reason"], act=act)
    matter = Ref.parse(given["matter"]) if given["matter"] else None
    row = reveals.ask_to_reveal(whose, fields=given["fields_"], purpose=given["purpose"], matter=matter, reason=given["reason"], act=act)
    try:
        return reveals.reveal(row, whose=whose, act=act)
    except GateClosed as no:
        if {one.cure for one in no.reasons} != {ASKS_LEAVE}:
            raise
        title = _("查看%(labels)s：%(number)s") % {"labels": reveals.labels(whose, row.fields), "number": whose.number}
        services.ask_at_gate(no.context, title=title, act=act)
        return row


# -- what becomes of it ------------------------------------------------------------------------------
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked to see."""
    rows = list(reveals.reveals_of(request.act)[:MINE_SHOWN])
    return page(request, "console/reveals/mine.html", rows=[line_of(row, request.act.at) for row in rows])


def line_of(row: Reveal, at: Any) -> dict[str, Any]:
    return {
        "url": reverse("reveal", args=[row.pk]),
        "number": row.subject_number,
        "purpose": row.get_purpose_display(),
        "asked_at": row.asked_at,
        "views": row.views,
        "standing": standing(row, at),
    }


def standing(row: Reveal, at: Any) -> tuple[str, Any]:
    """(code, words) of where it stands at a moment."""
    if row.is_live(at):
        return "open", REVEAL.labels["open"]
    if row.state == "open":
        return "expired", _("已到期")
    return row.state, REVEAL.labels[row.state]


@require_GET
def show(request: HttpRequest, id: UUID) -> HttpResponse:
    """One request of mine: waiting for whom, open for how long, or over."""
    act = request.act
    row = find(request, id)
    whose = whose_of(row, act)
    leave = rulebook.latest_approval(row.pk, LEAVE) if row.state == "asked" else None
    return page(
        request,
        "console/reveals/reveal.html#standing",
        row=row,
        whose=whose,
        whose_url=addresses.of(whose),
        labels=reveals.labels(whose, row.fields),
        matter=disclosing.matter_at(row.matter, act),
        matter_url=matter_url(row.matter),
        standing=standing(row, act.at),
        live=row.is_live(act.at),
        left=row.views_max - row.views,
        leave=leave,
        waits_for=waits_for(leave, act.at),
        terms=reveals.terms_for(row.project_id, act.at),
    )


def waits_for(leave: ApprovalRequest | None, at: Any) -> str:
    """Whose yes is missing: 「陈经理、郑总」."""
    told = rulebook.steps_of(leave, at) if leave is not None and leave.is_open else []
    return next(("、".join(one.asked) for one in told if one.step.state == "open"), "")


def matter_url(ref: Ref | None) -> str:
    names = {"desk.case": "case", "work.workorder": "order", "followup.returnvisit": "visit"}
    return addresses.to(names[ref.kind], ref.id) if ref is not None and ref.kind in names else ""


@require_POST
def opening(request: HttpRequest, id: UUID) -> HttpResponse:
    """Others have given leave: open it, and let the minutes run."""
    row = find(request, id)
    reveals.reveal(row, whose=whose_of(row, request.act), act=request.act)
    return HttpResponseRedirect(reverse("reveal", args=[id]))


@may_repeat
@require_POST
def values(request: HttpRequest, id: UUID) -> HttpResponse:
    """The values in full, noted before they are sent. Each sending is a view of its own, and is kept nowhere."""
    act = request.act
    row = find(request, id)
    whose = whose_of(row, act)
    known = disclosing.disclosed(whose)
    try:
        shown = reveals.show(row, whose=whose, act=act)
    except IllegalMove:
        return HttpResponseRedirect(reverse("reveal", args=[id]))
    row = find(request, id)
    return page(
        request,
        "console/reveals/values.html#values",
        row=row,
        pairs=[(known[name].label, value, "phone" in name) for name, value in shown.items()],
        left=row.views_max - row.views,
        seconds=max(1, int((row.ends_at - act.at).total_seconds())),
    )


@require_POST
def hiding(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put it away, or take it back."""
    row = find(request, id)
    leave = rulebook.latest_approval(row.pk, LEAVE)
    if row.state == "asked" and leave is not None and leave.is_open:
        services.withdraw_approval(leave, act=request.act)
    reveals.hide(row, act=request.act)
    return HttpResponseRedirect(reverse("reveal", args=[id]))


def find(request: HttpRequest, id: UUID) -> Reveal:
    """My own request; NotFound alike for others' and missing ones."""
    row = reveals.reveals_of(request.act).filter(pk=id).first()
    if row is None:
        raise NotFound()
    return row


def whose_of(row: Reveal, act: Any) -> Any:
    found = subjects_of([row], act).get(row.subject_id)
    if found is None:
        raise NotFound()
    return found


# -- for who gives leave -------------------------------------------------------------------------------
@tells(LEAVE)
def in_words(request: ApprovalRequest) -> list[tuple[Any, Any]]:
    """Everything an approver needs on one screen: whose, what, what for, on which matter, how long, how often this person asks."""
    row = Reveal.objects.unscoped("link").get(pk=request.about_id)
    terms = reveals.terms_for(row.project_id, request.asked_at)
    model = MODELS.get(row.subject_kind)
    names = getattr(model, "disclosed", {})
    before = Reveal.objects.unscoped("link").filter(asker_id=row.asker_id, opened_at__isnull=False, opened_at__lt=request.asked_at)
    return [
        (_("谁要看"), row.asker_name),
        (_("看谁的"), f"{row_words(row.subject)} {row.subject_number}".strip()),
        (_("看什么"), "、".join(str(names[name].label) for name in row.fields if name in names)),
        (_("用途"), row.get_purpose_display()),
        (_("为哪件事"), row_words(row.matter)),
        (_("说明"), row.reason),
        (_("能看多久"), _("%(minutes)d 分钟，最多 %(views)d 次") % {"minutes": terms.minutes, "views": terms.views}),
        (_("此前看过"), _("%(count)d 次") % {"count": before.count()}),
    ]


def row_words(ref: Ref | None) -> str:
    if ref is None:
        return ""
    model = MODELS.get(ref.kind)
    row = model.objects.unscoped("link").filter(pk=ref.id).first() if model is not None else None
    return str(row) if row is not None else ""


@tells(EXPORT_LEAVE)
def export_in_words(request: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What an approver of a list in full must know: whose request, which list, filtered how, what for, how it is marked."""
    row = Export.objects.unscoped("link").get(pk=request.about_id)
    register = REGISTERS.get(row.register)
    names = [register.column(name).label for name in row.columns if name in register.all_columns] if register is not None else []
    return [
        (_("谁要导出"), row.asker_name),
        (_("导出什么"), row.title),
        (_("列"), "、".join(names)),
        (_("筛选"), "；".join(value for values in parse_qs(row.query).values() for value in values) or _("全部")),
        (_("用途"), row.get_purpose_display()),
        (_("用来做什么"), row.reason),
        (_("怎样放行"), _("%(hours)d 小时内可下载，每行带姓名水印，每次下载留记录") % {"hours": exporting.HOURS}),
    ]

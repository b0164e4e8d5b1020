"""Drawing a customer: group by group, each blank saves by itself, with its history; and a print without what is sensitive."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import answers, portraits, profiles, services
from guanjia.customers.models import Customer
from guanjia.customers.profiles import BUSINESS_SHEET, PERSON_SHEET, SOURCES
from guanjia.customers.selectors import may_contact
from guanjia.customers.states import ORGANISATION, SENSITIVE
from guanjia.kernel import facts, reading
from guanjia.kernel.errors import NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import whole
from guanjia.org.models import Person
from guanjia.web.forms import UseCaseForm
from guanjia.web.partials import page
from guanjia.web.views import tried

from .folders import borrowers as colleagues

SEE = "customers.profile.see"


class AnswerForm(UseCaseForm):
    value = forms.CharField(label=gettext_lazy("内容"), required=False, max_length=400)
    source = forms.ChoiceField(label=gettext_lazy("信息来源"), choices=list(SOURCES.items()))


class KeeperForm(UseCaseForm):
    keeper = forms.ModelChoiceField(label=gettext_lazy("关系负责人"), queryset=Person.objects.none(), empty_label=None)

    def __init__(self, data: Any = None, *, customer: Customer, act: Any):
        super().__init__(data)
        self.fields["keeper"].queryset = colleagues(customer.project, act).exclude(pk=act.person_id)


def found(request: HttpRequest, id: UUID) -> Customer:
    """The customer, if one may see what is known of customers there."""
    customer = Customer.objects.find(request.act, id)
    if not request.act.may(SEE, on=customer):
        raise NotFound()
    return customer


def sheet_of(customer: Customer) -> str:
    return BUSINESS_SHEET if customer.kind == ORGANISATION else PERSON_SHEET


@require_GET
def profile(request: HttpRequest, id: UUID) -> HttpResponse:
    """What is known of a customer, one group at a time."""
    act, customer = request.act, found(request, id)
    sheet = sheet_of(customer)
    parts = answers.parts(customer, sheet, act)
    chosen = next((part for part in parts if part.group.code == request.GET.get("group")), parts[0])
    told = [line.item.label for line in chosen.lines if line.answer is not None and line.item.is_sensitive]
    reading.note([customer], act=act, fields=told)
    keeper = getattr(customer, "profile", None)
    here = reverse("profile", args=[customer.pk])
    return page(
        request,
        "console/profile.html",
        customer=customer,
        title=profiles.SHEETS[sheet],
        tabs=[
            {
                "label": part.group.label,
                "url": f"{here}?group={part.group.code}",
                "current": part is chosen,
                "count": f"{part.filled}/{part.total}",
            }
            for part in parts
        ],
        part=chosen,
        lines=[line_of(line, customer) for line in chosen.lines],
        filled=sum(part.filled for part in parts),
        total=sum(part.total for part in parts),
        sources=list(SOURCES.items()),
        is_kept=sheet == BUSINESS_SHEET or answers.is_kept(customer.project_id, act.at),
        keeps_sensitive=answers.is_sensitive_kept(customer.project_id, act.at),
        has_sensitive=any(line.item.is_sensitive for line in chosen.lines),
        has_consent=may_contact(customer, SENSITIVE, "any", act),
        caution=answers.caution(customer, act),
        keeper=keeper.keeper if keeper else None,
        keeper_form=KeeperForm(customer=customer, act=act) if act.may("customers.profile.entrust", on=customer) else None,
        may_revise=act.may("customers.profile.revise", on=customer),
    )


def line_of(line: answers.Line, customer: Customer, form: UseCaseForm | None = None) -> dict[str, Any]:
    return {
        "item": line.item,
        "answer": line.answer,
        "words": line.words,
        "is_hidden": line.is_hidden,
        "customer": customer,
        "errors": [error for errors in form.errors.values() for error in errors] if form else [],
        "typed": form.data.get("value", "") if form else line.words,
    }


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, id: UUID, item: str) -> HttpResponse:
    """One blank: POST answers it and gives its line back; GET tells everything it ever said."""
    act, customer = request.act, found(request, id)
    known = profiles.find(item)
    if known is None:
        raise NotFound()
    _sheet, group, blank = known
    if request.method == "GET":
        rows = list(answers.history(customer, blank, act))
        words = answers.words_of(rows, "reveal")
        reading.note([customer], act=act, fields=[blank.label] if blank.is_sensitive and rows else [])
        return page(request, "console/profile_history.html", customer=customer, item=blank, rows=[(row, words[row.pk]) for row in rows])
    form = AnswerForm(request.POST)
    if form.is_valid():
        tried(form, lambda: services.revise_profile(customer, item=item, act=act, **form.values()))
    line = next(line for part in answers.parts(customer, sheet_of(customer), act) for line in part.lines if line.item.key == item)
    shown = line_of(line, customer, form if form.errors else None)
    if request.headers.get("HX-Request") == "true":
        return page(request, "console/profile_line.html#line", status=422 if form.errors else 200, line=shown, may_revise=True)
    if form.errors:
        return page(request, "console/profile_line.html", status=422, line=shown, may_revise=True, customer=customer)
    return HttpResponseRedirect(f"{reverse('profile', args=[customer.pk])}?group={group.code}")


@require_POST
def keeping(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who keeps the relation from now on."""
    customer = found(request, id)
    request.act.require(services.entrust_profile.usecase, on=customer)
    form = KeeperForm(request.POST, customer=customer, act=request.act)
    if form.is_valid():
        services.entrust_profile(customer, act=request.act, **form.values())
        messages.success(request, _("%(name)s 现在是关系负责人") % {"name": form.cleaned_data["keeper"].name})
    return HttpResponseRedirect(reverse("profile", args=[customer.pk]))


@require_GET
def paper(request: HttpRequest, id: UUID) -> HttpResponse:
    """The sheet as a PDF, without what is sensitive, whoever prints it."""
    customer = found(request, id)
    reading.note([customer], act=request.act)
    pdf = portraits.paper_of(customer, sheet_of(customer), request.act)
    title = f"{profiles.SHEETS[sheet_of(customer)]} {customer.number}.pdf"
    whole(lambda: record(request.user, facts.ExportMade(register=title, rows=1), act=request.act))
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, title)
    return response

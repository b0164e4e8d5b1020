"""What a customer may ask of us about his own data: a copy, a correction, to be forgotten; and what holds his records."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import services as customers
from guanjia.customers.forgetting import objections
from guanjia.customers.models import Customer
from guanjia.kernel import records
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import DestructionCertificate, LegalHold
from guanjia.web.forms import UseCaseForm
from guanjia.web.once import may_repeat
from guanjia.web.partials import page
from guanjia.web.views import tried

from .. import copies

FORGET = "customers.customer.forget"


class ForgetForm(UseCaseForm):
    basis = forms.ChoiceField(label=gettext_lazy("依据"), choices=DestructionCertificate.BASES, initial="request")


class ReasonForm(UseCaseForm):
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, help_text=gettext_lazy("例如：与业主的诉讼；有关部门调查。"))


def _customer(request: HttpRequest, id: UUID) -> Customer:
    customer = Customer.objects.find(request.act, id)
    if not request.act.may(FORGET, customer):
        raise NotFound()
    return customer


@require_GET
def rights(request: HttpRequest, id: UUID) -> HttpResponse:
    """Everything the privacy officer needs for one person's request."""
    return _shown(request, _customer(request, id))


@may_repeat
@require_POST
def copy(request: HttpRequest, id: UUID) -> HttpResponse:
    """The copy as a ZIP; that it was handed over is in the journal before its first byte leaves."""
    customer = _customer(request, id)
    request.act.require("customers.customer.copy", customer)
    content, rows = copies.compose(customer, act=request.act)
    customers.copy_customer(customer, rows=rows, checksum=hashlib.sha256(content).hexdigest(), act=request.act)
    answer = HttpResponse(content, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{customer.number}.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
def forgetting(request: HttpRequest, id: UUID) -> HttpResponse:
    """Forget the customer, and show the certificate."""
    customer = _customer(request, id)
    form = ForgetForm(request.POST)
    if form.is_valid():
        made = tried(form, lambda: customers.forget_customer(customer, **form.values(), act=request.act))
        if made is not None:
            messages.success(request, _("资料已删除，密钥已销毁，备份里也读不出"))
            return HttpResponseRedirect(reverse("customer-rights", args=[customer.pk]))
    return _shown(request, customer, forget=form)


@require_http_methods(["POST"])
def holding(request: HttpRequest, id: UUID) -> HttpResponse:
    """Hold everything about the customer, or (with `hold`) end a hold."""
    customer = _customer(request, id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        if key := request.POST.get("hold"):
            hold = get_object_or_404(LegalHold.objects.unscoped("link"), pk=key, subject_id=customer.pk)
            done: Any = tried(form, lambda: records.lift(customer, hold=hold, **form.values(), act=request.act))
        else:
            done = tried(form, lambda: records.hold(customer, **form.values(), act=request.act))
        if done is not None:
            return HttpResponseRedirect(reverse("customer-rights", args=[customer.pk]))
    return _shown(request, customer, reason=form)


def _shown(request: HttpRequest, customer: Customer, *, forget: Any = None, reason: Any = None) -> HttpResponse:
    certificates = DestructionCertificate.objects.unscoped("link").filter(subject_id=customer.pk).order_by("-destroyed_at")
    failed = any(form is not None and form.errors for form in (forget, reason))
    return page(
        request,
        "console/rights.html",
        customer=customer,
        objections=objections(customer, basis="request", act=request.act),
        holds=records.held(Ref.to(customer)),
        certificates=list(certificates),
        forget=forget or ForgetForm(),
        reason=reason or ReasonForm(),
        status=422 if failed else 200,
    )

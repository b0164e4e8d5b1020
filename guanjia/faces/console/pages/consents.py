"""What a customer agreed to, with the very words and the proof; taken back in one click."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from guanjia.customers import selectors, services
from guanjia.customers.models import Consent, Customer
from guanjia.customers.states import CHANNELS, PURPOSES
from guanjia.customers.wordings import shown_today, wording
from guanjia.kernel import files, reading
from guanjia.kernel.errors import NotFound
from guanjia.kernel.files import Upload
from guanjia.kernel.ids import Ref
from guanjia.web import cells
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page

from ..subjects import find_subject

GIVE, WITHDRAW = "customers.consent.give", "customers.consent.withdraw"


class ConsentForm(UseCaseForm):
    """One purpose, the way, and what proves it."""

    purpose = forms.ChoiceField(label=gettext_lazy("同意什么"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=gettext_lazy("方式"), choices=list(CHANNELS.items()), initial="any")
    proof = forms.FileField(
        label=gettext_lazy("凭据"), required=False, help_text=gettext_lazy("签字的同意书，拍照或 PDF；口头同意可不附。")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(key, f"{label}：{shown_today(key).words}") for key, label in PURPOSES.items()]

    def clean_proof(self) -> Upload | None:
        given = self.cleaned_data["proof"]
        return Upload(given.name, given.read()) if given else None


@require_http_methods(["GET", "POST"])
def consents(request: HttpRequest, id: UUID) -> HttpResponse:
    """The ledger of one customer: what holds now, the whole history, and a form for a new word."""
    act = request.act
    customer = _customer(request, id)
    form = ConsentForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        act.require(GIVE, on=customer)
        if form.is_valid():
            given = tried(form, lambda: services.give_consent(customer, **form.values(), said_in=_said_in(request), act=act))
            if given is not None:
                messages.success(request, _("已登记：%(what)s") % {"what": given.get_purpose_display()})
                return HttpResponseRedirect(reverse("consents", args=[customer.pk]))
    return _shown(request, customer, form)


@require_POST
def withdrawal(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take one consent back, at once: nothing is asked, because he need give no reason."""
    customer = _customer(request, id)
    purpose, channel = request.POST.get("purpose", ""), request.POST.get("channel", "")
    if purpose not in PURPOSES or channel not in CHANNELS:
        raise NotFound()
    services.withdraw_consent(customer, purpose=purpose, channel=channel, act=request.act)
    messages.success(request, _("已撤回：%(what)s") % {"what": PURPOSES[purpose]})
    return HttpResponseRedirect(reverse("consents", args=[customer.pk]))


def _customer(request: HttpRequest, id: UUID) -> Customer:
    """The person, if this post looks customers up; the file that speaks for him."""
    customer = Customer.objects.find(request.act, id)
    if not selectors.may_look(customer, request.act):
        raise NotFound()
    return customer.person


def _said_in(request: HttpRequest) -> Any:
    """The case or call from whose page one came (`?in=desk.case:…`), as what he said it in."""
    said = request.GET.get("in", "")
    return Ref.to(find_subject(said, request.act)) if said else None


def _shown(request: HttpRequest, customer: Customer, form: ConsentForm) -> HttpResponse:
    act = request.act
    rows = list(selectors.consents_of(customer, act))
    reading.note([customer], act=act)
    proofs = {one.subject_id: one for one in files.of_all(rows) if files.may_open(one, act)}
    return page(
        request,
        "console/consents.html",
        customer=customer,
        holding=selectors.in_force(rows),
        lines=[_line(row, proofs.get(row.pk)) for row in rows],
        form=form if act.may(GIVE, on=customer) else None,
        may_withdraw=act.may(WITHDRAW, on=customer),
        status=422 if form.errors else 200,
    )


def _line(row: Consent, proof: Any) -> dict[str, Any]:
    shown = wording(row.edition)
    return {
        "row": row,
        "words": shown.words if shown else "",
        "proof": proof.name if proof else "",
        "proof_url": cells.file_url(proof) if proof else "",
    }

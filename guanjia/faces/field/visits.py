"""Return visits at the door, for whoever makes them: what is due, and one form with the five answers and a signature."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.followup import selectors, states
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.errors import NotFound, Refusal
from guanjia.org import selectors as org
from guanjia.web import refusals
from guanjia.web.forms import UseCaseForm

from .moves import ROWS, SignaturePicture
from .orders import shown

LINES_SHOWN = 50
ASKED = {states.HOME: states.WAYS[states.HOME], states.PHONE: states.WAYS[states.PHONE]}


def marks(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, choices=list(states.SCALE.items()), widget=forms.RadioSelect)


class Asked(UseCaseForm):
    """The five answers of a visit (FUP-016), and the resident's name under them (FUP-018)."""

    way = forms.ChoiceField(label=_("怎么问的"), choices=list(ASKED.items()), initial=states.HOME, widget=forms.RadioSelect)
    result = forms.ChoiceField(label=_("问下来"), choices=list(states.RESULTS.items()), widget=forms.RadioSelect)
    quality = marks(_("服务质量"))
    effect = marks(_("服务效果"))
    satisfaction = marks(_("满意程度"))
    shortcomings = forms.CharField(label=_("哪里不足"), max_length=1000, initial=_("无"), widget=forms.Textarea(attrs=ROWS))
    suggestions = forms.CharField(label=_("有何建议"), max_length=1000, initial=_("无"), widget=forms.Textarea(attrs=ROWS))
    resident_name = forms.CharField(label=_("住户姓名"), required=False, max_length=60)
    image = SignaturePicture(label=_("住户签名"), required=False, help_text=_("电话回访不用签。"))

    def values(self) -> dict[str, Any]:
        values = super().values()
        return values | {"resident_signature": values.pop("image", None)}


@require_GET
def due(request: HttpRequest) -> HttpResponse:
    """The visits that I or my post still have to make, soonest first."""
    act = request.act
    act.require("followup.return_visit.make")
    mine = Q(visitor_id=act.person_id) | Q(visitor=None, visitor_role__in=org.roles_of(act))
    return shown(request, "field/visits.html", visits=selectors.visits_due(act).filter(mine)[:LINES_SHOWN])


@require_http_methods(["GET", "POST"])
def visit(request: HttpRequest, id: UUID) -> HttpResponse:
    """One visit: GET shows what is to be asked, POST writes it down and hands it in."""
    found = ReturnVisit.objects.with_names().find(request.act, id)
    request.act.require("followup.return_visit.make", on=found)
    name = found.resident_name or (found.customer.name if found.customer else found.case.customer_name if found.case else "")
    form = Asked(request.POST if request.method == "POST" else None, initial={"resident_name": name})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = followup.make_visit(found, **form.values(), act=request.act)
                followup.hand_in_visit(made, act=request.act)
        except NotFound:
            raise
        except Refusal as refusal:
            return visit_shown(request, ReturnVisit.objects.with_names().find(request.act, id), form, refusal)
        return HttpResponseRedirect(reverse("field-visits"))
    return visit_shown(request, found, form, status=422 if form.is_bound else 200)


def visit_shown(
    request: HttpRequest, found: ReturnVisit, form: Asked, refusal: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    move = SimpleNamespace(label=now_("回访"), submit=now_("交记录"), icon="visit")
    place = found.house.code if found.house else found.number
    return shown(
        request,
        "field/move.html",
        status=refusals.status_of(refusal) if refusal else status,
        move=move,
        place=place,
        form=form,
        draft=f"visit-{found.pk}",
        action=reverse("field-visit", args=[found.pk]),
        back_url=reverse("field-visits"),
        refusal=refusal,
        reasons=refusals.reasons(refusal, request, fields=form.fields) if refusal else (),
    )

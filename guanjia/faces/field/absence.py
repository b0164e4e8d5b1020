"""I am away, said on the phone."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from guanjia.web import absences

from .orders import shown


@require_http_methods(["GET", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What he has reported and is not over, and the form for another."""
    form = absences.AbsenceForm(request.act, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.report() is not None:
        return HttpResponseRedirect(reverse("field-absence"))
    status = 422 if form.is_bound else 200
    return shown(request, "field/absence.html", status=status, form=form, rows=absences.mine(request.act), back_url=reverse("field-me"))


@require_POST
def end(request: HttpRequest, id: UUID) -> HttpResponse:
    """He is back."""
    absences.end(request, id)
    return HttpResponseRedirect(reverse("field-absence"))

"""The portal's pages. Whoever comes with a key is that case's resident; whoever comes without one sees one and the same closed door."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.desk.models import Case
from guanjia.followup import services as followup
from guanjia.kernel import wall
from guanjia.kernel.errors import NotFound, Refusal
from guanjia.web import attachments, refusals
from guanjia.web.partials import page

from . import story
from .links import case_behind, resident_of

NOT_FIXED = "not_fixed"
# A tap says two things: whether it is fixed and how it was. 3 of 5 is left out: nobody feels it on a button.
TAPS = {"5": (True, 5), "4": (True, 4), "2": (True, 2), NOT_FIXED: (False, 2)}
HEADERS = {
    "Referrer-Policy": "strict-origin",  # the address is the key: it goes to nobody, not even as a referrer to ourselves
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


class Answer(forms.Form):
    """The resident's one tap, and words if there are any."""

    answer = forms.ChoiceField(choices=[(key, key) for key in TAPS])
    text = forms.CharField(
        label=_("还想说什么"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("可以不写")})
    )


def by_key(view: Callable) -> Callable:
    """Open the case that the key in the address belongs to, or show the closed door."""

    @wraps(view)
    def opened(request: HttpRequest, key: str, **given: Any) -> HttpResponse:
        try:
            case = case_behind(key, request.act.at)
            wall.enter([case.company_id])
            request.act = resident_of(case, request.act.at)
            response = view(request, key, case, **given)
        except NotFound:
            return door(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return opened


def door(request: HttpRequest, *_path: Any, **_given: Any) -> HttpResponse:
    """The one answer to every address that opens nothing: no key, a wrong one, one that is too old, another's."""
    response = page(request, "portal/door.html", status=404)
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


@require_GET
@by_key
def follow(request: HttpRequest, key: str, case: Case) -> HttpResponse:
    """The case as its resident reads it."""
    return shown(request, key, case, Answer())


@require_POST
@by_key
def answer(request: HttpRequest, key: str, case: Case) -> HttpResponse:
    """The tap. It is the return visit, confirms or denies, and usually closes the case."""
    form = Answer(request.POST)
    if not form.is_valid():
        return shown(request, key, case, form, status=422)
    fixed, satisfaction = TAPS[form.cleaned_data["answer"]]
    try:
        followup.tap_by_customer(
            project=case.project, case=case, satisfaction=satisfaction, fixed=fixed, text=form.cleaned_data["text"], act=request.act
        )
    except NotFound:
        raise
    except Refusal as refusal:
        return shown(request, key, case_behind(key, request.act.at), form, refusal=refusal, status=refusals.status_of(refusal))
    return HttpResponseRedirect(reverse("portal-case", args=[key]))


@require_GET
@by_key
def photo(request: HttpRequest, key: str, case: Case, id: UUID) -> HttpResponse:
    """A picture of this case's finished work."""
    found = next((one for one in story.photos_of(story.orders_of(case)) if one.pk == id), None)
    if found is None:
        raise NotFound()
    return attachments.sent(found, request.act)


def shown(request: HttpRequest, key: str, case: Case, form: Answer, *, refusal: Refusal | None = None, status: int = 200) -> HttpResponse:
    told = story.story_of(case, request.act)
    pictures = [{"url": reverse("portal-photo", args=[key, one.pk]), "caption": "", "alt": one.name} for one in told.photos]
    return page(
        request,
        "portal/case.html",
        status=status,
        case=case,
        story=told,
        form=form,
        pictures=pictures,
        project=case.project,
        service_phone=case.project.phone,
        answer_url=reverse("portal-answer", args=[key]),
        refusal=refusal,
        reasons=refusals.reasons(refusal, request) if refusal else (),
    )

"""What one was told as time ran out, and what nobody is there to hear."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.kernel.errors import NotFound
from guanjia.rulebook import services, told
from guanjia.rulebook.models import Notice, Obligation
from guanjia.web import moments
from guanjia.web.partials import page

from .duties import find, tabs, with_subjects


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What the signed-in person was told: of open duties, or with `past=1` of closed ones; each with one tap to say that he knows."""
    past = bool(request.GET.get("past"))
    notices = told.notices_of(request.act, past=past)
    count, _late = told.unseen(request.act)
    return page(
        request,
        "console/notices.html",
        tabs=tabs(request, "my-notices"),
        past=past,
        unseen=count,
        items=noted(request, notices, may_answer=not past),
    )


def noted(request: HttpRequest, notices: list[Notice], *, may_answer: bool) -> list[dict[str, Any]]:
    """Duty items with why and when one was told, and the button that answers it."""
    items = with_subjects(request, [notice.obligation for notice in notices])
    for item, notice in zip(items, notices, strict=True):
        item["note"] = _("%(when)s %(why)s") % {"when": moments.moment(notice.told_at, request.act.at), "why": told.say_notice(notice)}
        if notice.acknowledged_at:
            item["note"] += _("您已于 %(when)s 知悉。") % {"when": moments.moment(notice.acknowledged_at, request.act.at)}
        item["button"] = acknowledgement_button(notice.obligation) if may_answer and not notice.acknowledged_at else None
    return items


def acknowledgement_button(obligation: Obligation) -> dict[str, Any]:
    return {"label": _("知道了"), "url": reverse("duty-acknowledgement", args=[obligation.pk]), "method": "post", "icon": "check"}


@require_POST
def acknowledgement(request: HttpRequest, id: UUID) -> HttpResponse:
    """Say that one knows of a duty; back to where one said it."""
    obligation = find(request, id)
    services.acknowledge_duty(project=obligation.project, obligation_id=obligation.pk, act=request.act)
    return HttpResponseRedirect(reverse("duty", args=[id]) if request.POST.get("back") == "duty" else reverse("my-notices"))


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """Take all of it as seen."""
    services.see_notices(act=request.act)
    return HttpResponseRedirect(reverse("my-notices"))


@require_GET
def unowned(request: HttpRequest) -> HttpResponse:
    """Open duties that nobody who is there owes, for whoever oversees a project."""
    if not request.act.rights.projects():
        raise NotFound()
    rows = told.unowned(request.act)
    return page(
        request, "console/duties.html#rows", title=_("无人负责"), tabs=tabs(request, "unowned-duties"), items=with_subjects(request, rows)
    )

"""What the phone's owner was told as time ran out, and one tap to say that he knows."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.kernel.errors import NotFound
from guanjia.rulebook import services, told
from guanjia.web import duties, moments
from guanjia.work.models import WorkOrder

from . import reading
from .orders import shown

ORDER = WorkOrder._meta.label_lower


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """The open duties he was told of, the newest first."""
    act = request.act
    notices = told.notices_of(act)
    about = {notice.obligation.subject for notice in notices}
    orders = WorkOrder.objects.visible_to(act).with_names().in_bulk([ref.id for ref in about if ref.kind == ORDER])
    items = []
    for notice in notices:
        obligation = notice.obligation
        order = orders.get(obligation.subject_id)
        items.append(
            duties.item(obligation)
            | {
                "note": f"{moments.moment(notice.told_at, act.at)} {told.say_notice(notice)}",
                "subject": reading.short_place(order) if order is not None else "",
                "subject_url": reverse("field-order", args=[order.pk]) if order is not None else "",
                "rule_url": "",
                "button": None if notice.acknowledged_at else answer(obligation.pk),
            }
        )
    return shown(request, "field/notices.html", items=items, back_url=reverse("field"))


def answer(id: UUID) -> dict[str, Any]:
    return {"label": _("知道了"), "url": reverse("field-notice", args=[id]), "method": "post", "icon": "check"}


@require_POST
def acknowledgement(request: HttpRequest, id: UUID) -> HttpResponse:
    """He knows; he is not reminded of this one again."""
    obligation = told.duty_told_to(request.act, id)
    if obligation is None:
        raise NotFound()
    services.acknowledge_duty(project=obligation.project, obligation_id=obligation.pk, act=request.act)
    return HttpResponseRedirect(reverse("field-notices"))

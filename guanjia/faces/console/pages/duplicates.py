"""Files that may be one person's: the pairs of a project, two of them side by side, and the decision, which can be undone."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import duplicates, selectors, services
from guanjia.customers.models import Customer
from guanjia.customers.states import PHONE
from guanjia.desk import selectors as desk
from guanjia.kernel import personal, reading
from guanjia.kernel.errors import NotFound
from guanjia.org.models import Project
from guanjia.web.partials import page

SHOWN = 100
KEEP_LEFT, KEEP_RIGHT, TWO_PEOPLE = "left", "right", "two"


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """The pairs of every project in which the visitor may merge, the surest first."""
    found = [one for project in _projects(request.act) for one in duplicates.suggestions(project, request.act, limit=SHOWN)]
    found.sort(key=lambda one: -one.likeness.score)
    return page(request, "console/duplicates.html", pairs=[_line(one) for one in found[:SHOWN]])


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, id: UUID) -> HttpResponse:
    """Two files side by side (`other=`), and what becomes of them: `keep` is left, right, or two."""
    act = request.act
    one = Customer.objects.find(act, id)
    other = Customer.objects.find(act, request.GET.get("other") or request.POST.get("other") or None)
    act.require(services.merge_customer.usecase, on=one)
    alike = duplicates.compare(one, other, act)
    if request.method == "POST":
        return _decided(request, one, other, alike.score)
    reading.note([one, other], act=act)
    left, right = _column(one, act), _column(other, act)
    says_nothing = (_("诉求"), _("建档时间"))  # equal by chance
    rows = [
        {"label": label, "left": a, "right": b, "same": bool(a) and a == b and label not in says_nothing}
        for (label, a), (_label, b) in zip(left, right, strict=True)
        if a or b
    ]
    return page(
        request,
        "console/duplicate.html",
        one=one,
        other=other,
        rows=rows,
        alike=alike,
        here=f"{reverse('duplicate', args=[one.pk])}",
        left={"other": other.pk, "keep": KEEP_LEFT},
        right={"other": other.pk, "keep": KEEP_RIGHT},
        two={"other": other.pk, "keep": TWO_PEOPLE},
    )


@require_POST
def separation(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo a merge: the file speaks for itself again."""
    one = services.unmerge_customer(Customer.objects.find(request.act, id), act=request.act)
    messages.success(request, _("%(number)s 已分出，恢复原样") % {"number": one.number})
    return HttpResponseRedirect(reverse("customer", args=[one.pk]))


def _decided(request: HttpRequest, one: Customer, other: Customer, score: int) -> HttpResponse:
    keep, act = request.POST.get("keep"), request.act
    if keep == TWO_PEOPLE:
        services.distinguish_customers(one, other=other, act=act)
        messages.success(request, _("已记下：不是同一人，不再提示"))
    elif keep in (KEEP_LEFT, KEEP_RIGHT):
        kept, gone = (one, other) if keep == KEEP_LEFT else (other, one)
        services.merge_customer(gone, into=kept, score=score, act=act)
        messages.success(request, _("%(gone)s 已并入 %(kept)s，在客户页可以撤销") % {"gone": gone.number, "kept": kept.number})
    else:
        raise NotFound()
    following = next(iter(duplicates.suggestions(one.project, act, limit=1)), None)
    return HttpResponseRedirect(_address(following) if following else reverse("duplicates"))


def _projects(act: Any) -> list[Project]:
    rows = Project.objects.visible_to(act).order_by("code")
    return [project for project in rows if act.may(services.merge_customer.usecase, on=project)]


def _line(one: duplicates.Suggestion) -> dict[str, Any]:
    return {
        "url": _address(one),
        "one": one.one,
        "other": one.other,
        "project": one.one.project.name,
        "score": one.likeness.score,
        "certain": one.likeness.is_certain,
        "reasons": one.likeness.reasons,
        "doubts": one.likeness.doubts,
    }


def _address(one: duplicates.Suggestion) -> str:
    return f"{reverse('duplicate', args=[one.one.pk])}?{urlencode({'other': one.other.pk})}"


def _column(customer: Customer, act: Any) -> list[tuple[str, Any]]:
    """What is known of one file, in the rows that both columns share; numbers are masked."""
    points = list(customer.contact_points.all())
    stays = customer.occupancies.select_related("house").order_by("-starts_on")
    return [
        (_("客户编号"), customer.number),
        (_("姓名"), customer.name),
        (_("类别"), customer.get_kind_display()),
        (_("性别"), customer.get_sex_display()),
        (_("电话"), "\n".join(personal.mask_phone(one.value) for one in points if one.kind == PHONE)),
        (_("微信、邮箱"), "\n".join(personal.masked(one.value) for one in points if one.kind != PHONE)),
        (_("证件号"), str(customer.id_no)),
        (_("房屋"), "\n".join(_stay(one) for one in stays)),
        (_("诉求"), str(desk.cases(act).filter(customer__in=selectors.files_of([customer], act)).count() or "")),
        (_("建档时间"), customer.created_at.date().isoformat() if customer.created_at else ""),
        (_("备注"), customer.note),
    ]


def _stay(one: Any) -> str:
    until = one.ends_on.isoformat() if one.ends_on else _("今")
    return f"{one.house.path} {one.get_role_display()}（{one.starts_on} — {until}）"

"""Asking to look customers up, for those whose post does not; and whom one may look up until when (CUS-008)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guanjia.customers import selectors as customers
from guanjia.customers import services
from guanjia.customers.looking import LOOK_UP
from guanjia.customers.models import AccessRequest, Customer
from guanjia.customers.services.access import DAYS_MAX
from guanjia.customers.states import ACCESS
from guanjia.estate.models import House
from guanjia.kernel.errors import NotFound
from guanjia.kernel.states import LEGAL, PURPOSES, SERVING
from guanjia.org import selectors as org
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web import refusals
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.partials import page

from .approvals import tells

SHOWN = 200


class AccessForm(UseCaseForm):
    project = forms.ChoiceField(label=gettext_lazy("项目"))
    purpose = forms.ChoiceField(
        label=gettext_lazy("用途"), choices=[(one, PURPOSES[one]) for one in (SERVING, LEGAL)], widget=forms.RadioSelect, initial=SERVING
    )
    days = forms.IntegerField(label=gettext_lazy("天数"), min_value=1, max_value=DAYS_MAX, initial=1)
    reason = forms.CharField(label=gettext_lazy("为什么要查阅"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, act: Any, project: Any = None):
        super().__init__(data)
        self.projects = {str(one.pk): one for one in ([project] if project else org.projects_of(act))}
        self.fields["project"].choices = [(key, one.name) for key, one in self.projects.items()]
        if len(self.projects) == 1:
            self.fields["project"].widget, self.initial["project"] = forms.HiddenInput(), next(iter(self.projects))

    def values(self) -> dict[str, Any]:
        return self.cleaned_data | {"project": self.projects[self.cleaned_data["project"]]}


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I asked for, and whom I may look up just now."""
    act = request.act
    rows = [(row, standing(row, act)) for row in customers.accesses_of(act)[:SHOWN]]
    return page(request, "console/access/mine.html", rows=rows, allowed=list(customers.allowed(act).order_by("name_pinyin")[:SHOWN]))


def standing(row: AccessRequest, act: Any) -> tuple[str, Any]:
    """(code, words) of where a request stands now: it ends by itself."""
    if row.state == "granted" and not row.is_live(act.at):
        return "closed", _("已到期")
    return row.state, ACCESS.labels[row.state]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask: for one `customer`, for those of a `house`, or for a project."""
    act = request.act
    whose = Customer.objects.find(act, request.GET["customer"]) if request.GET.get("customer") else None
    house = House.objects.find(act, request.GET["house"]) if request.GET.get("house") else None
    form = AccessForm(request.POST if request.method == "POST" else None, act=act, project=getattr(whose or house, "project", None))
    if request.method == "POST" and form.is_valid():
        row = tried(form, lambda: services.request_access(**form.values(), customer=whose, house=house, act=act))
        if row is not None:
            messages.success(request, _("已送审，批准后即可查阅"))
            return HttpResponseRedirect(reverse("access"))
    return page(
        request,
        "console/access/new.html",
        status=422 if form.errors else 200,
        form=form,
        scope=whose.number if whose else house.path if house else _("本项目的客户"),
    )


@require_POST
def ending(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give it back before its time."""
    row = customers.accesses_of(request.act).filter(pk=id).first()
    if row is None:
        raise NotFound()
    services.end_access(row, act=request.act)
    return HttpResponseRedirect(reverse("access"))


@refusals.cures("customers.access.request")
def asking(request: HttpRequest) -> dict[str, Any] | None:
    """The button of who may not look a customer up."""
    match = request.resolver_match
    if match is None or match.url_name != "customer":
        return None
    return {"label": _("申请查阅"), "url": f"{reverse('access-new')}?customer={match.kwargs['id']}", "method": "get", "icon": "eye"}


@tells(LOOK_UP)
def in_words(request: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What a supervisor must know: who, whom, what for, how long."""
    row = AccessRequest.objects.unscoped("link").select_related("asker", "customer", "house", "project").get(pk=request.about_id)
    roles = "、".join(sorted({holding.post.role.name for holding in org.holdings_at(request.asked_at).filter(person=row.asker)}))
    return [
        (_("谁要查阅"), f"{row.asker.name}（{roles}）" if roles else row.asker.name),
        (_("范围"), str(row.customer or row.house or row.project)),
        (_("用途"), row.get_purpose_display()),
        (_("为什么要查阅"), row.reason),
        (_("期限"), _("%(days)d 天") % {"days": row.days}),
    ]

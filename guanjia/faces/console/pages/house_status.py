"""房屋情况统计表: the table of a month, signed by the steward and received by the cashier."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from guanjia.estate import services as estate
from guanjia.estate import status
from guanjia.kernel import documents, facts, files, periods
from guanjia.kernel.errors import NotFound
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import whole
from guanjia.org.models import Project
from guanjia.quality import services as quality
from guanjia.quality.models import Signoff
from guanjia.rulebook.catalogue import load
from guanjia.web.components import drawn
from guanjia.web.partials import page
from guanjia.web.templatetags import look

MONTHS_OFFERED, MONTHS_SHOWN = 13, 6
COLUMNS = ("room_no", "area", "state", "sale_state", "vacant")


class Asked:
    """The project and month that an address names; without them the first project and the month that is over."""

    def __init__(self, request: HttpRequest, said: Any):
        self.act = request.act
        rows = Project.objects.visible_to(self.act).select_related("company").order_by("name")
        self.projects = [one for one in rows if self.act.may("estate.house.see", on=one)]
        wanted = said.get("project", "")
        self.project = next((one for one in self.projects if str(one.pk) == wanted or not wanted), None)
        if self.project is None:
            raise NotFound()
        this = periods.period_on("month", timezone.localdate(self.act.at))
        self.months = [this]
        while len(self.months) < MONTHS_OFFERED:
            self.months.append(periods.previous(self.months[-1]))
        self.period = said.get("period") if said.get("period") in self.months else self.months[1]
        signed = Signoff.objects.visible_to(self.act).filter(project=self.project, register=status.REGISTER)
        self.signed = {one.period: one for one in signed.filter(period__in=self.months).select_related("signer", "receiver")}

    @property
    def signoff(self) -> Signoff | None:
        return self.signed.get(self.period)

    def content(self) -> dict[str, Any]:
        """As it was signed, or as it stands now."""
        return self.signoff.content if self.signoff else status.compose(self.project, self.period, self.act)

    def url(self, name: str = "house-status", period: str = "") -> str:
        return f"{reverse(name)}?{urlencode({'project': self.project.pk, 'period': period or self.period})}"


@require_GET
def table(request: HttpRequest) -> HttpResponse:
    """The table of a project and month: how many houses stand how, and each of them."""
    asked = Asked(request, request.GET)
    content, signoff, act = asked.content(), asked.signoff, request.act
    is_over = periods.bounds(asked.period).end <= act.at
    labels = load()["EST-001"].fields
    kinds = ("lead", "number", "", "", "wide")
    return page(
        request,
        "console/house_status.html",
        asked=asked,
        content=content,
        signoff=signoff,
        months=[
            {"label": periods.label(month), "url": asked.url(period=month), "state": state_of(asked.signed.get(month))}
            for month in asked.months[:MONTHS_SHOWN]
        ],
        is_over=is_over,
        digest=documents.digest(content),
        file_url=asked.url("house-status-file"),
        may_sign=signoff is None and is_over and act.may("estate.house_status.sign", on=asked.project),
        may_receive=may_receive(signoff, act),
        columns=[{"label": labels[name], "kind": kind} for name, kind in zip(COLUMNS, kinds, strict=True)],
        rows=[{"cells": [row[name] for name in COLUMNS]} for building in content["buildings"] for row in building["rows"]],
    )


def may_receive(signoff: Signoff | None, act: Any) -> bool:
    waits = signoff is not None and signoff.receiver_id is None and signoff.signer_id != act.person_id
    return waits and act.may("quality.signoff.receive", on=signoff)


def state_of(signoff: Signoff | None) -> Any:
    if signoff is None:
        return drawn("state", look.state("draft", _("未签认")))
    return drawn(
        "state", look.state("completed" if signoff.receiver_id else "finished", _("已接收") if signoff.receiver_id else _("已签认"))
    )


@require_POST
def signature(request: HttpRequest) -> HttpResponse:
    """Sign the table that was shown."""
    asked = Asked(request, request.POST)
    estate.sign_house_status(project=asked.project, period=asked.period, digest=request.POST.get("digest", ""), act=request.act)
    return HttpResponseRedirect(asked.url())


@require_POST
def receipt(request: HttpRequest) -> HttpResponse:
    """The cashier receives what was signed."""
    asked = Asked(request, request.POST)
    if asked.signoff is None:
        raise NotFound()
    quality.receive_signoff(asked.signoff, words=request.POST.get("words", "")[:500], act=request.act)
    return HttpResponseRedirect(asked.url())


@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """The paper: signed, the very file; before, a draft."""
    asked = Asked(request, request.GET)
    if asked.signoff is not None:
        [signed] = files.of(asked.signoff, role=quality.SIGNED)
        paper = files.read(signed, act=request.act)
    else:
        paper = status.paper_of(asked.content(), at=request.act.at)
    name = f"{asked.project.name} {asked.content()['title']}.pdf"
    whole(lambda: record(request.user, facts.ExportMade(register=name, rows=1), act=request.act))
    response = HttpResponse(paper, content_type="application/pdf")
    response.headers["Content-Disposition"] = content_disposition_header(False, name)
    return response

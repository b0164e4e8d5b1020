"""The demo's clock: move it and watch deadlines come. Only where the clock may be moved."""

from datetime import datetime, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from guanjia.kernel import clock
from guanjia.kernel.errors import NotFound
from guanjia.rulebook import ticking
from guanjia.web.partials import page

STEPS = {
    "15m": (_("快进 15 分钟"), timedelta(minutes=15)),
    "1h": (_("快进 1 小时"), timedelta(hours=1)),
    "1d": (_("快进 1 天"), timedelta(days=1)),
    "7d": (_("快进 7 天"), timedelta(days=7)),
}


class ClockForm(forms.Form):
    to = forms.DateTimeField(
        label=_("拨到"), input_formats=["%Y-%m-%dT%H:%M"], widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )


@require_http_methods(["GET", "POST"])
def clock_page(request: HttpRequest) -> HttpResponse:
    """See the time, move it, or give the machine's time back; the tick runs at once so that the effect shows."""
    if not clock.is_movable():
        raise NotFound()
    form = ClockForm(request.POST if "to" in request.POST else None)
    if request.method == "POST":
        moved = _wanted(request, form)
        if moved is not None:
            clock.set_offset(moved)
            ticking.tick(clock.now())
            return HttpResponseRedirect(reverse("clock"))
    return page(
        request,
        "console/clock.html",
        form=form,
        steps=[(key, label) for key, (label, _by) in STEPS.items()],
        offset=clock.offset(),
        machine=timezone.localtime(clock.now() - clock.offset()),
        status=422 if form.errors else 200,
    )


def _wanted(request: HttpRequest, form: ClockForm) -> timedelta | None:
    if request.POST.get("step") in STEPS:
        return clock.offset() + STEPS[request.POST["step"]][1]
    if "reset" in request.POST:
        return timedelta(0)
    if form.is_valid():
        to: datetime = form.cleaned_data["to"]
        return to - (clock.now() - clock.offset())
    return None

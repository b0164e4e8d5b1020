"""Who read what: of one customer, of everybody, by person and hour; and the alarms that much or strange reading raises."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from guanjia.customers.models import Customer
from guanjia.kernel import alarms, reading
from guanjia.kernel.models import Alarm, Attachment, ReadLog, Reveal
from guanjia.kernel.states import FILE
from guanjia.org import selectors as org
from guanjia.web import addresses, timeline
from guanjia.web.forms import UseCaseForm, tried
from guanjia.web.keyset import Order
from guanjia.web.partials import page

from ..subjects import MODELS, subjects_of

ON_PAGE, HOURS_SHOWN = 50, 8
LOOK_BACK = timedelta(days=7)


# -- the log ---------------------------------------------------------------------------------------
@require_GET
def readings(request: HttpRequest) -> HttpResponse:
    """The newest lines, of everybody or (`by`) of one person; beside them the hours in which most was read."""
    act = request.act
    rows = reading.reads(act)
    by = org.people(act).filter(pk=key).first() if (key := uuid_of(request.GET.get("by", ""))) else None
    if by is not None:
        rows = rows.filter(by_id=by.pk)
    found = Order(ReadLog, ["-read_at"]).page(rows, ON_PAGE, after=request.GET.get("after", ""))
    return page(
        request,
        "console/readings/readings.html",
        lines=lines_of(found.rows, act),
        by=by,
        older=f"?after={found.next}" + (f"&by={by.pk}" if by else "") if found.next else "",
        busiest=busiest(act),
    )


@require_GET
def of_customer(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who read this customer's data, when, through what and why."""
    act = request.act
    customer = Customer.objects.find(act, id)
    found = Order(ReadLog, ["-read_at"]).page(reading.reads_of(customer, act), ON_PAGE, after=request.GET.get("after", ""))
    return page(
        request,
        "console/readings/of_customer.html",
        customer=customer,
        lines=lines_of(found.rows, act),
        older=f"?after={found.next}" if found.next else "",
    )


def lines_of(rows: list[ReadLog], act: Any) -> list[dict[str, Any]]:
    """Lines as people read them; what they are about is fetched by kind."""
    about = subjects_of(rows, act)
    keys = [row.subject_id for row in rows if row.how == FILE]
    opened = dict(Attachment.objects.visible_to(act).filter(pk__in=keys).values_list("pk", "name"))
    return [
        {
            "at": row.read_at,
            "who": row.by_name,
            "by_url": f"{reverse('readings')}?by={row.by_id}",
            "whose": str(about.get(row.subject_id) or opened.get(row.subject_id) or "—"),
            "url": addresses.of(about[row.subject_id]) if row.subject_id in about else "",
            "how": row.get_how_display(),
            "face": timeline.FACES.get(row.via, row.via),
            "fields": labels_of(row),
            "purpose": row.get_purpose_display(),
        }
        for row in rows
    ]


def labels_of(row: ReadLog) -> str:
    known = getattr(MODELS.get(row.subject_kind), "disclosed", {})
    return "、".join(str(known[name].label) if name in known else name for name in row.fields)


def busiest(act: Any) -> list[dict[str, Any]]:
    counts = reading.busiest(act, since=act.at - LOOK_BACK, most=HOURS_SHOWN)
    names = {one.pk: one.name for one in org.people(act).filter(pk__in=[count.by_id for count in counts])}
    most = max((count.reads for count in counts), default=1)
    return [
        {
            "who": names.get(count.by_id, "—"),
            "url": f"?by={count.by_id}",
            "hour": timezone.localtime(count.hour),
            "reads": count.reads,
            "share": round(100 * count.reads / most),
        }
        for count in counts
    ]


def uuid_of(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None


# -- alarms ----------------------------------------------------------------------------------------
class ReviewForm(UseCaseForm):
    justified = forms.ChoiceField(
        label=gettext_lazy("结论"), choices=[("yes", gettext_lazy("正当")), ("no", gettext_lazy("不正当"))], widget=forms.RadioSelect
    )
    finding = forms.CharField(label=gettext_lazy("复核意见"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


@require_GET
def alarm_list(request: HttpRequest) -> HttpResponse:
    """Every alarm, those to be judged first."""
    rows = Order(Alarm, ["-raised_at"]).page(alarms.alarms(request.act).order_by(), ON_PAGE, after=request.GET.get("after", ""))
    found = sorted(rows.rows, key=lambda one: one.reviewed_at is not None)
    return page(
        request, "console/readings/alarms.html", rows=[alarm_line(one) for one in found], older=f"?after={rows.next}" if rows.next else ""
    )


def alarm_line(alarm: Alarm) -> dict[str, Any]:
    verdict = (
        ("waiting", _("待复核")) if alarm.reviewed_at is None else ("agreed", _("正当")) if alarm.is_justified else ("refused", _("不正当"))
    )
    return {
        "url": reverse("alarm", args=[alarm.pk]),
        "kind": alarm.get_kind_display(),
        "reader": alarm.reader_name,
        "words": alarm.words,
        "raised_at": alarm.raised_at,
        "verdict": verdict,
        "reviewer": alarm.reviewer_name,
    }


@require_http_methods(["GET", "POST"])
def alarm(request: HttpRequest, id: UUID) -> HttpResponse:
    """What happened, what was shown, and the judgement."""
    act = request.act
    act.require("kernel.alarm.see")
    found = Alarm.objects.find(act, id)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = tried(form, lambda: alarms.review_alarm(found, justified=said["justified"] == "yes", finding=said["finding"], act=act))
        if done is not None:
            messages.success(request, _("已复核"))
            return HttpResponseRedirect(reverse("alarms"))
    reveal = Reveal.objects.visible_to(act).filter(pk=found.subject_id).first()
    lines = ReadLog.objects.visible_to(act).filter(by_id=found.reader_id, read_at__gte=found.raised_at - timedelta(hours=1))
    entries, _older = timeline.of(found, act)
    return page(
        request,
        "console/readings/alarm.html",
        status=422 if form.errors else 200,
        alarm=found,
        line=alarm_line(found),
        facts=facts_of(found, reveal, act),
        lines=lines_of(list(lines.filter(read_at__lte=found.raised_at + timedelta(hours=1)).order_by("-read_at")[:ON_PAGE]), act),
        entries=entries,
        form=form if found.reviewed_at is None and act.person_id != found.reader_id and act.may("kernel.alarm.review", on=found) else None,
    )


def facts_of(alarm: Alarm, reveal: Reveal | None, act: Any) -> list[tuple[Any, Any]]:
    pairs = [(_("查阅人"), alarm.reader_name), (_("告警时间"), timezone.localtime(alarm.raised_at).strftime("%Y-%m-%d %H:%M"))]
    if reveal is not None:
        known = getattr(MODELS.get(reveal.subject_kind), "disclosed", {})
        pairs += [
            (_("看谁的"), reveal.subject_number),
            (_("看什么"), "、".join(str(known[name].label) for name in reveal.fields if name in known)),
            (_("写明的险情"), reveal.reason),
            (_("看了几次"), str(reveal.views)),
        ]
    elif alarm.kind == "bulk":
        pairs.append((_("一小时内查阅"), alarm.words))
    else:
        whose = subjects_of([alarm], act).get(alarm.subject_id)
        pairs.append((_("打开的档案"), str(whose or "—")))
    if alarm.reviewed_at is not None:
        pairs += [(_("复核人"), alarm.reviewer_name), (_("复核意见"), alarm.finding)]
    return pairs

"""The look of guanjia as template tags: `{% load look %}`.

Each tag fills one template of `web/components/`, whose head says what its parameters mean. Tags that take content come in
pairs (`{% panel "…" %} … {% endpanel %}`) and may hold slots (`{% slot "actions" %} … {% endslot %}`). The style page at
/style shows each of them in each state; docs/design-language.md says why they look as they do.
"""

import json
from functools import cache, lru_cache
from itertools import zip_longest
from pathlib import Path

from django import forms
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.web import charts, moments, rungs, strips  # noqa: F401  (rungs: the tag of ladders)
from guanjia.web.components import attributes, clock_of, component, drawn, holder, known_tone, passed, read, register, the_now
from guanjia.web.states import PRIORITIES, STATES

STATIC = Path(__file__).parents[1] / "static" / "web"
# layers.css says which layer wins, so that the files themselves may come in any order.
STYLESHEETS = ("layers", *sorted(path.stem for path in (STATIC / "css").glob("*.css") if path.stem != "layers"))
SCRIPTS = tuple(sorted(path.stem for path in (STATIC / "js").glob("*.js")))

# --- the page's head -------------------------------------------------------------------------------------------------


@register.simple_tag
@cache
def stylesheets():
    """One <link> a stylesheet; links load side by side where @import would queue."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"web/css/{name}.css"),) for name in STYLESHEETS))


@register.simple_tag
@cache
def scripts():
    return format_html_join("\n", '<script type="module" src="{}"></script>', ((static(f"web/js/{name}.js"),) for name in SCRIPTS))


@register.simple_tag
def words_for_scripts():
    """The few sentences that scripts say, translated, for the content of <meta name="words">."""
    return _words_for_scripts(get_language())


@cache
def _words_for_scripts(language):
    own = {
        "busy": _("正在提交…"),
        "copied": _("已复制"),
        "draft_restored": _("已恢复上次没有交上去的内容。"),
        "queued": _("没有网络。内容已存在手机里，有网时自动交上去。"),
        "queue_sent": _("刚才存在手机里的内容已交上去。"),
        "queue_refused": _("有一份内容没有被接受，请打开后重新提交。"),
        "photo_remove": _("去掉这张照片"),
    }
    return json.dumps(moments.words() | own, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def theme(context):
    """The theme this person chose (light or dark), or an empty string to follow the machine."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in ("light", "dark") else ""


# --- words and signs -------------------------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(4096, typed=True)
def icon(name, label="", size=""):
    """One icon of web/icons.svg. With a label it speaks to screen readers, without it stays silent. size: s | l"""
    classes = f"icon icon-{size}" if size else "icon"
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, spoken, static("web/icons.svg"), name)


@register.simple_tag
@lru_cache(256)
def keys(combination):
    """A shortcut as keycaps: "g c" is pressed in turn."""
    caps = format_html_join("", "<kbd>{}</kbd>", ((key,) for key in combination.split()))
    return format_html('<span class="keys" aria-hidden="true">{}</span>', caps)


@component
def button(
    label,
    *,
    tone="quiet",
    icon="",
    trail="",
    href="",
    type="button",
    size="",
    busy=False,
    disabled=False,
    block=False,
    bare=False,
    keys="",
    **attrs,
):
    return {**locals(), "attrs": attributes(attrs)}


@component
def post_button(context, label, url, *, tone="quiet", icon="", size="", block=False, disabled=False, keys="", fields=None, **attrs):
    return passed(**{**locals(), "fields": (fields or {}).items(), "attrs": attributes(attrs)})


@component
def badge(label, *, tone="neutral", icon="", title=""):
    return {"label": label, "tone": known_tone(tone), "icon": icon, "title": title}


@component
def state(value, label, *, tone=""):
    own, fill = STATES.get(value, ("neutral", "empty"))
    return {"value": value, "label": label, "tone": known_tone(tone or own), "fill": fill}


@component
def priority(level, label):
    return {"level": PRIORITIES.get(level, level), "label": label}


@component
def shelf_item(item):
    return {name: read(item, name) for name in ("label", "url", "icon", "current", "count", "late", "keys")}


@component
def count(number, *, tone="", label=""):
    return locals()


@component
def rule_id(rule, url=""):
    return locals()


@component
def avatar(name, *, photo="", system=False):
    return {**locals(), "letter": name[:1], "shade": sum(map(ord, name)) % 4}


@component
def person(name, *, role="", photo="", href="", large=False, system=False):
    return locals()


@component
def phone(number, *, name=""):
    dial = "".join(sign for sign in str(number) if sign.isdigit() or sign == "+")
    return {**locals(), "masked": "*" in str(number)}


@component
def masked(text, *, url="", label=""):
    return locals()


@component
def progress(value, *, max=100, label="", figure="", tone=""):
    return locals()


# --- moments ---------------------------------------------------------------------------------------------------------


@component
def countdown(context, due=None, *, opened=None, starts=None, met=None, voided=None, paused=None, of=None, now=None, bar=True, size=""):
    now = the_now(context, now)
    if of is not None:
        clock = clock_of(of, now)
    else:
        clock = moments.Countdown(now, due=due, opened=opened, starts=starts, met=met, voided=voided, paused=paused)
    begun = clock.starts or clock.opened
    return {
        "phase": clock.phase,
        "ticks": clock.ticks,
        "due": clock.due.isoformat() if clock.due else "",
        "due_words": moments.full(clock.due) if clock.due else "",
        "soon": clock.soon_seconds,
        "begun": begun.isoformat() if begun else "",
        "sign": clock.sign,
        "words": clock.words,
        "used": clock.used if bar else None,
        "size": size,
    }


@component
def clock_strip(context, trace, *, over=None, now=None):
    return strips.strip(trace, the_now(context, now), over)


@register.simple_tag(takes_context=True)
def moment(context, at, now=None, absent="—"):
    """<time> in the words of a person: 今天 00:12. The full moment is in its title."""
    if at is None:
        return absent
    said = moments.moment(at, the_now(context, now))
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), moments.full(at), said)


@register.simple_tag
def full_moment(at):
    """2026年3月2日 星期一 00:12"""
    return moments.full(at)


@register.simple_tag
def day_words(at, now):
    """3月2日, with the year when it is another one."""
    return moments.day(at, now)


@register.simple_tag
def span(length):
    """A timedelta in at most two units."""
    return moments.span(length)


@register.filter
def day_of(at):
    """The calendar day of a moment, to group by."""
    return timezone.localtime(at).date()


@register.filter
def clock(at):
    """Hours and minutes of a moment."""
    return date_format(timezone.localtime(at), "H:i")


# --- what is read ----------------------------------------------------------------------------------------------------


@component
def facts(pairs, *, wide=False):
    return locals()


@component
def stats(tiles):
    return locals()


@component
def timeline(context, entries, *, now=None, empty=""):
    return {"entries": entries, "now": the_now(context, now), "empty": empty or _("还没有发生什么。")}


@component
def timeline_entry(entry):
    named = {name: read(entry, name) or "" for name in ("who", "face", "sentence", "text", "tone", "rule", "rule_url", "photos", "files")}
    at = read(entry, "at")
    return named | {"icon": read(entry, "icon") or "journal", "at": at.isoformat(), "at_words": moments.full(at), "clock": clock(at)}


@component
def hit(hit):
    return {name: read(hit, name) for name in ("title", "href", "text", "icon")}


@component
def duties(context, items, *, now=None, empty=""):
    return passed(context, items=items, now=the_now(context, now), empty=empty or _("没有应办事项。"))


DUTY_WORDS = ("note", "clause", "rule", "rule_url", "owner", "project", "evidence", "evidence_url", "subject", "subject_url", "url")


@component
def duty(context, item, *, now=None):
    now = the_now(context, now)
    clock = clock_of(item, now)
    waits = not clock.met and not clock.voided
    shown = {name: read(item, name) or "" for name in DUTY_WORDS} | {
        "phase": clock.phase,
        "countdown": drawn("countdown", countdown(context, of=item, now=now)),
        "met": moment(context, clock.met, now) if clock.met else "",
        "due_words": moments.moment(clock.due, now) if clock.due and waits else "",
    }
    return cured(context, shown, read(item, "button") if waits else None)


@component
def needs(context, items, *, empty=""):
    return passed(context, items=items, empty=empty or _("都齐了。"))


@component
def refusal(context, title, reasons, *, id="refusal", focus=True):
    return passed(**locals())


@component
def need(context, item):
    shown = {name: read(item, name) or "" for name in ("state", "message", "field", "rule", "rule_url", "clause")}
    return cured(context, shown, read(item, "button") if shown["state"] == "unmet" else None)


@component
def cure(context, button, *, tone="quiet"):
    shown = {name: read(button, name) or "" for name in ("label", "url", "icon", "dialog")} | {"tone": tone}
    if read(button, "method") != "post":
        return {**shown, "is_post": False}
    return passed(context, **shown, is_post=True, fields=read(button, "fields"))


def cured(context, shown, button):
    """What is shown, with the button that puts it right; one that posts carries this page's key, so such a line is not remembered."""
    if not button:
        return {**shown, "cure": ""}
    drawn_button = drawn("cure", cure(context, button))
    return passed(context, **shown, cure=drawn_button) if read(button, "method") == "post" else {**shown, "cure": drawn_button}


@component
def table(columns, rows, *, caption="", empty="", empty_text="", cards=True, select="", id="", empty_url="", empty_label=""):
    lines = [{"row": row, "cells": list(zip_longest(columns, read(row, "cells"), fillvalue=""))} for row in rows]
    led = any(read(column, "kind") == "lead" for column in columns)
    return {**locals(), "empty": empty or _("这里还没有内容。")}


@component
def chart(title, labels, *, bars=(), line=None, desc="", id="chart", urls=(), first=""):
    shares = read(line, "values") if line else None
    series = [*bars, *([{**line, "line": True}] if line else [])]
    columns = [{"label": first or _("期间"), "kind": "lead"}, *({"label": one["label"], "kind": "number"} for one in series)]
    rows = [
        {"cells": [label, *(_figure(one, n) for one in series)], "url": urls[n] if urls else ""}
        for n, label in reversed(list(enumerate(labels)))
    ]
    return {
        "title": title,
        "desc": desc or title,
        "id": id,
        "plot": charts.plot(labels, bars, shares),
        "height": charts.HEIGHT,
        "labels_at": charts.LABELS_AT,
        "legend": series,
        "columns": columns,
        "rows": rows,
    }


def _figure(series, n):
    value = series["values"][n]
    return value if not series.get("line") else "—" if value is None else f"{value:.1%}"


@component
def pager(*, newer="", older="", words=""):
    return locals()


@component
def steps(items):
    return locals()


@component
def chain(context, items, *, now=None):
    return passed(context, items=items, now=the_now(context, now))


@component
def photos(items, *, empty=""):
    return locals()


@component
def files(items):
    return locals()


@component
def crumbs(items):
    return locals()


@component
def tabs(items, *, label=""):
    return {"items": items, "label": label or _("分页")}


@component
def empty(title, *, text="", icon="", url="", label=""):
    return locals()


@component
def skeleton(lines=4):
    return {"lines": range(lines)}


@component
def loading(label=""):
    return {"label": label or _("正在读取…")}


@component
def flashes(messages):
    """Django's messages; the level tag success, info, warning or error chooses the tone."""
    tones = {"success": "good", "warning": "warn", "error": "danger", "info": "info", "debug": "info"}
    return {"flashes": [{"text": said, "tone": tones.get(getattr(said, "level_tag", ""), "info")} for said in messages or ()]}


@component
def offline(*, shown=False):
    return locals()


# --- what is filled in -----------------------------------------------------------------------------------------------


@component
def field(bound, *, show_as="", help="", unit="", wide=False, optional=False, signer=""):
    given = {"field": bound, "as": show_as or natural_form(bound), "help": help or bound.help_text}
    return {**locals(), **given, "multiple": getattr(bound.field.widget, "allow_multiple_selected", False)}


def natural_form(bound) -> str:
    """How a form field is shown unless the page says otherwise: input, check, chips, options or files."""
    widget = bound.field.widget
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "chips" if len(widget.choices) <= 8 else "options"
    if isinstance(widget, forms.FileInput):
        return "files"
    return "input"


@component
def fields(form):
    return locals()


@component
def errors(form, *, title="", focus=True):
    return {"form": form, "focus": focus, "title": title or _("还有几处要改")}


@component
def filter_field(bound):
    return {"field": bound, "active": bound.form.is_bound and bool(bound.data)}


@component
def rating(bound):
    return {"field": bound}


@register.simple_tag
def rating_sign(step):
    """The face of a step: 1 is very dissatisfied, 5 very satisfied."""
    return icon(f"rate-{step}")


@component
def signature(name, *, label="", signer="", required=True):
    return {**locals(), "label": label or _("请在此签名")}


@component
def photo_input(name, *, label="", multiple=True, required=False):
    return {**locals(), "label": label or _("拍照")}


@component
def search_box(*, action="/search", value="", placeholder="", suggest="", keys="/", id="search"):
    return {**locals(), "value": value or "", "placeholder": placeholder or _("找编号、电话尾号、房号、姓名")}


@component
def theme_switch():
    return {}


@component
def language_switch(context):
    request = context.get("request")
    return passed(context, next=request.get_full_path() if request is not None else "/")


# --- what holds other things -----------------------------------------------------------------------------------------


@holder
def panel(title="", *, icon="", count=None, tone="", flush=False, id=""):
    return locals()


@holder
def dialog(id, title, *, form="", wide=False, open=False):
    return locals()


@holder
def menu(label, *, icon="", start=False, bare=False):
    return locals()


@holder
def notice(*, tone="info", icon=""):
    signs = {"info": "info", "good": "done", "warn": "warn", "danger": "stop"}
    return {"tone": tone, "icon": icon or signs[tone]}


@holder
def filters(*, action="", search="", value="", placeholder="", clear="", live=True):
    return locals()


@holder
def hero(title, *, over="", tone=""):
    return locals()


@holder
def action_bar():
    return {}


@holder
def list_item(title, *, href="", icon=""):
    return locals()


@holder
def job(place, *, href, tone=""):
    return locals()


@holder
def specimen(name, *, id, code="", pair=True):
    return {**locals(), "tags": [tag.strip() for tag in code.split(" | ") if tag]}


# --- small words -----------------------------------------------------------------------------------------------------


@register.filter
def field_by_name(form, name):
    """The bound field of that name, for templates that hold a list of names."""
    return form[name]


@register.filter
def lines(value):
    """Escaped text whose line breaks stay."""
    return mark_safe("<br>".join(conditional_escape(line) for line in str(value).splitlines()))

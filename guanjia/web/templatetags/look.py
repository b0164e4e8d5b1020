"""The look of guanjia as template tags: `{% load look %}`.

Each tag fills one template of `web/components/`, whose head says what its parameters mean. Tags that take content come in
pairs (`{% panel "…" %} … {% endpanel %}`) and may hold slots (`{% slot "actions" %} … {% endslot %}`). The style page at
/style shows each of them in each state; docs/design-language.md says why they look as they do.
"""
import json
from inspect import getfullargspec
from itertools import zip_longest

from django import forms, template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from guanjia.web import moments

register = template.Library()

STYLESHEETS = (
    "layers", "reset", "tokens", "base", "layout",
    "icon", "button", "badge", "priority", "countdown", "progress", "person", "kbd", "panel", "facts", "stats", "timeline",
    "duty", "needs", "notice", "table", "form", "search", "dialog", "nav", "photos", "empty",
    "console", "field", "portal", "plain", "stylepage", "utilities",
)
SCRIPTS = (
    "countdown", "theme", "dialog", "menu", "once", "live", "rows", "shortcuts", "copy", "drop", "photos", "signature",
    "draft", "queue",
)
TONES = ("neutral", "brand", "info", "good", "warn", "danger", "late")
# A state's word decides its colour and how full its dot is, so that 已完成 looks the same on every page.
STATES = {
    "draft": ("neutral", "empty"), "new": ("info", "empty"), "planned": ("info", "empty"), "opened": ("info", "empty"),
    "assigned": ("info", "half"), "offered": ("info", "half"), "attempted": ("warn", "half"),
    "accepted": ("brand", "half"), "open": ("brand", "half"), "arrived": ("brand", "half"), "started": ("brand", "half"),
    "waiting": ("warn", "half"), "paused": ("warn", "half"), "overdue": ("late", "empty"),
    "finished": ("good", "half"), "resolved": ("good", "half"), "made": ("good", "half"), "handed_in": ("good", "half"),
    "completed": ("good", "full"), "met": ("good", "full"), "reviewed": ("good", "full"), "agreed": ("good", "full"),
    "closed": ("neutral", "full"), "withdrawn": ("neutral", "none"), "cancelled": ("neutral", "none"),
    "voided": ("neutral", "none"), "rejected": ("danger", "empty"), "denied": ("danger", "empty"), "refused": ("danger", "empty"),
}
SLOTS = "_slots"


# --- the page's head -------------------------------------------------------------------------------------------------

@register.simple_tag
def stylesheets():
    """One <link> a stylesheet, in the order of the layers; links load side by side where @import would queue."""
    return format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(f"web/css/{name}.css"),) for name in STYLESHEETS))


@register.simple_tag
def scripts():
    return format_html_join("\n", '<script type="module" src="{}"></script>', ((static(f"web/js/{name}.js"),) for name in SCRIPTS))


@register.simple_tag
def words_for_scripts():
    """The few sentences that scripts say, translated, for the content of <meta name="words">."""
    return json.dumps({
        **moments.words(),
        "busy": _("正在提交…"),
        "copied": _("已复制"),
        "confirm_leave": _("有内容还没有保存。"),
        "draft_restored": _("已恢复上次没有交上去的内容。"),
        "queued": _("没有网络。内容已存在手机里，有网时自动交上去。"),
        "queue_waiting": _("还有 %(count)s 份内容等待上传。"),
        "queue_sent": _("刚才存在手机里的内容已交上去。"),
        "queue_refused": _("有一份内容没有被接受，请打开后重新提交。"),
        "photo_remove": _("去掉这张照片"),
    }, ensure_ascii=False)


@register.simple_tag(takes_context=True)
def theme(context):
    """The theme this person chose (light or dark), or an empty string to follow the machine."""
    request = context.get("request")
    chosen = request.COOKIES.get("theme", "") if request is not None else ""
    return chosen if chosen in ("light", "dark") else ""


# --- words and signs -------------------------------------------------------------------------------------------------

@register.simple_tag
def icon(name, label="", size=""):
    """One icon of web/icons.svg. With a label it speaks to screen readers, without it stays silent."""
    classes = f"icon icon-{size}" if size else "icon"
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, spoken, static("web/icons.svg"), name)


def attributes(given: dict) -> str:
    """Keyword arguments as attributes: hx_post="…" becomes hx-post="…"; True stands bare; None and False vanish."""
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in given.items() if value not in (None, False))
    return format_html_join("", " {}{}", ((key, "" if value is True else format_html('="{}"', value)) for key, value in named))


def component(name, takes_context=False):
    return register.inclusion_tag(f"web/components/{name}.html", takes_context=takes_context)


def known_tone(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"{tone!r} is no tone; choose of {', '.join(TONES)}")
    return tone


def passed(context, **given) -> dict:
    """What a component hands on to the buttons inside it."""
    return {"csrf_token": context.get("csrf_token"), "form_key": context.get("form_key"), **given}


def the_now(context, given=None):
    """The page's moment: given, or `now` of the context. There is no other clock here."""
    found = given or context.get("now")
    if found is None:
        raise template.TemplateSyntaxError("the context has no `now`; the face's context processor gives it")
    return found


@component("button")
def button(
    label, *, tone="quiet", icon="", trail="", href="", type="button", size="", busy=False, disabled=False, block=False, bare=False, keys="", **attrs,
):
    return {**locals(), "attrs": attributes(attrs)}


@component("post_button", takes_context=True)
def post_button(context, label, url, *, tone="quiet", icon="", size="", block=False, disabled=False, keys="", fields=None, **attrs):
    return {
        "label": label, "url": url, "tone": tone, "icon": icon, "size": size, "block": block, "disabled": disabled, "keys": keys,
        "fields": (fields or {}).items(), "attrs": attributes(attrs), **passed(context),
    }


@component("badge")
def badge(label, *, tone="neutral", icon="", title=""):
    return {"label": label, "tone": known_tone(tone), "icon": icon, "title": title}


@component("state")
def state(value, label, *, tone=""):
    own, fill = STATES.get(value, ("neutral", "empty"))
    return {"value": value, "label": label, "tone": known_tone(tone or own), "fill": fill}


@component("priority")
def priority(level, label):
    return {"level": level, "label": label}


@component("count")
def count(number, *, tone="", label=""):
    return {"number": number, "tone": tone, "label": label}


@component("countdown", takes_context=True)
def countdown(context, due=None, *, opened=None, starts=None, met=None, voided=None, paused=None, of=None, now=None, bar=True, size=""):
    present = the_now(context, now)
    if of is not None:
        clock = clock_of(of, present)
    else:
        clock = moments.Countdown(present, due=due, opened=opened, starts=starts, met=met, voided=voided, paused=paused)
    return {"clock": clock, "bar": bar, "size": size}


def clock_of(thing, now) -> moments.Countdown:
    """The countdown of anything with due_at, opened_at, starts_at, met_at, voided_at, paused_at: an obligation, a dict."""
    return moments.Countdown(now, **{name: _read(thing, f"{name}_at") for name in ("due", "opened", "starts", "met", "voided", "paused")})


@register.simple_tag(takes_context=True)
def moment(context, at, now=None, absent="—"):
    """<time> in the words of a person: 今天 00:12. The full moment is in its title."""
    if at is None:
        return absent
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), moments.full(at), moments.moment(at, the_now(context, now)),
    )


@register.simple_tag
def full_moment(at):
    return moments.full(at)


@register.simple_tag
def day_words(at, now):
    return moments.day(at, now)


@register.filter
def day_of(at):
    """The calendar day of a moment, to group by."""
    return timezone.localtime(at).date()


@register.filter
def clock(at):
    """Hours and minutes of a moment."""
    return date_format(timezone.localtime(at), "H:i")


@register.simple_tag
def span(length):
    """A timedelta in at most two units."""
    return moments.span(length)


@component("avatar")
def avatar(name, *, photo="", system=False):
    return {"letter": name[:1], "photo": photo, "system": system, "shade": sum(map(ord, name)) % 4}


@component("person")
def person(name, *, role="", photo="", href="", large=False, system=False):
    return locals()


@register.simple_tag
def keys(combination):
    """A shortcut as keycaps: "g c" is pressed in turn."""
    caps = format_html_join("", "<kbd>{}</kbd>", ((key,) for key in combination.split()))
    return format_html('<span class="keys" aria-hidden="true">{}</span>', caps)


@component("phone")
def phone(number, *, name="", reveal=""):
    return {"number": number, "dial": "".join(c for c in str(number) if c.isdigit() or c == "+"), "masked": "*" in str(number), "name": name, "reveal": reveal}


@component("progress")
def progress(value, *, max=100, label="", figure="", tone=""):
    return {"value": value, "max": max, "label": label, "figure": figure, "tone": tone}


# --- what is read ----------------------------------------------------------------------------------------------------

@component("facts")
def facts(pairs, *, wide=False):
    return {"pairs": pairs, "wide": wide}


@component("stats")
def stats(tiles):
    return {"tiles": tiles}


@component("timeline", takes_context=True)
def timeline(context, entries, *, now=None, empty=""):
    return {"entries": entries, "now": the_now(context, now), "empty": empty or _("还没有发生什么。")}


@component("duties", takes_context=True)
def duties(context, items, *, now=None, empty=""):
    return passed(context, items=items, now=the_now(context, now), empty=empty or _("没有应办事项。"))


@component("duty", takes_context=True)
def duty(context, item, *, now=None):
    clock = clock_of(item, the_now(context, now))
    due_words = moments.moment(clock.due, clock.now) if clock.due else ""
    return passed(context, item=item, clock=clock, now=clock.now, due_words=due_words)


@component("needs", takes_context=True)
def needs(context, items, *, empty=""):
    return passed(context, items=items, empty=empty or _("都齐了。"))


@component("refusal", takes_context=True)
def refusal(context, title, reasons, *, id="refusal", focus=True):
    return passed(context, title=title, reasons=reasons, id=id, focus=focus)


@component("cure", takes_context=True)
def cure(context, button, *, tone="quiet"):
    return passed(context, button=button, tone=tone)


@component("table")
def table(columns, rows, *, caption="", empty="", empty_text="", cards=True, select="", id="", empty_url="", empty_label=""):
    given = locals()
    given["lines"] = [{"row": row, "cells": list(zip_longest(columns, _read(row, "cells"), fillvalue=""))} for row in rows]
    given["led"] = any(_read(column, "kind") == "lead" for column in columns)
    given["empty"] = empty or _("这里还没有内容。")
    return given


def _read(thing, name):
    return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)


@component("pager")
def pager(*, newer="", older="", words=""):
    return locals()


@component("steps")
def steps(items):
    return {"items": items}


@component("photos")
def photos(items, *, empty=""):
    return {"items": items, "empty": empty}


@component("files")
def files(items):
    return {"items": items}


@component("crumbs")
def crumbs(items):
    return {"items": items}


@component("tabs")
def tabs(items, *, label=""):
    return {"items": items, "label": label or _("分页")}


@component("empty")
def empty(title, *, text="", icon="", url="", label=""):
    return locals()


@component("skeleton")
def skeleton(lines=4):
    return {"lines": range(lines)}


@component("loading")
def loading(label=""):
    return {"label": label or _("正在读取…")}


@component("flashes")
def flashes(messages):
    """Django's messages; the level tag success, info, warning or error chooses the tone."""
    tones = {"success": "good", "warning": "warn", "error": "danger", "info": "info", "debug": "info"}
    return {"flashes": [{"text": m, "tone": tones.get(getattr(m, "level_tag", ""), "info")} for m in messages or ()]}


# --- what is filled in -----------------------------------------------------------------------------------------------

@component("field")
def field(bound, *, show_as="", help="", unit="", wide=False, optional=False, signer=""):
    return {
        "field": bound, "as": show_as or natural_form(bound), "help": help or bound.help_text, "unit": unit, "wide": wide, "optional": optional,
        "signer": signer, "multiple": getattr(bound.field.widget, "allow_multiple_selected", False),
    }


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


@component("fields")
def fields(form):
    return {"form": form}


@component("errors")
def errors(form, *, title="", focus=True):
    return {"form": form, "focus": focus, "title": title or _("还有几处要改")}


@component("filter_field")
def filter_field(bound):
    return {"field": bound, "active": bool(bound.data) if bound.form.is_bound else False}


@component("rating")
def rating(bound):
    return {"field": bound}


@register.simple_tag
def rating_sign(step):
    """The face of a step: 1 is very dissatisfied, 5 very satisfied."""
    return icon(f"rate-{step}")


@component("signature")
def signature(name, *, label="", signer="", required=True):
    return {"name": name, "label": label or _("请在此签名"), "signer": signer, "required": required}


@component("photo_input")
def photo_input(name, *, label="", multiple=True, required=False):
    return {"name": name, "label": label or _("拍照"), "multiple": multiple, "required": required}


@component("search_box")
def search_box(*, action="/search", value="", placeholder="", suggest="", keys="/", id="search"):
    return {"action": action, "value": value or "", "placeholder": placeholder or _("找编号、电话尾号、房号、姓名"), "suggest": suggest, "keys": keys, "id": id}


@component("theme_switch")
def theme_switch():
    return {}


@component("language_switch", takes_context=True)
def language_switch(context):
    request = context.get("request")
    return {"csrf_token": context.get("csrf_token"), "next": request.get_full_path() if request is not None else "/"}


@component("offline")
def offline():
    return {}


# --- what holds other things -----------------------------------------------------------------------------------------

class Holder(template.Node):
    """A component with content, and with slots that the content may fill."""

    def __init__(self, name, function, args, kwargs, nodelist):
        self.template_name, self.function, self.args, self.kwargs, self.nodelist = f"web/components/{name}.html", function, args, kwargs, nodelist

    def render(self, context):
        slots = {}
        with context.push(**{SLOTS: slots}):
            content = self.nodelist.render(context)
        given = self.function(*(arg.resolve(context) for arg in self.args), **{key: value.resolve(context) for key, value in self.kwargs.items()})
        inner = context.new(passed(context, **given, content=content, slots=slots))
        return context.template.engine.get_template(self.template_name).render(inner)


def holder(function):
    """Register `function` as a pair of tags; what it returns fills web/components/<its name>.html."""
    name, spec = function.__name__, getfullargspec(function)

    def compiled(parser, token):
        args, kwargs = template.library.parse_bits(
            parser, token.split_contents()[1:], spec.args, spec.varargs, spec.varkw, spec.defaults, spec.kwonlyargs, spec.kwonlydefaults, False, name,
        )
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return Holder(name, function, args, kwargs, nodelist)

    register.tag(name, compiled)
    return function


@register.simple_block_tag(takes_context=True)
def slot(context, content, name):
    """Fill a slot of the component around it; nothing is written here."""
    context[SLOTS][name] = mark_safe(content.strip())
    return ""


@holder
def panel(title="", *, icon="", count=None, tone="", flush=False, id=""):
    return locals()


@holder
def dialog(id, title, *, wide=False, open=False):
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
    return {"name": name, "id": id, "tags": [tag.strip() for tag in code.split(" | ") if tag], "pair": pair}


@register.filter
def field_by_name(form, name):
    """The bound field of that name, for templates that hold a list of names."""
    return form[name]


@register.filter
def lines(value):
    """Escaped text whose line breaks stay."""
    return mark_safe("<br>".join(conditional_escape(line) for line in str(value).splitlines()))

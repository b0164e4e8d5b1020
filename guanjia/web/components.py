"""How a component becomes a template tag: inclusion tags for the small ones, pairs of tags with slots for those that hold others.

The tags themselves stand in `templatetags/look.py`; each fills `web/components/<its name>.html`.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from inspect import getfullargspec
from typing import Any

from django import template
from django.template.library import parse_bits
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from . import moments

register = template.Library()

TONES = ("neutral", "brand", "info", "good", "warn", "danger", "late")
SLOTS = "_slots"


def component(function: Callable) -> Callable:
    """Register a tag of the function's name; a first parameter `context` is given the page's context."""
    name, takes_context = function.__name__, getfullargspec(function).args[:1] == ["context"]
    return register.inclusion_tag(f"web/components/{name}.html", takes_context=takes_context)(function)


def holder(function: Callable) -> Callable:
    """Register `function` as a pair of tags around content, which the template finds as `content` and `slots`."""
    name, spec = function.__name__, getfullargspec(function)

    def compiled(parser, token):
        bits = token.split_contents()[1:]
        defaults = (spec.defaults, spec.kwonlyargs, spec.kwonlydefaults)
        args, kwargs = parse_bits(parser, bits, spec.args, spec.varargs, spec.varkw, *defaults, False, name)
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return Holder(function, args, kwargs, nodelist)

    register.tag(name, compiled)
    return function


class Holder(template.Node):
    """A component with content, and with slots that the content may fill."""

    def __init__(self, function: Callable, args: list, kwargs: dict, nodelist: template.NodeList):
        self.function, self.args, self.kwargs, self.nodelist = function, args, kwargs, nodelist

    def render(self, context: template.Context) -> SafeString:
        slots: dict[str, str] = {}
        with context.push(**{SLOTS: slots}):
            content = self.nodelist.render(context)
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {key: value.resolve(context) for key, value in self.kwargs.items()}
        inner = context.new(passed(context, **self.function(*args, **kwargs), content=content, slots=slots))
        return context.template.engine.get_template(f"web/components/{self.function.__name__}.html").render(inner)


@register.simple_block_tag(takes_context=True)
def slot(context: template.Context, content: str, name: str) -> str:
    """Fill a slot of the component around it; nothing is written here."""
    context[SLOTS][name] = mark_safe(content.strip())
    return ""


def passed(context: template.Context, **given: Any) -> dict[str, Any]:
    """What a component hands on to the buttons inside it."""
    return {"csrf_token": context.get("csrf_token"), "form_key": context.get("form_key"), **given}


def attributes(given: Mapping[str, Any]) -> SafeString:
    """Keyword arguments as attributes: hx_post="…" becomes hx-post="…"; True stands bare; None and False vanish."""
    named = ((key.rstrip("_").replace("_", "-"), value) for key, value in given.items() if value is not None and value is not False)
    return format_html_join("", " {}{}", ((key, "" if value is True else format_html('="{}"', value)) for key, value in named))


def known_tone(tone: str) -> str:
    if tone not in TONES:
        raise template.TemplateSyntaxError(f"{tone!r} is no tone; choose of {', '.join(TONES)}")
    return tone


def the_now(context: template.Context, given: datetime | None = None) -> datetime:
    """The page's moment: given, or `now` of the context. There is no other clock here."""
    found = given or context.get("now")
    if found is None:
        raise template.TemplateSyntaxError("the context has no `now`; the face's context processor gives it")
    return found


def clock_of(thing: Any, now: datetime) -> moments.Countdown:
    """The countdown of anything with due_at, opened_at, starts_at, met_at, voided_at, paused_at: an obligation, a dict."""
    return moments.Countdown(now, **{name: read(thing, f"{name}_at") for name in moments.MOMENTS})


def read(thing: Any, name: str) -> Any:
    """A value of a dict or of an object, None if it has none."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)

"""How a component becomes a template tag: inclusion tags for the small ones, pairs of tags with slots for those that hold others.

The tags themselves stand in `templatetags/look.py`; each fills `web/components/<its name>.html`.

What a small one looks like follows from nothing but what its function returns and the language. So if that is all words and
figures it is drawn once and remembered: a page of fifty cases has some hundred states, icons and buttons, and few are new.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from inspect import getfullargspec
from typing import Any

from django import template
from django.template.library import parse_bits
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from . import moments

register = template.Library()

TONES = ("neutral", "brand", "info", "good", "warn", "danger", "late")
SLOTS = "_slots"


DRAWINGS: dict[str, "Drawing"] = {}
PLAIN = frozenset({str, SafeString, int, float, bool, type(None)})
DRAWINGS_KEPT = 2048  # of each component


def component(function: Callable, *, into: template.Library = register, folder: str = "web/components") -> Callable:
    """Register a tag of the function's name; a first parameter `context` is given the page's context.

    A face has components of its own with a library and a folder of its own.
    """
    name, spec = function.__name__, getfullargspec(function)
    takes_context = spec.args[:1] == ["context"]
    drawing = DRAWINGS[name] = Drawing(f"{folder}/{name}.html")

    def compiled(parser, token):
        args, kwargs = parsed(parser, token, spec, takes_context, name)
        return Component(function, args, kwargs, takes_context, drawing)

    into.tag(name, compiled)
    return function


def holder(function: Callable) -> Callable:
    """Register `function` as a pair of tags around content, which the template finds as `content` and `slots`."""
    name, spec = function.__name__, getfullargspec(function)
    drawing = Drawing(f"web/components/{name}.html")

    def compiled(parser, token):
        args, kwargs = parsed(parser, token, spec, False, name)
        nodelist = parser.parse((f"end{name}",))
        parser.delete_first_token()
        return Holder(function, args, kwargs, drawing, nodelist)

    register.tag(name, compiled)
    return function


def parsed(parser: Any, token: Any, spec: Any, takes_context: bool, name: str) -> tuple[list, dict]:
    """The arguments of a tag as filter expressions; TemplateSyntaxError unless they fit the function."""
    defaults = (spec.defaults, spec.kwonlyargs, spec.kwonlydefaults)
    return parse_bits(parser, token.split_contents()[1:], spec.args, spec.varargs, spec.varkw, *defaults, takes_context, name)


class Drawing:
    """The template of one component, and what it looked like before."""

    def __init__(self, template_name: str):
        self.template_name = template_name
        self.remembered = lru_cache(DRAWINGS_KEPT, typed=True)(self._again)  # typed: safe text is not the same as text

    @cached_property
    def page(self) -> template.Template:
        return template.Engine.get_default().get_template(self.template_name)

    def of(self, values: Mapping[str, Any], context: template.Context | None = None) -> SafeString:
        """The component filled with these values, on a page or by itself."""
        plain = [str(value) if isinstance(value, Promise) else value for value in values.values()]
        if PLAIN.issuperset(map(type, plain)):
            return self.remembered(get_language(), tuple(values), *plain)
        return self.page.render(template.Context(values) if context is None else context.new(values))

    def _again(self, language: str, names: tuple[str, ...], *values: Any) -> SafeString:
        return self.page.render(template.Context(dict(zip(names, values, strict=True))))


def drawn(name: str, values: Mapping[str, Any]) -> SafeString:
    """A component outside of a template: `drawn("state", look.state("open", "处理中"))`."""
    return DRAWINGS[name].of(values)


class Component(template.Node):
    """A component that stands alone."""

    def __init__(self, function: Callable, args: list, kwargs: dict, takes_context: bool, drawing: Drawing):
        self.function, self.args, self.kwargs, self.takes_context, self.drawing = function, args, kwargs, takes_context, drawing

    def render(self, context: template.Context) -> SafeString:
        return self.drawing.of(self.values(context), context)

    def values(self, context: template.Context) -> dict[str, Any]:
        """What the function makes of the tag's arguments."""
        args = [arg.resolve(context) for arg in self.args]
        kwargs = {key: value.resolve(context) for key, value in self.kwargs.items()}
        return self.function(context, *args, **kwargs) if self.takes_context else self.function(*args, **kwargs)


class Holder(Component):
    """A component with content, and with slots that the content may fill."""

    def __init__(self, function: Callable, args: list, kwargs: dict, drawing: Drawing, nodelist: template.NodeList):
        super().__init__(function, args, kwargs, False, drawing)
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        slots: dict[str, str] = {}
        with context.push(**{SLOTS: slots}):
            content = self.nodelist.render(context)
        values = passed(context, **self.values(context), content=content, slots=slots)
        return self.drawing.page.render(context.new(values))


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
    """The countdown of anything with due_at, opened_at, starts_at, met_at, voided_at, paused_at, runs_on_at: an obligation, a dict.

    What `is_watched`, because an outsider owes it, is chased and not late.
    """
    return moments.Countdown(now, **{name: read(thing, f"{name}_at") for name in moments.MOMENTS}, watched=bool(read(thing, "is_watched")))


def read(thing: Any, name: str) -> Any:
    """A value of a dict or of an object, None if it has none."""
    return thing.get(name) if isinstance(thing, Mapping) else getattr(thing, name, None)

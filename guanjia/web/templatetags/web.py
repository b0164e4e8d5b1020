"""Tags of the machinery: `{% load web %}`. How things look is `{% load look %}`."""

from typing import Any

from django import template
from django.template.base import Parser, Token
from django.utils.html import format_html

from guanjia.web import once
from guanjia.web.partials import FragmentNode

register = template.Library()


@register.simple_tag
def once_key() -> str:
    """The hidden input by which a form acts once; every form that posts has one of its own."""
    return format_html('<input type="hidden" name="{}" value="{}">', once.FIELD, str(once.FormKey()))


@register.tag
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """{% fragment rows %}…{% endfragment %}: a stretch that htmx may ask for alone, as "template.html#rows"."""
    try:
        _tag, name = token.split_contents()
    except ValueError:
        raise template.TemplateSyntaxError("a fragment has one word for a name") from None
    nodelist = parser.parse(("endfragment",))
    parser.delete_first_token()
    return FragmentNode(name, nodelist)


@register.simple_tag
def url_of(register_: Any, view: str, row: Any = None) -> str:
    """The address of a register's screen: {% url_of register "edit" row %}."""
    return register_.url(view, row)

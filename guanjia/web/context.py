"""What every template may use: the page's moment, the act, form keys, the menu, who is signed in, the projects."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext

from guanjia.kernel import clock
from guanjia.org import selectors as org

from . import navigation
from .once import FormKey


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of all pages; what asks the database is asked only by templates that use it."""
    act = getattr(request, "act", None)
    context = {
        "now": act.at if act is not None else clock.now(),
        "act": act,
        "form_key": FormKey(),
        "request_id": getattr(request, "id", ""),
        "clock_moved": bool(clock.offset()),
    }
    if act is None or act.person_id is None:
        return context
    return context | {
        "navigation": SimpleLazyObject(lambda: navigation.menu(act, request.path)),
        "bell": SimpleLazyObject(lambda: navigation.bell_of(act)),
        "acting": SimpleLazyObject(lambda: acting(request)),
        "search_query": request.GET.get("q", "") if request.path == address("search") else "",
        "search_suggest": address("search-suggest"),
    }


def acting(request: HttpRequest) -> dict[str, str]:
    """The signed-in person for the console's head."""
    return {
        "name": request.user.name,
        "role": "、".join(gettext(name) for name in org.role_names(org.roles_of(request.act))[:2]),
        "url": address("account"),
    }


def address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""

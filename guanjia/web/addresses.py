"""Where a row is looked at: the page a face says it has for rows of that model, else the register's own page."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Model
from django.urls import get_script_prefix, reverse

from . import references

_PAGES: dict[type[Model], Callable[[Any], str]] = {}
_RULE: list[Callable[[str], str]] = []


def page_of(model: type[Model], address: Callable[[Any], str]) -> None:
    """A face says where it shows rows of a model: `page_of(Case, lambda case: to("case", case.pk))`."""
    _PAGES[model] = address


def to(name: str, *args: Any) -> str:
    """`reverse`, remembered: a queue names fifty cases and a shelf twenty places, the same ones again and again."""
    return _to(get_script_prefix(), name, args)


@lru_cache(8192)
def _to(prefix: str, name: str, args: tuple) -> str:
    return reverse(name, args=args)


def of(row: Any) -> str:
    """The address of a row's page, "" if it has none."""
    model = type(row)
    if model in _PAGES:
        return _PAGES[model](row)
    register = references.OF_MODEL.get(model)
    return register.url("row", row) if register is not None else ""


def rules_at(address: Callable[[str], str]) -> None:
    """A face says where it shows a clause: `rules_at(lambda id: to("rule", id))`."""
    _RULE[:] = [address]


def of_rule(rule: str) -> str:
    """The address of a clause's page, "" if no face has one."""
    return _RULE[0](rule) if rule and _RULE else ""

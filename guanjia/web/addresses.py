"""Where a row is looked at: the page a face says it has for rows of that model, else the register's own page."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from . import references

_PAGES: dict[type[Model], Callable[[Any], str]] = {}
_RULE: list[Callable[[str], str]] = []


def page_of(model: type[Model], address: Callable[[Any], str]) -> None:
    """A face says where it shows rows of a model: `page_of(Case, lambda case: reverse("case", args=[case.pk]))`."""
    _PAGES[model] = address


def of(row: Any) -> str:
    """The address of a row's page, "" if it has none."""
    model = type(row)
    if model in _PAGES:
        return _PAGES[model](row)
    register = references.OF_MODEL.get(model)
    return register.url("row", row) if register is not None else ""


def rules_at(address: Callable[[str], str]) -> None:
    """A face says where it shows a clause: `rules_at(lambda id: reverse("rule", args=[id]))`."""
    _RULE[:] = [address]


def of_rule(rule: str) -> str:
    """The address of a clause's page, "" if no face has one."""
    return _RULE[0](rule) if rule and _RULE else ""

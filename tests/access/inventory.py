"""Every address of the product, as it is: read from the addresses themselves, from the registers and from the API's description.

`Route.key` is what the approved tables call it: `case-move:closure`, `register-row:house`, `api:desk.case.close`.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.urls import URLPattern, get_resolver, reverse

from guanjia.faces.api.door import description
from guanjia.faces.console import moves as case_moves
from guanjia.faces.console.pages import orders
from guanjia.faces.field import moves as field_moves
from guanjia.web.register import REGISTERS

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
#: what stands in an address besides keys
GIVEN = {"rule": "DESK-004", "kind": "csv", "code": "trainer", "item": "1.nickname"}
REGISTERS_PATH = "/api/registers/"
NOUNS = {
    "case-move": sorted(case_moves.BY_NOUN),
    "order-move": sorted(orders.MOVES),
    "visit-move": sorted(orders.VISIT_MOVES),
    "field-move": sorted(field_moves.BY_NOUN),
}


@dataclass(frozen=True)
class Route:
    """One address with everything but keys filled in."""

    key: str
    name: str
    given: dict[str, str] = field(default_factory=dict, hash=False, compare=False)
    #: the parameters that name things
    open: tuple[str, ...] = ()
    template: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """What to ask it with: an operation's own method, or both that browsers know."""
        return (self.name,) if self.name.isupper() else ("GET", "POST")

    def path(self, things: dict[str, Any]) -> str:
        if self.template:
            return self.template.format(**{name: str(value) for name, value in (self.given | things).items()})
        return reverse(self.name, kwargs=self.given | things)


@cache
def routes() -> dict[str, Route]:
    """key -> route, all of them."""
    found = {route.key: route for route in (*_pages(), *_operations())}
    return dict(sorted(found.items()))


def _pages() -> Iterator[Route]:
    for pattern, where in _walked(get_resolver().url_patterns):
        if where.startswith("api/") and pattern.name not in ("openapi-json", "api-root"):
            continue  # told by the description, with its methods
        name = pattern.name or f"/{where}"
        names = PARAMETER.findall(where)
        if "slug" in names:
            for slug in sorted(REGISTERS):
                yield from _register_routes(name, slug, names)
        elif name in NOUNS:
            for noun in NOUNS[name]:
                yield _route(f"{name}:{noun}", name, names, {"noun": noun})
        elif pattern.name is None or pattern.name in ("openapi-json", "api-root"):
            yield Route(name, name, template=f"/{where}")
        else:
            yield _route(name, name, names, {})


def _register_routes(name: str, slug: str, names: list[str]) -> Iterator[Route]:
    if "verb" not in names:
        yield _route(f"{name}:{slug}", name, names, {"slug": slug})
        return
    for action in REGISTERS[slug].all_actions:
        yield _route(f"{name}:{slug}:{action.verb}", name, names, {"slug": slug, "verb": action.verb})


def _route(key: str, name: str, names: list[str], given: dict[str, str]) -> Route:
    own_rule = name.startswith("own-")
    rest = {one: GIVEN[one] for one in names if one in GIVEN and not (own_rule and one == "rule")}
    filled = given | rest
    return Route(key, name, filled, tuple(one for one in names if one not in filled))


def _operations() -> Iterator[Route]:
    for path, methods in json.loads(description())["paths"].items():
        for method, told in methods.items():
            names = PARAMETER.findall(path.replace("{", "<").replace("}", ">"))
            given = {one: GIVEN[one] for one in names if one in GIVEN}
            key = f"api:{told['operationId']}"
            if path.startswith(REGISTERS_PATH):
                key = f"api-register-{'row' if names else 'list'}:{path.removeprefix(REGISTERS_PATH).partition('/')[0]}"
            yield Route(key, method.upper(), given, tuple(n for n in names if n not in given), path)


def _walked(patterns: list[Any], before: str = "") -> Iterator[tuple[URLPattern, str]]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _walked(pattern.url_patterns, before + str(pattern.pattern))
        else:
            yield pattern, before + str(pattern.pattern)

"""What was approved: who may come in where, and what of whose. Read from tables that people wrote, by code that knows no policy.

Nothing of the product is imported here. `approved/circles.csv` names circles of roles, `approved/routes.csv` says of each address
and method which circle may come in and what its parameters name, `approved/registers.csv` says it of each register at once.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

APPROVED = Path(__file__).parent / "approved"
OWN, SIBLING, FOREIGN, MISSING = "own", "sibling", "foreign", "missing"
#: verdicts on an answer: let in, refused by name, as good as not there, shown to the door, not a verb of this address
IN, NO, NONE, DOOR, VERB = "in", "no", "none", "door", "verb"
#: circles that are no list of roles
OPEN, STAFF, NOBODY, NOWHERE = "open", "staff", "nobody", "nowhere"
#: how a circle begins that is one person and not his post: what is his own is nobody else's, not even his deputy's
ONESELF = "="
#: how a thing begins that is named in what is sent
BODY = "@"
#: who has no post any more, or never had one; who is not known at all; who works elsewhere now
POSTLESS, OUTSIDE, ELSEWHERE = {"expired", "nobody"}, {"anonymous", "suspended"}, {"transferred": "guard"}
#: who stands in for somebody, and may what that one may
STANDS_IN = {"deputy": "steward"}
#: who holds two posts: here one, next door another
TWO_POSTS = {"two-posts": {OWN: "desk_agent", SIBLING: "office_manager"}}
OF_COMPANY = {"quality_inspector", "service_manager", "company_admin", "system_admin", "privacy_officer", "finance"}
#: a screen of a register -> (methods, the column of registers.csv that says who)
SCREENS = {
    "register-list": ("GET", "look"),
    "register-options": ("GET", "look"),
    "register-columns": ("POST", "look"),
    "register-export": ("GET", "look"),
    "register-export-xlsx": ("GET", "look"),
    "register-export-full": ("GET POST", "full"),
    "register-row": ("GET", "row"),
    "register-history": ("GET", "row"),
    "api-register-list": ("GET", "look"),
    "api-register-row": ("GET", "row"),
    "register-new": ("GET POST", "create"),
    "register-edit": ("GET POST", "change"),
    "register-import": ("GET POST", "import"),
    "register-import-blank": ("GET", "import"),
}


@dataclass(frozen=True)
class Approved:
    """A line: who may, what the parameters of the address name (parameter -> kind), and how far a thing is known."""

    route: str
    methods: tuple[str, ...]
    circle: str
    things: dict[str, str]
    scope: str  # project, or company: known to everybody of the circle in the whole company

    def asked(self, method: str) -> dict[str, str]:
        """The things that are named when it is asked so: what stands in a body is not sent with a GET."""
        return {name: kind for name, kind in self.things.items() if method != "GET" or not name.startswith(BODY)}

    def expects(self, actor: str, method: str, parameter: str, whose: str) -> set[str]:
        """The verdicts that are right for this cell: somebody's thing stands for this parameter, one's own for all others."""
        circle = self.circle_of(method)
        if circle == OPEN:
            return {IN, DOOR} if method in self.methods else {VERB}
        if circle == NOWHERE:
            return {NONE} if not self.methods or method in self.methods else {VERB}
        if actor in OUTSIDE:
            return {DOOR}
        if method not in self.methods:
            return {VERB, NO, NONE}
        if circle.startswith(ONESELF):
            return {IN} if actor == circle.removeprefix(ONESELF) and whose == OWN else {NO, NONE}
        if actor in TWO_POSTS:
            return self.expects_of_two(TWO_POSTS[actor], actor, method, parameter, whose)
        role = (ELSEWHERE | STANDS_IN).get(actor, actor)
        if not self.lets(role, actor, method):
            return {NO, NONE}
        if not self.asked(method):
            return {IN}
        mine, next_door = (SIBLING, OWN) if actor in ELSEWHERE else (OWN, SIBLING)
        seen = {mine} | ({next_door} if self.scope == "company" or role in OF_COMPANY else set())
        return {IN} if whose in seen else {NONE}

    def circle_of(self, method: str) -> str:
        """The circle of a method, where each of them has its own."""
        circles = self.circle.split()
        return circles[self.methods.index(method)] if len(circles) > 1 and method in self.methods else circles[0]

    def expects_of_two(self, roles: dict[str, str], actor: str, method: str, parameter: str, whose: str) -> set[str]:
        """Each post counts where it is held: what one may here does not help next door; things of two places do not go together."""
        there = {place for place, role in roles.items() if self.lets(role, actor, method)}
        if len(self.asked(method)) > 1 and there and whose in (OWN, SIBLING):
            first = whose if parameter == next(iter(self.things)) else OWN
            return {NO, NONE} if first not in there else {IN} if whose == OWN else {IN, NO, NONE}
        if not self.asked(method):
            return {IN} if there else {NO, NONE}
        if whose in there or (there and self.scope == "company" and whose in roles):
            return {IN}
        return {NONE} if len(there) == 2 else {NO, NONE}

    def lets(self, role: str, actor: str, method: str) -> bool:
        circle = self.circle_of(method)
        if circle == STAFF:
            return True
        if actor in POSTLESS or circle == NOBODY:
            return False
        return role in circles().get(circle, {circle})


def read(name: str) -> list[dict[str, str]]:
    with (APPROVED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def circles() -> dict[str, frozenset[str]]:
    """circle -> roles; a circle may begin with the name of another, as `desk+ dept_head`."""
    found: dict[str, frozenset[str]] = {}
    for line in read("circles"):
        roles = line["roles"].split()
        found[line["circle"]] = (
            frozenset().union(*(found[one[:-1]] if one.endswith("+") else {one} for one in roles)) if roles else frozenset()
        )
    return found


@cache
def registers() -> dict[str, dict[str, str]]:
    return {line["register"]: line for line in read("registers")}


@cache
def routes() -> dict[str, Approved]:
    found = {}
    for line in read("routes"):
        things = dict(pair.split("=") for pair in line["things"].split())
        found[line["route"]] = Approved(line["route"], tuple(line["methods"].split()), line["circle"], things, line["scope"])
    return found


@cache
def waiting() -> dict[str, dict[str, str]]:
    """Routes that came lately and that nobody has judged yet: they are at least behind the door. The list is to be empty."""
    return {line["route"]: line for line in read("waiting")}


def approved(route: str) -> Approved | None:
    """The line of a route; None if nobody has judged it."""
    if route in routes():
        return routes()[route]
    screen, _, slug = route.partition(":")
    line = registers().get(slug)
    if line is None or screen not in SCREENS:
        return None
    methods, column = SCREENS[screen]
    things = {"id": slug} if column in ("row", "change") else {}
    circle = line[column] or (line["look"] if column == "row" else NOBODY)
    return Approved(route, tuple(methods.split()), circle, things, line["scope"])

"""A cell: one route asked with one method by one actor for somebody's thing; what came back, and whether that was right."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection, transaction

from guanjia.kernel.models import OutboundMessage

from . import bodies, oracle, world
from .inventory import Route
from .oracle import DOOR, IN, NO, NONE, VERB

WRITES = re.compile(r"^\s*(?:INSERT|UPDATE|DELETE|COPY|MERGE|TRUNCATE|WITH\b.*\b(?:INSERT|UPDATE|DELETE)\b)", re.IGNORECASE | re.DOTALL)
#: what may be written whoever asks: the key of a form, a session and when it was last seen, a counter of failed sign-ins
BEFORE = re.compile(r'"?(kernel_once\w*|django_session|org_loginfailure|org_device)"?', re.IGNORECASE)
#: what is new in every answer: tokens, keys, ids of requests
FRESH = re.compile(r"[\w-]{16,}")
LOGIN = "/login/"
#: what was sent to people by a request is read like its answer
MESSAGES, SENT_AT_ONCE = OutboundMessage._meta.db_table, 5
#: how a thing that is named in what is sent, or in the address's query, begins in the approved table
BODY, QUERY = oracle.BODY, "?"
#: what belongs to a company as a whole
COMPANIES = ("A0", "B0")


@dataclass
class Answer:
    """What came back, read to its end."""

    status: int
    text: str
    headers: dict[str, str]
    writes: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        where = self.headers.get("Location", "") + self.headers.get("HX-Redirect", "")
        if self.status in (301, 302, 303, 204):
            return DOOR if where.startswith(LOGIN) else IN
        return {401: DOOR, 403: NO, 404: NONE, 405: VERB}.get(self.status, IN if self.status < 500 else f"broken: {self.text[:200]}")

    def bare(self, *asked: Any) -> tuple:
        """The answer without what is new each time and without what was asked for."""
        text = self.text
        for one in asked:
            text = text.replace(str(one), "")
        headers = sorted((name, value) for name, value in self.headers.items() if name not in CHANGING)
        return self.status, FRESH.sub("", text), [(name, FRESH.sub("", _without(value, asked))) for name, value in headers]


CHANGING = {"X-Request-ID", "Content-Length", "Set-Cookie"}


def _without(text: str, asked: tuple) -> str:
    for one in asked:
        text = text.replace(str(one), "").replace(str(one).rpartition(":")[2], "")  # a kind and a key, as it stands in an address
    return text


def ask(browser: world.Browser, method: str, path: str, values: dict | None = None, query: str = "") -> Answer:
    """One request; what it did is undone, what it tried to write is told."""
    cache.clear()  # or somebody calls too often
    cookies = browser.cookies.output()
    kept = dict(browser.cookies)
    writes: list[str] = []

    def watch(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        said = sql if isinstance(sql, str) else str(sql)
        if WRITES.match(said) and not BEFORE.search(said[:200]):
            writes.append(said[:160])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        try:
            with transaction.atomic():
                came = browser.ask(method, path, values, query)
                text = _read(came)
        except Exception as error:  # what a visitor would see as a page of an error
            transaction.set_rollback(True)
            return Answer(500, f"{type(error).__name__}: {error}", {}, writes)
        if any(MESSAGES in one for one in writes):
            text += "".join(OutboundMessage.objects.unscoped("tests").order_by("-id").values_list("text", flat=True)[:SENT_AT_ONCE])
        transaction.set_rollback(True)
    if browser.cookies.output() != cookies:
        browser.cookies.clear()
        browser.cookies.update(kept)
    return Answer(came.status_code, text, dict(came.headers), writes)


def _read(came: Any) -> str:
    """The body as words: pages as they are, workbooks and PDFs unpacked."""
    content = b"".join(came.streaming_content) if came.streaming else came.content
    if content[:2] == b"PK":
        return _unzipped(content)
    if content[:5] == b"%PDF-":
        return _pdf_text(content)
    return content.decode(errors="replace")


def _unzipped(content: bytes) -> str:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def _pdf_text(content: bytes) -> str:
    return content.decode("latin-1")


# -- cells of one route --------------------------------------------------------------------------
@dataclass
class Found:
    """How many cells were looked at, and which were wrong."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def note(self, right: bool, words: str) -> None:
        self.cells += 1
        if not right:
            self.wrong.append(words)


def try_route(bed: world.Bed, route: Route, method: str, actors: list[str]) -> Found:
    """Every cell of a route and method."""
    found, line = Found(), oracle.approved(route.key)
    assert line is not None, f"{route.key} was judged by nobody"
    for actor in actors:
        answers = {}
        for parameter, whose in positions(line, method):
            things = {name: bed.key(kind, whose if name == parameter else oracle.OWN) for name, kind in line.asked(method).items()}
            said = {name[1:]: str(key) for name, key in things.items() if name.startswith(BODY)}
            path = route.path({name: key for name, key in things.items() if name[0] not in (BODY, QUERY)})
            query = urlencode({name[1:]: str(key) for name, key in things.items() if name.startswith(QUERY)})
            sent = bodies.FULL.get(route.key, {}) | said
            answer = answers[parameter, whose] = ask(bed.browsers[actor], method, path, sent, query and f"?{query}")
            _judge(found, bed, line, route, method, actor, parameter, whose, answer, list(things.values()))
        for parameter in line.asked(method):
            _alike(found, bed, line, route, method, actor, parameter, answers)
    return found


def positions(line: oracle.Approved, method: str) -> Iterator[tuple[str, str]]:
    """(parameter, whose thing stands there), all others being one's own."""
    if not line.asked(method):
        yield "", oracle.OWN
    for nth, parameter in enumerate(line.asked(method)):
        for whose in (oracle.OWN, oracle.SIBLING, oracle.FOREIGN, oracle.MISSING):
            if whose != oracle.OWN or nth == 0:
                yield parameter, whose


def _judge(found, bed, line, route, method, actor, parameter, whose, answer, asked) -> None:
    said = f"{method} {route.key} by {actor} for {whose}: {answer.status}"
    expected = line.expects(actor, method, parameter, whose)
    if parameter.startswith(BODY) and expected == {NONE} and answer.status == 422:
        expected = {IN}  # a form says that it cannot find what was named
    found.note(answer.verdict in expected, f"{said} ({answer.verdict}), expected {' or '.join(sorted(expected))}")
    if answer.verdict != IN and answer.writes:
        found.wrong.append(f"{said}, and yet it wrote: {answer.writes[0]}")
    leaked = leaks(bed, actor, answer, asked)
    if line.circle == oracle.OPEN:  # a door says by which other houses one may come in
        leaked = {place: words for place, words in leaked.items() if place not in COMPANIES}
    if leaked:
        found.wrong.append(f"{said}, and tells of others: {leaked}")


def leaks(bed: world.Bed, actor: str, answer: Answer, asked: list[Any]) -> dict[str, list[str]]:
    """place -> marks of that place, which this actor should not have read."""
    told = bed.marks.found(_without(answer.text, tuple(asked)) + _without(str(answer.headers), tuple(asked)))
    may = readable(actor)
    return {place: sorted(words)[:3] for place, words in told.items() if place not in may}


def readable(actor: str) -> set[str]:
    """The places whose words an actor may read at all."""
    if actor in oracle.OUTSIDE:
        return set()
    if actor in oracle.POSTLESS:
        return {"A0"}
    if actor in oracle.ELSEWHERE:
        return {"A0", "A2"}
    return {"A0", "A1", "A2"} if actor in oracle.OF_COMPANY or actor in oracle.TWO_POSTS else {"A0", "A1"}


def _alike(found, bed, line, route, method, actor, parameter, answers) -> None:
    """Somebody else's thing and none at all answer alike, in status, words and headers."""
    kind = line.things[parameter]
    keys = [bed.key(kind, oracle.FOREIGN), bed.key(kind, oracle.MISSING)]
    foreign, missing = answers[parameter, oracle.FOREIGN], answers[parameter, oracle.MISSING]
    right = foreign.bare(*keys) == missing.bare(*keys)
    found.note(right, f"{method} {route.key} by {actor}: a foreign {kind} and a missing one differ ({foreign.status}, {missing.status})")

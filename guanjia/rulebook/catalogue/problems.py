"""What is wrong with the catalogue: the law its chapters keep, so that a slip of the pen is named before it is believed."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from guanjia.rulebook import when
from guanjia.rulebook.bounds import weight
from guanjia.rulebook.catalogue import FILES, MODULES, actors, books
from guanjia.rulebook.catalogue.compiled import chapters

KINDS = {
    "deadline", "coverage", "approval", "required_fields", "retention", "formula", "flow", "window", "quota",
    "penalty", "schedule", "record", "access", "guard", "notice", "content", "metric", "conduct",
}  # fmt: skip
REALISE = {"enforce", "schedule", "measure", "record", "content", "guide"}
MECHANISMS = {
    "duty", "periodic", "need", "fields", "window", "cap", "approval", "machine", "register", "coverage", "formula",
    "checklist", "seed", "role", "access", "constraint", "tally", "penalty", "retention",
}  # fmt: skip
STAGES = range(1, 17)
BUILT = 2  # later stages may still say "middle of the contract" where a binding will give the time
LENGTHS = {"within", "after", "keep", "every", "period"}
REQUIRED = {
    "id", "zh", "en", "kind", "subject", "trigger", "params", "actors", "realise", "stage", "room", "mechanism",
    "source",
}  # fmt: skip
ALLOWED = REQUIRED | {"note", "bounds"}

HAN = re.compile(r"[\u4e00-\u9fff]")
ID = re.compile(rf"\b(?:{'|'.join(MODULES.values())})-\d{{3}}\b")


def check(files: Mapping[str, Any] | None = None) -> list[str]:
    """Every problem as a sentence that begins with the clause's id or the file; none when the catalogue is sound."""
    files = chapters(FILES) if files is None else files
    ids = Counter(entry.get("id") for module in MODULES for entry in files[module])
    problems = [f"{clause}: id used twice" for clause, times in ids.items() if times > 1]
    for module in MODULES:
        last = ""
        for entry in files[module]:
            clause = str(entry.get("id", f"{module}: a clause without id"))
            problems += (f"{clause}: {problem}" for problem in _of_entry(module, entry, frozenset(ids)))
            if clause <= last:
                problems.append(f"{clause}: stands after {last}")
            last = clause
    return problems


def _of_entry(module: str, entry: dict[str, Any], ids: frozenset[str]) -> Iterator[str]:
    missing = [key for key in sorted(REQUIRED) if entry.get(key) in (None, "", [], {})]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if unknown := sorted(set(entry) - ALLOWED):
        yield f"unknown key {', '.join(unknown)}"
    if not re.fullmatch(rf"{MODULES[module]}-\d{{3}}", entry["id"]):
        yield f"does not fit the chapter {module}"
    if not HAN.search(entry["zh"]) or HAN.search(entry["en"]):
        yield "zh is not Chinese or en is"
    if entry["kind"] not in KINDS:
        yield f"unknown kind {entry['kind']!r}"
    if entry["realise"] not in REALISE:
        yield f"unknown realise {entry['realise']!r}"
    if entry["room"] not in MODULES:
        yield f"unknown room {entry['room']!r}"
    if entry["stage"] not in STAGES:
        yield f"unknown stage {entry['stage']!r}"
    if odd := [name for name in entry["mechanism"].split("+") if name not in MECHANISMS]:
        yield f"unknown mechanism {', '.join(odd)}"
    for actor in entry["actors"]:
        if actor not in actors():
            yield f"unknown actor {actor!r}"
    for source in entry["source"]:
        handbook, _, section = source.partition(": ")
        if handbook not in books() or not section:
            yield f"unknown source {source!r}"
    for other in sorted(set(ID.findall(str(entry))) - ids):
        yield f"speaks of unknown {other}"
    yield from _of_value("params", entry["params"])
    yield from _of_fields(entry["params"])
    yield from _of_bounds(entry["params"], entry.get("bounds", {}))
    if entry["stage"] <= BUILT:
        yield from _of_times(entry["params"])


def _of_times(params: dict[str, Any]) -> Iterator[str]:
    """Lengths, rhythms and calendars of the stages that run must be such that can be counted."""
    for key, value in params.items():
        if (key in LENGTHS or key.endswith("_within")) and not when.is_parsable(str(value)):
            yield f"{key} {value!r} is no time that can be counted"
    if "calendar" in params:
        try:
            when.parse_calendar(params["calendar"])
        except ValueError:
            yield f"calendar {params['calendar']!r} is none"


def _of_bounds(params: dict[str, Any], bounds: dict[str, Any]) -> Iterator[str]:
    """Bounds stand on numbers that there are, hold two ends of one sort or choices, and the handbook's own value lies within."""
    for key, bound in bounds.items():
        if key not in params:
            yield f"bounds the unknown parameter {key!r}"
        elif set(bound) == {"of"}:
            if params[key] not in bound["of"]:
                yield f"{key} {params[key]!r} is none of its own choices"
        elif set(bound) != {"strictest", "laxest"}:
            yield f"bounds of {key} are neither strictest and laxest nor choices"
        else:
            strict, value, lax = (weight(one) for one in (bound["strictest"], params[key], bound["laxest"]))
            if strict is None or lax is None or value is None:
                yield f"bounds of {key} cannot be compared with {params[key]!r}"
            elif not min(strict, lax) <= value <= max(strict, lax):
                yield f"{key} {params[key]!r} lies outside of its own bounds"


def _of_value(where: str, value: Any) -> Iterator[str]:
    """Keys are text, since parameters travel as JSON; values are never empty and never dates by accident."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield f"{where}: the key {key!r} is not text"
            yield from _of_value(f"{where}.{key}", inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _of_value(where, inner)
    elif value is None or value == "" or isinstance(value, date):
        yield f"{where}: {value!r} is no value"


def _of_fields(params: dict[str, Any]) -> Iterator[str]:
    """`fields_proposed` names the fields that the handbooks leave open; "all" where they only name the form."""
    proposed = params.get("fields_proposed", [])
    if proposed and "fields" not in params:
        yield "proposes fields but has none"
    elif proposed != "all":
        for key in proposed:
            if key not in params["fields"]:
                yield f"proposes unknown field {key!r}"
    steps, steps_zh = params.get("steps"), params.get("steps_zh")
    if isinstance(steps, list) and isinstance(steps_zh, list) and len(steps) != len(steps_zh):
        yield "steps and steps_zh differ in length"

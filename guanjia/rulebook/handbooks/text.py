"""A handbook as text: one YAML file, the same for what is shipped, exported and imported.

Reading names everything that is wrong, each with its line and clause, and gives nothing that is half right. An export is
a valid import. Nothing here knows rows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

from guanjia.rulebook import bounds
from guanjia.rulebook.catalogue import Clause, load

KINDS = ("foundation", "base", "addon")
KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TEXTS = ("key", "kind", "name", "name_en", "for", "for_en", "words")
REQUIRED = ("key", "kind", "name", "clauses")
KNOWN = (*TEXTS, "number", "includes", "clauses", "values", "unwaivable", "off")
LONGEST = 400_000  # characters


@dataclass(frozen=True, slots=True)
class Entry:
    """A clause as a handbook has it: with its own numbers, on or off, with the reason for what differs."""

    rule: str
    params: Mapping[str, Any] = field(default_factory=dict)
    on: bool = True
    unwaivable: bool = False
    why: str = ""


@dataclass(frozen=True)
class Page:
    """What a handbook's text says, its included handbooks laid flat: later ones outweigh earlier ones, its own words outweigh all."""

    key: str
    kind: str
    name: str
    entries: Mapping[str, Entry]
    name_en: str = ""
    audience: str = ""
    audience_en: str = ""
    number: int = 1
    words: str = ""
    includes: tuple[str, ...] = ()


class Problem(NamedTuple):
    """What is wrong, and where: the line of the text (0 for the whole), the clause ("" for none)."""

    line: int
    clause: str
    message: str

    def __str__(self) -> str:
        where = _("第 %(line)d 行") % {"line": self.line} if self.line else ""
        return "：".join(part for part in (" ".join(filter(None, (where, self.clause))), self.message) if part)


def read(text: str, *, included: Mapping[str, Page], loader: Any = yaml.SafeLoader) -> tuple[Page | None, list[Problem]]:
    """(the page, []) or (None, everything that is wrong). `included` are the handbooks that it may include, by key."""
    if len(text) > LONGEST:
        return None, [Problem(0, "", _("文件太大。"))]
    try:
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as no:
        line = no.problem_mark.line + 1 if no.problem_mark else 0
        return None, [Problem(line, "", _("不是有效的 YAML：%(what)s") % {"what": no.problem or no.context or ""})]
    except (yaml.YAMLError, RecursionError):
        return None, [Problem(0, "", _("不是有效的 YAML。"))]
    if not isinstance(root, yaml.MappingNode):
        return None, [Problem(1, "", _("手册须写作「项目: 值」的列表。"))]
    reading = _Reading(root, included)
    page = reading.page()
    problems = sorted(reading.problems)
    return (None if problems else page), problems


class _Reading:
    """One pass over the nodes of a text, collecting what is wrong."""

    def __init__(self, root: yaml.MappingNode, included: Mapping[str, Page]):
        self.included, self.problems = included, []
        self.parts: dict[str, tuple[int, yaml.Node]] = {}
        for key, node in root.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name not in KNOWN:
                self.wrong(line, "", _("不认识的项目「%(name)s」。") % {"name": name})
            elif name in self.parts:
                self.wrong(line, "", _("「%(name)s」写了两次。") % {"name": name})
            else:
                self.parts[name] = (line, node)
        for name in REQUIRED:
            if name not in self.parts:
                self.wrong(0, "", _("缺「%(name)s」。") % {"name": name})

    def wrong(self, line: int, clause: str, message: str) -> None:
        self.problems.append(Problem(line, clause, message))

    def page(self) -> Page:
        said = {name: self.text(name) for name in TEXTS}
        if said["key"] and not KEY.fullmatch(said["key"]):
            self.wrong(self.line("key"), "", _("「key」须为小写英文字母、数字和连字符。"))
        if said["kind"] and said["kind"] not in KINDS:
            self.wrong(self.line("kind"), "", _("「kind」只能是：%(choices)s。") % {"choices": "、".join(KINDS)})
        includes = self.includes()
        entries: dict[str, Entry] = {}
        for key in includes:
            for rule, entry in self.included[key].entries.items():
                entries[rule] = merged(entries.get(rule), entry)
        entries.update(self.own(entries))
        for problem in clashes(rule for rule, entry in entries.items() if entry.on):
            self.wrong(0, "", problem)
        number = self.plain(self.parts["number"][1]) if "number" in self.parts else 1
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            self.wrong(self.line("number"), "", _("版本号须为正整数。"))
            number = 1
        return Page(
            key=said["key"], kind=said["kind"], name=said["name"], name_en=said["name_en"], audience=said["for"],
            audience_en=said["for_en"], words=said["words"], number=number, includes=includes, entries=in_order(entries),
        )  # fmt: skip

    def own(self, inherited: Mapping[str, Entry]) -> dict[str, Entry]:
        """The entries that the text itself lists or changes."""
        listed = self.listed()
        known = {**inherited, **{rule: Entry(rule) for rule in listed}}
        values, off, firm = self.values(known), self.off(known), self.firm(known)
        own = {}
        for rule in {**listed, **values, **off, **dict.fromkeys(firm)}:
            before = inherited.get(rule, Entry(rule))
            own[rule] = Entry(
                rule,
                params={**before.params, **values.get(rule, {})},
                on=rule not in off if rule in off or rule in listed else before.on,
                unwaivable=before.unwaivable or rule in firm,
                why=off.get(rule, before.why if not before.on and rule not in listed else ""),
            )
            if rule in off and own[rule].unwaivable:
                self.wrong(self.line("off"), rule, _("法律要求的条款不能停用。"))
        return own

    # -- the parts ---------------------------------------------------------------------------------
    def includes(self) -> tuple[str, ...]:
        found = []
        for line, key in self.sequence("includes"):
            if key in self.included:
                found.append(key)
            else:
                self.wrong(line, "", _("不认识的手册「%(key)s」。") % {"key": key})
        return tuple(found)

    def listed(self) -> dict[str, int]:
        seen: dict[str, int] = {}
        for line, rule in self.sequence("clauses"):
            if rule in seen:
                self.wrong(line, rule, _("列了两次。"))
            elif self.exists(line, rule):
                seen[rule] = line
        return seen

    def values(self, known: Mapping[str, Entry]) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for line, rule, node in self.mapping("values"):
            if not self.belongs(line, rule, known):
                continue
            if not isinstance(node, yaml.MappingNode):
                self.wrong(line, rule, _("参数须写作「名称: 值」。"))
                continue
            clause, given = load()[rule], {}
            for name, value_node in node.value:
                key, value = str(name.value), self.plain(value_node)
                for fault in value_faults(clause, key, value):
                    self.wrong(name.start_mark.line + 1, rule, fault)
                given[key] = value
            found[rule] = given
        return found

    def off(self, known: Mapping[str, Entry]) -> dict[str, str]:
        if isinstance(self.parts.get("off", (0, None))[1], yaml.SequenceNode):
            return {rule: "" for line, rule in self.sequence("off") if self.belongs(line, rule, known)}
        return {rule: str(self.plain(node) or "")[:200] for line, rule, node in self.mapping("off") if self.belongs(line, rule, known)}

    def firm(self, known: Mapping[str, Entry]) -> set[str]:
        return {rule for line, rule in self.sequence("unwaivable") if self.belongs(line, rule, known)}

    def belongs(self, line: int, rule: str, known: Mapping[str, Entry]) -> bool:
        if not self.exists(line, rule):
            return False
        if rule not in known:
            self.wrong(line, rule, _("不在本手册所列条款之中。"))
        return rule in known

    def exists(self, line: int, rule: str) -> bool:
        if rule not in load():
            self.wrong(line, str(rule)[:20], _("没有这一条款。"))
        return rule in load()

    # -- nodes ---------------------------------------------------------------------------------------
    def line(self, name: str) -> int:
        return self.parts[name][0] if name in self.parts else 0

    def text(self, name: str) -> str:
        if name not in self.parts:
            return ""
        line, node = self.parts[name]
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip() or len(node.value) > 200:
            self.wrong(line, "", _("「%(name)s」须为文字，不超过 200 字。") % {"name": name})
            return ""
        return node.value.strip()

    def sequence(self, name: str) -> Iterator[tuple[int, str]]:
        if name not in self.parts:
            return
        line, node = self.parts[name]
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(line, "", _("「%(name)s」须为列表。") % {"name": name})
            return
        for one in node.value:
            yield one.start_mark.line + 1, str(one.value) if isinstance(one, yaml.ScalarNode) else ""

    def mapping(self, name: str) -> Iterator[tuple[int, str, yaml.Node]]:
        if name not in self.parts:
            return
        line, node = self.parts[name]
        if not isinstance(node, yaml.MappingNode):
            self.wrong(line, "", _("「%(name)s」须写作「条款: …」。") % {"name": name})
            return
        for key, value in node.value:
            yield key.start_mark.line + 1, str(key.value), value

    def plain(self, node: yaml.Node) -> Any:
        """The value of a node: text, number, yes or no, or a short list or mapping of these."""
        builder = yaml.constructor.SafeConstructor()
        try:
            return builder.construct_object(node, deep=True)
        except (yaml.YAMLError, ValueError, RecursionError):
            self.wrong(node.start_mark.line + 1, "", _("这个值读不懂。"))
            return None


def merged(before: Entry | None, after: Entry) -> Entry:
    """What two handbooks say of one clause: the later one's numbers and switch; what one of them makes firm stays firm."""
    if before is None:
        return after
    return replace(after, params={**before.params, **after.params}, unwaivable=before.unwaivable or after.unwaivable)


def value_faults(clause: Clause, key: str, value: Any, base: Any = None) -> list[str]:
    """What is wrong with a value that a handbook gives a clause's number, each sentence naming the number."""
    if key not in bounds.numbers(clause) or key in ("fields", "fields_proposed", "on"):
        return [_("没有参数「%(key)s」。") % {"key": key}]
    return [_("参数「%(key)s」：%(fault)s") % {"key": key, "fault": fault} for fault in bounds.faults(clause, key, value, base=base)]


# -- choices -----------------------------------------------------------------------------------------
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Choice:
    """Clauses that say different things about one matter; by one side of them a project lives."""

    key: str
    name: str
    name_en: str
    sides: tuple[tuple[str, ...], ...]
    only_one: bool

    def taken(self, on: Iterable[str]) -> list[tuple[str, ...]]:
        """The sides of which some clause is on."""
        on = set(on)
        return [tuple(rule for rule in side if rule in on) for side in self.sides if on & set(side)]


@cache
def choices() -> tuple[Choice, ...]:
    """The matters on which clauses exclude each other (`pick: one`) or stand beside each other (`pick: any`)."""
    text = yaml.load((HERE / "choices.yaml").read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    return tuple(
        Choice(key, one["name"], one["name_en"], tuple(tuple(side) for side in one["sides"]), one.get("pick", "one") == "one")
        for key, one in text.items()
    )


def clashes(on: Iterable[str], about: str = "") -> list[str]:
    """Each matter on which clauses of more than one side are on, in a sentence; only the matters of one clause if it is named."""
    on, found = set(on), []
    for choice in choices():
        if about and not any(about in side for side in choice.sides):
            continue
        taken = choice.taken(on) if choice.only_one else []
        if len(taken) > 1:
            sides = "；".join("、".join(side) for side in taken)
            found.append(_("「%(name)s」只能择一，现在同时启用了：%(sides)s。") % {"name": _(choice.name), "sides": sides})
    return found


def in_order(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries in the order of the catalogue."""
    return {rule: entries[rule] for rule in load() if rule in entries}


# -- writing -----------------------------------------------------------------------------------------
def write(page: Page) -> str:
    """The text that `read` reads back to the same entries; what was included is written out."""
    said = {
        "key": page.key, "kind": page.kind, "name": page.name, "name_en": page.name_en, "for": page.audience,
        "for_en": page.audience_en, "number": page.number, "words": page.words,
    }  # fmt: skip
    lines = [f"{name}: {_scalar(value)}" for name, value in said.items() if value]
    lines += ["clauses: [", *_ids(page.entries), "]"]
    changed = {rule: entry.params for rule, entry in page.entries.items() if entry.params}
    if changed:
        lines += ["values:", *(f"  {rule}: {_flow(params)}" for rule, params in changed.items())]
    if firm := [rule for rule, entry in page.entries.items() if entry.unwaivable]:
        lines += ["unwaivable: [", *_ids(firm), "]"]
    if off := [entry for entry in page.entries.values() if not entry.on]:
        lines += ["off:", *(f"  {entry.rule}: {_scalar(entry.why)}" for entry in off)]
    return "\n".join(lines) + "\n"


def _ids(rules: Iterable[str]) -> list[str]:
    """A chapter to a line, folded at 110 signs."""
    lines = []
    for _prefix, group in groupby(rules, key=lambda rule: rule.split("-")[0]):
        lines += wrap(", ".join(group) + ",", width=108, break_on_hyphens=False)
    return [f"  {line}" for line in lines]


def _scalar(value: Any) -> str:
    return _flow([value])[1:-1]


def _flow(value: Any) -> str:
    return yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False).strip()

"""A rule on its way: what a form says as nested data, and that data as lines of blanks to fill.

The names of inputs are places in the definition with hyphens (`stages-0-opens-1-where-type`), so that a fault of the
definition stands beside the blank it is about. Buttons named `do` add or take out a part (`add:stages-0-opens`).
Nothing here decides anything: what was written is read by `rulebook.authoring.definition`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.org.roles import ROLES
from guanjia.rulebook import offers, when
from guanjia.rulebook.authoring import wording
from guanjia.rulebook.authoring.definition import DAYS, LIST_MAX, MECHANISMS, RHYTHMS, STAGES_MAX, TESTS, Fault

LISTS = ("blocks", "fields", "values")
HEAD = ("title", "words", "source")
DEEPEST = 8
LONG = 20  # choices; more are folded away
UNITS = {
    "minute": gettext_lazy("分钟"),
    "hour": gettext_lazy("小时"),
    "day": gettext_lazy("天"),
    "week": gettext_lazy("周"),
    "month": gettext_lazy("个月"),
    "same day": gettext_lazy("当日"),
    "at once": gettext_lazy("立即"),
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "duty": {"stages": [{"opens": [{}], "met": [{}], "within": "30 minutes"}]},
    "periodic": {"every": "month", "share": "100%", "met": [{}], "within": "7 days"},
    "need": {"demands": [{"is": "filled"}]},
    "fields": {"fields": []},
    "window": {"from": "08:00", "to": "20:00", "days": "all"},
    "approval": {"chain": [{"within": "2 days"}]},
    "coverage": {"of": [{}], "counted": [{}], "every": "month", "target": "90%"},
}
NEW_PARTS = {"stages": {"opens": [{}], "met": [{}], "within": "30 minutes"}, "demands": {"is": "filled"}, "chain": {"within": "2 days"}}


# -- from the form ---------------------------------------------------------------------------------------
def definition_of(post: QueryDict) -> dict[str, Any]:
    """What the form says, as nested data; blanks that were left empty stay empty."""
    raw: dict[str, Any] = {"mechanism": post.get("mechanism", "")}
    for name in post:
        if name.startswith("d-"):
            steps = name[2:].split("-")
            if len(steps) <= DEEPEST:
                _put(raw, steps, [value for value in post.getlist(name) if value] if _is_list(steps) else post[name])
    return _settled(raw)


def _is_list(steps: list[str]) -> bool:
    return steps[-1] in LISTS or (len(steps) > 1 and steps[-2] == "where")


def _put(node: dict[str, Any], steps: list[str], value: Any) -> None:
    for step in steps[:-1]:
        node = node.setdefault(step, {})
        if not isinstance(node, dict):
            return
    node[steps[-1]] = value


def _settled(node: Any) -> Any:
    """Mappings of numbers become lists; an amount and its unit become one length."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdecimal() for key in node):
        return [_settled(node[key]) for key in sorted(node, key=int)][:LIST_MAX]
    found = {key: _settled(value) for key, value in node.items()}
    if "unit" in found:
        amount, unit = str(found.pop("amount", "")).strip(), found.pop("unit")
        found["within"] = "" if not unit else unit if unit in when.WORDS else f"{amount or '0'} {unit}"
    return found


def changed(raw: dict[str, Any], do: str) -> dict[str, Any]:
    """The data after a button: `add:<place>`, `drop:<place>`, `ask:<place of a where>:<field>`."""
    what, _colon, rest = do.partition(":")
    place, _colon, key = rest.partition(":")
    steps = place.split("-")
    parent = _at(raw, steps[:-1])
    if what == "add" and isinstance(parent, dict):
        parts = parent.setdefault(steps[-1], [])
        if isinstance(parts, list) and len(parts) < (STAGES_MAX if steps[-1] == "stages" else LIST_MAX):
            new = dict(NEW_PARTS.get(steps[-1], {}))
            if steps[-1] == "stages":
                new["stage"] = f"s{len(parts) + 1}"
            parts.append(new)
    elif what == "drop" and isinstance(parent, list) and steps[-1].isdecimal() and int(steps[-1]) < len(parent):
        del parent[int(steps[-1])]
    elif what == "drop" and isinstance(parent, dict):
        parent.pop(steps[-1], None)
    elif what == "ask" and key:
        node = _at(raw, steps)
        if node is None and isinstance(parent, dict):
            node = parent[steps[-1]] = {}
        if isinstance(node, dict):
            node.setdefault(key, [])
    return raw


def _at(node: Any, steps: Iterable[str]) -> Any:
    for step in steps:
        if isinstance(node, dict):
            node = node.get(step)
        elif isinstance(node, list) and step.isdecimal() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node


# -- as blanks ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True)
class Blank:
    """One thing to fill in: a select (of `groups`), chips, a number, a time or a line of text."""

    name: str
    label: str
    kind: str = "select"
    value: str = ""
    groups: tuple[tuple[str, tuple[Option, ...]], ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def chosen(self) -> list[Option]:
        """What is chosen of a list too long to lie open; [] where it lies open anyway."""
        return [option for _group, options in self.groups for option in options if option.chosen] if self.is_long else []

    @property
    def is_long(self) -> bool:
        return sum(len(options) for _group, options in self.groups) > LONG

    @property
    def place(self) -> str:
        """Where it stands in the definition."""
        return self.name.removeprefix("d-")


@dataclass
class Said:
    """A fact or gate with its conditions."""

    place: str
    which: Blank
    conditions: list[Blank] = field(default_factory=list)
    askable: list[Option] = field(default_factory=list)
    can_go: bool = False


@dataclass
class Row:
    """One line of the editor: a lead word and what is to be filled in."""

    lead: str
    blanks: list[Blank] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    add: str = ""  # the place where one more may be added
    add_label: str = ""
    errors: tuple[str, ...] = ()


@dataclass
class Part:
    """A clock, a demand, a step: lines that belong together."""

    title: str = ""
    rows: list[Row] = field(default_factory=list)
    drop: str = ""


class Sketch:
    """The whole editor of one rule."""

    def __init__(self, raw: Mapping[str, Any], faults: Iterable[Fault], company_id: UUID | None, shows_faults: bool = True):
        self.raw, self.company_id = raw, company_id
        self.faults = {}
        for fault in faults if shows_faults else ():
            self.faults.setdefault(fault.path.replace(".", "-"), []).append(fault.message)
        self.shown: set[str] = set()
        build = getattr(self, f"_{raw.get('mechanism', '')}", None)
        self.parts: list[Part] = build() if build else []
        self.add, self.add_label = {
            "duty": ("stages", _("再加一个时限")),
            "need": ("demands", _("再加一项要求")),
            "approval": ("chain", _("再加一级审批")),
        }.get(raw.get("mechanism", ""), ("", ""))

    @property
    def others(self) -> list[str]:
        """Faults that stand beside no blank."""
        return [message for path, messages in self.faults.items() if path not in self.shown for message in messages]

    # -- mechanisms
    def _duty(self) -> list[Part]:
        stages = self._list("stages")
        return [self._stage(f"stages-{nth}", stage, len(stages) > 1, nth) for nth, stage in enumerate(stages)]

    def _stage(self, at: str, stage: dict[str, Any], many: bool, nth: int) -> Part:
        opened = [offers.FACT_OFFERS[name] for one in _maps(stage.get("opens")) if (name := one.get("fact")) in offers.FACT_OFFERS]
        kinds = [kind for kind in (opened[0].kinds if opened else ()) if kind and all(kind in one.kinds for one in opened)]
        kind = stage.get("about") or (opened[0].kind if opened else "")
        rows = [self._facts_row(_("当"), f"{at}-opens", stage.get("opens"), _("或"))]
        if len(kinds) > 1 or (opened and not opened[0].kind):
            usual = _("%(kind)s本身") % {"kind": offers.kind_title(opened[0].kind)} if opened[0].kind else _("请选择")
            options = [("", usual), *((one, offers.kind_title(one)) for one in kinds if one != opened[0].kind)]
            rows.append(Row(_("针对"), [self._select(f"{at}-about", _("针对哪类对象"), options, stage.get("about"))]))
        people = self._common(opened, offers.PERSON)
        owner = [self._roles(f"{at}-owner", _("由谁负责"), stage.get("owner"))]
        if people:
            owner.append(self._select(f"{at}-person", _("事实中指定的人"), [("", _("不指定到人")), *people], stage.get("person")))
        rows.append(Row(_("由"), owner))
        rows.append(Row(_("须在"), [*self._length(at, stage), *self._until(at, stage, opened)]))
        rows.append(self._facts_row(_("以此办妥"), f"{at}-met", stage.get("met"), _("或"), kind))
        gates = self._gates(f"{at}-blocks", stage.get("blocks"), kind)
        if gates.groups[0][1]:
            rows.append(Row(_("未办则不得"), [gates]))
        rows.append(self._facts_row(_("若"), f"{at}-voided", stage.get("voided"), _("即取消"), kind, optional=True))
        if many:
            rows.insert(0, Row(_("代号"), [self._text(f"{at}-stage", _("时限的代号"), stage.get("stage"))]))
        title = _("时限 %(nth)d") % {"nth": nth + 1} if many else ""
        return Part(title, rows, at if many else "")

    def _periodic(self) -> list[Part]:
        raw = self.raw
        population = offers.POPULATIONS.get(raw.get("population", ""))
        groups = [(name, str(one.title)) for name, one in offers.POPULATIONS.items()]
        rows = [
            Row(_("每"), [self._select("every", _("多久一次"), [(one, wording.every(one)) for one in RHYTHMS], raw.get("every"))]),
            Row(_("从"), [self._select("population", _("哪些对象"), [("", _("请选择")), *groups], raw.get("population"))]),
            Row(_("抽取"), [self._text("share", _("比例"), _percent(raw.get("share")))]),
            Row(_("由"), [self._roles("owner", _("由谁负责"), raw.get("owner"))]),
            Row(_("须在"), self._length("", raw)),
            self._facts_row(_("以此办妥"), "met", raw.get("met"), _("或"), population.kind if population else ""),
        ]
        return [Part("", rows)]

    def _coverage(self) -> list[Part]:
        raw = self.raw
        rows = [
            Row(_("每"), [self._select("every", _("多久一次"), [(one, wording.every(one)) for one in RHYTHMS], raw.get("every"))]),
            self._facts_row(_("所有"), "of", raw.get("of"), _("或")),
            self._facts_row(_("其中有"), "counted", raw.get("counted"), _("或")),
            Row(_("须达到"), [self._text("target", _("目标"), _percent(raw.get("target")))]),
        ]
        return [Part("", rows)]

    def _need(self) -> list[Part]:
        words = self._words()
        parts = [Part("", [self._gate_row()])]
        demands = self._list("demands")
        for nth, one in enumerate(demands):
            at = f"demands-{nth}"
            word = words.get(one.get("field", ""))
            blanks = [
                self._select(
                    f"{at}-field", _("哪一项"), [("", _("请选择")), *((w.key, str(w.label)) for w in words.values())], one.get("field")
                )
            ]
            if word is not None and word.can_be_asked:
                blanks.append(
                    self._select(f"{at}-is", _("怎样"), [(key, str(label)) for key, label in TESTS.items()], one.get("is") or "filled")
                )
                if one.get("is") in ("one_of", "none_of"):
                    blanks.append(self._chips(f"{at}-values", word, one.get("values")))
            parts.append(
                Part(
                    _("要求 %(nth)d") % {"nth": nth + 1}, [Row(_("必须"), blanks, errors=self._errors(at))], at if len(demands) > 1 else ""
                )
            )
        return parts

    def _fields(self) -> list[Part]:
        options = tuple(Option(w.key, str(w.label), w.key in (self.raw.get("fields") or ())) for w in self._words().values())
        chips = Blank("d-fields", _("必填的项目"), "chips", groups=(("", options),), errors=self._errors("fields"))
        return [Part("", [self._gate_row(), Row(_("须填写"), [chips])])]

    def _window(self) -> list[Part]:
        raw = self.raw
        moments = [(w.key, str(w.label)) for w in self._words().values() if w.kind == offers.MOMENT]
        rows = [
            self._gate_row(),
            Row(_("其"), [self._select("field", _("哪个时刻"), [("", _("办理时刻")), *moments], raw.get("field"))]),
            Row(_("须在"), [
                self._select("days", _("哪些天"), [(key, str(label)) for key, label in DAYS.items()], raw.get("days") or "all"),
                Blank("d-from", _("自"), "time", str(raw.get("from") or ""), errors=self._errors("from")),
                Blank("d-to", _("至"), "time", str(raw.get("to") or ""), errors=self._errors("to")),
            ]),
        ]  # fmt: skip
        return [Part("", rows)]

    def _approval(self) -> list[Part]:
        chain = self._list("chain")
        parts = [Part("", [self._gate_row()])]
        for nth, step in enumerate(chain):
            at = f"chain-{nth}"
            rows = [Row(_("经"), [self._roles(f"{at}-role", _("由谁审批"), step.get("role"))]), Row(_("须在"), self._length(at, step))]
            parts.append(Part(_("第 %(nth)d 级") % {"nth": nth + 1}, rows, at if len(chain) > 1 else ""))
        return parts

    # -- lines
    def _facts_row(self, lead: str, at: str, given: Any, add: str, kind: str = "", *, optional: bool = False) -> Row:
        given = _maps(given)
        said = [self._fact(f"{at}-{nth}", one, kind, optional or len(given) > 1) for nth, one in enumerate(given)]
        return Row(lead, said=said, add=at if len(said) < LIST_MAX else "", add_label=add, errors=self._errors(at))

    def _fact(self, at: str, one: dict[str, Any], kind: str, can_go: bool) -> Said:
        chosen = one.get("fact", "")
        by_kind: dict[str, list[Option]] = {}
        for name, offer in offers.FACT_OFFERS.items():
            if name == chosen or not kind or kind in offer.kinds:
                title = offers.kind_title(offer.kind) if offer.kind else str(offers.ROOMS["rulebook"])
                by_kind.setdefault(title, []).append(Option(name, str(offer.title), name == chosen))
        groups = (("", (Option("", _("请选择一件事实"), not chosen),)), *((title, tuple(found)) for title, found in by_kind.items()))
        which = Blank(f"d-{at}-fact", _("事实"), groups=groups, errors=self._errors(f"{at}-fact"))
        return self._with_conditions(Said(at, which, can_go=can_go), offers.FACT_OFFERS.get(chosen), one.get("where"), f"{at}-where")

    def _gate_row(self) -> Row:
        chosen = self.raw.get("gate", "")
        by_room: dict[str, list[Option]] = {}
        for name, offer in offers.GATE_OFFERS.items():
            by_room.setdefault(str(offers.ROOMS.get(offer.room, offer.room)), []).append(Option(name, str(offer.title), name == chosen))
        groups = (("", (Option("", _("请选择一道关口"), not chosen),)), *((title, tuple(found)) for title, found in by_room.items()))
        which = Blank("d-gate", _("关口"), groups=groups, errors=self._errors("gate"))
        return Row(_("要办"), said=[self._with_conditions(Said("", which), offers.GATE_OFFERS.get(chosen), self.raw.get("where"), "where")])

    def _with_conditions(self, said: Said, offer: offers.Speakable | None, where: Any, at: str) -> Said:
        if offer is None:
            return said
        where = where if isinstance(where, Mapping) else {}
        said.conditions = [self._chips(f"{at}-{key}", offer.words[key], where[key]) for key in where if key in offer.words]
        said.askable = [Option(f"ask:{at}:{w.key}", str(w.label)) for w in offer.words.values() if w.can_be_asked and w.key not in where]
        return said

    # -- blanks
    def _select(self, at: str, label: str, options: Iterable[tuple[str, Any]], value: Any) -> Blank:
        found = tuple(Option(key, str(text), key == (value or "")) for key, text in options)
        return Blank(f"d-{at}", label, groups=(("", found),), errors=self._errors(at))

    def _text(self, at: str, label: str, value: Any) -> Blank:
        return Blank(f"d-{at}", label, "text", str(value or ""), errors=self._errors(at))

    def _roles(self, at: str, label: str, value: Any) -> Blank:
        return self._select(at, label, [("", _("请选择岗位")), *((seed.code, seed.name) for seed in ROLES)], value)

    def _gates(self, at: str, chosen: Any, kind: str) -> Blank:
        chosen = chosen if isinstance(chosen, list) else []
        fitting = {name: one for name, one in offers.GATE_OFFERS.items() if one.kind and (one.kind == kind or name in chosen)}
        found = tuple(Option(name, str(one.title), name in chosen) for name, one in fitting.items())
        return Blank(f"d-{at}", _("关口"), "chips", groups=(("", found),), errors=self._errors(at))

    def _chips(self, at: str, word: offers.Word, chosen: Any) -> Blank:
        wanted = {str(one).lower() for one in chosen} if isinstance(chosen, list | tuple) else {str(chosen).lower()}
        found = tuple(Option(str(v), str(text), str(v).lower() in wanted) for v, text in word.choices(self.company_id).items())
        return Blank(f"d-{at}", str(word.label), "chips", groups=(("", found),), errors=self._errors(at))

    def _length(self, at: str, timed: Mapping[str, Any]) -> list[Blank]:
        prefix, text = f"{at}-" if at else "", str(timed.get("within") or "")
        try:
            length = when.parse_span(text)
            amount, unit = ("" if length.unit in when.WORDS else str(length.amount)), length.unit.value
        except ValueError:
            amount, _space, unit = text.partition(" ")
        units = [*([("", _("只按约定的时刻"))] if "until" in timed or not text else []), *UNITS.items()]
        blanks = [
            Blank(f"d-{prefix}amount", _("时限"), "number", amount, errors=self._errors(f"{prefix}within")),
            self._select(f"{prefix}unit", _("单位"), units, unit),
        ]
        if "role" not in timed and not at.startswith("chain"):
            kinds = [("", _("按常例计时")), *((kind.value, when.say_calendar(kind)) for kind in when.CalendarKind)]
            blanks.append(self._select(f"{prefix}calendar", _("怎样计时"), kinds, timed.get("calendar")))
        return blanks

    def _until(self, at: str, stage: Mapping[str, Any], opened: list[offers.FactOffer]) -> list[Blank]:
        moments = self._common(opened, offers.MOMENT)
        if not moments:
            return []
        return [self._select(f"{at}-until", _("或事实中约定的时刻"), [("", _("无约定的时刻")), *moments], stage.get("until"))]

    def _common(self, opened: list[offers.FactOffer], kind: str) -> list[tuple[str, str]]:
        if not opened:
            return []
        return [(w.key, str(w.label)) for w in opened[0].of_kind(kind) if all(w.key in one.words for one in opened)]

    def _words(self) -> dict[str, offers.Word]:
        gate = offers.GATE_OFFERS.get(self.raw.get("gate", ""))
        return dict(gate.words) if gate else {}

    def _list(self, key: str) -> list[dict[str, Any]]:
        return _maps(self.raw.get(key))

    def _errors(self, at: str) -> tuple[str, ...]:
        """What is wrong at a place, and at the single values under a list of it."""
        found = []
        for path, messages in self.faults.items():
            if path == at or (path.rpartition("-")[0] == at and path.rpartition("-")[2].isdecimal() and at.rpartition("-")[2] in LISTS):
                self.shown.add(path)
                found += messages
        return tuple(found)


def _maps(given: Any) -> list[dict[str, Any]]:
    """A list of mappings out of whatever was given; a bare name is a fact."""
    return [one if isinstance(one, dict) else {"fact": str(one)} for one in given] if isinstance(given, list) else []


def _percent(share: Any) -> str:
    return f"{share * 100:g}%" if isinstance(share, int | float) else str(share or "")


def mechanisms() -> list[tuple[str, str, str]]:
    """(key, name, what it is for), as one chooses at the beginning."""
    says = {
        "duty": _("一件事发生后，谁须在多久内做什么"),
        "periodic": _("每隔一段时间，从一批对象中抽取去做"),
        "need": _("办一件事之前，某项须符合要求"),
        "fields": _("办一件事之前，哪些项目必填"),
        "window": _("一件事只在某些时段办"),
        "approval": _("办一件事之前，须经谁批准"),
        "coverage": _("一批事中做到的比率须达到多少"),
    }
    return [(key, str(label), says[key]) for key, label in MECHANISMS.items()]

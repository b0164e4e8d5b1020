"""What a company wrote, read into plain JSON that is known to be sound; everything wrong with it, each with its place.

A definition names facts, gates and fields that the rooms offer (`rulebook.offers`) and nothing else. Its place is a path
such as `stages.0.opens.1.where.type`, the same in a form, in a file and in a refusal.

    duty      stages: [{stage, opens, about, owner, person, within | until, calendar, met, voided, blocks}]
    periodic  every, population, share, owner, within, calendar, met
    need      gate, where, demands: [{field, is: filled | one_of | none_of, values}]
    fields    gate, where, fields
    window    gate, where, field ("" is now), from, to, days: all | working
    approval  gate, where, chain: [{role, within}]
    coverage  of, counted, every, target

`opens`, `met`, `voided`, `of` and `counted` are lists of {fact, where}; `where` maps a field to the values it may have.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.org.roles import CODES
from guanjia.rulebook import offers, when

MECHANISMS = {
    "duty": gettext_lazy("时限"),
    "periodic": gettext_lazy("定期"),
    "need": gettext_lazy("关口"),
    "fields": gettext_lazy("必填"),
    "window": gettext_lazy("时段"),
    "approval": gettext_lazy("审批"),
    "coverage": gettext_lazy("指标"),
}
TESTS = {"filled": gettext_lazy("已填写"), "one_of": gettext_lazy("须为"), "none_of": gettext_lazy("不得为")}
DAYS = {"all": gettext_lazy("每天"), "working": gettext_lazy("工作日")}
CALENDARS = {kind.value: kind for kind in when.CalendarKind}
RHYTHMS = ("day", "week", "month", "quarter", "half year", "year")

LIST_MAX, STAGES_MAX = 12, 8
STAGE = re.compile(r"[a-z][a-z0-9_]{0,23}|")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
LONGEST_MINUTES = {
    when.Unit.MINUTE: 1440 * 31,
    when.Unit.HOUR: 24 * 366,
    when.Unit.DAY: 366,
    when.Unit.WEEK: 53,
    when.Unit.MONTH: 12,
    when.Unit.YEAR: 1,
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where, and what cures it."""

    path: str
    message: str


@dataclass
class Reading:
    """A definition as it was understood, and what was not."""

    company_id: UUID | None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, path: str, message: str) -> None:
        self.faults.append(Fault(path, message))

    # -- small parts -------------------------------------------------------------------------------
    def mapping(self, raw: Any, path: str, known: Iterable[str]) -> dict[str, Any]:
        """`raw` as a mapping of known keys; blank values are left out."""
        if not isinstance(raw, Mapping):
            self.fault(path, _("须为一组「键: 值」。"))
            return {}
        known = tuple(known)
        for key in raw:
            if key not in known:
                self.fault(_under(path, str(key)), _("不认识「%(key)s」，可用：%(known)s。") % {"key": key, "known": "、".join(known)})
        return {key: raw[key] for key in known if not _is_blank(raw.get(key))}

    def items(self, raw: Any, path: str, most: int = LIST_MAX) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.fault(path, _("须为列表。"))
            return []
        if len(raw) > most:
            self.fault(path, _("最多 %(most)d 项。") % {"most": most})
        return list(raw)[:most]

    def one_of(self, raw: Any, path: str, known: Iterable[str], missing: str) -> str:
        if _is_blank(raw):
            self.fault(path, missing)
        elif not isinstance(raw, str) or raw not in known:
            self.fault(path, _("没有「%(value)s」这一项。") % {"value": _short(raw)})
        else:
            return raw
        return ""

    # -- conditions and facts ------------------------------------------------------------------------
    def where(self, raw: Any, path: str, of: offers.Speakable) -> dict[str, list[Any]]:
        """Field -> the values it may have, each one of its choices."""
        if _is_blank(raw):
            return {}
        if not isinstance(raw, Mapping):
            self.fault(path, _("条件须写作「字段: [值]」。"))
            return {}
        found = {}
        for key in sorted(map(str, raw)):
            word, here = of.words.get(key), _under(path, key)
            if word is None or not word.can_be_asked:
                askable = "、".join(str(w.label) for w in of.words.values() if w.can_be_asked)
                self.fault(
                    here,
                    _("「%(title)s」没有可作条件的字段「%(key)s」；可用：%(known)s。")
                    % {"title": of.title, "key": _short(key), "known": askable or _("无")},
                )
                continue
            values = self.values(raw.get(key), here, word)
            if values:
                found[key] = values
        return found

    def values(self, raw: Any, path: str, word: offers.Word) -> list[Any]:
        """The values among the choices of a word, in the order of the choices."""
        given = [raw] if isinstance(raw, str | bool | int) else self.items(raw, path, 200)
        choices = word.choices(self.company_id)
        by_text = {str(value).lower(): value for value in choices}
        wanted = set()
        for one in given:
            if isinstance(one, str | bool | int) and str(one).lower() in by_text:
                wanted.add(by_text[str(one).lower()])
            else:
                self.fault(path, _("「%(label)s」没有「%(value)s」这个值。") % {"label": word.label, "value": _short(one)})
        if not given:
            self.fault(path, _("请选择「%(label)s」的值。") % {"label": word.label})
        return [value for value in choices if value in wanted]

    def facts(self, raw: Any, path: str, missing: str = "") -> list[dict[str, Any]]:
        found = []
        given = [raw] if isinstance(raw, str) and raw else self.items(raw, path)
        for number, one in enumerate(given):
            here = _under(path, number)
            one = {"fact": one} if isinstance(one, str) else one
            read = self.mapping(one, here, ("fact", "where"))
            name = self.one_of(read.get("fact"), _under(here, "fact"), offers.FACT_OFFERS, _("请选择一件事实。"))
            if name:
                where = self.where(read.get("where"), _under(here, "where"), offers.FACT_OFFERS[name])
                found.append({"fact": name, **({"where": where} if where else {})})
        if missing and not given:
            self.fault(path, missing)
        return found

    def gates(self, raw: Any, path: str) -> list[str]:
        found = []
        for number, one in enumerate([raw] if isinstance(raw, str) and raw else self.items(raw, path)):
            name = self.one_of(one, _under(path, number), offers.GATE_OFFERS, _("请选择一道关口。"))
            if name and name not in found:
                found.append(name)
        return found

    # -- time and people -------------------------------------------------------------------------------
    def length(self, raw: Any, path: str) -> str:
        """A length of time in the handbook's form, not absurdly long."""
        try:
            length = when.parse_span(str(raw))
        except ValueError:
            self.fault(path, _("「%(text)s」不是时限；请写「30 minutes」「3 days」「same day」等。") % {"text": _short(raw)})
            return ""
        if length.amount > LONGEST_MINUTES.get(length.unit, 1):
            self.fault(path, _("时限最长一年：「%(length)s」没有意义。") % {"length": length.say()})
            return ""
        return str(length)

    def calendar(self, raw: Any, path: str) -> str:
        if _is_blank(raw):
            return ""
        try:
            return when.parse_calendar(str(raw)).value
        except ValueError:
            self.fault(path, _("「%(text)s」不是日历；可用：%(known)s。") % {"text": _short(raw), "known": "、".join(CALENDARS)})
            return ""

    def every(self, raw: Any, path: str) -> str:
        return self.one_of(raw, path, RHYTHMS, _("请选择多久一次。"))

    def share(self, raw: Any, path: str) -> float | None:
        try:
            share = round(float(str(raw).removesuffix("%")) / (100 if str(raw).endswith("%") else 1), 4)
        except (TypeError, ValueError):
            share = -1.0
        if not 0 < share <= 1:
            self.fault(path, _("须为大于 0、不超过 1 的比率，如 0.9 或 90%。"))
            return None
        return share

    def time(self, raw: Any, path: str) -> str:
        text = str(raw or "")
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 < raw <= 1440:  # how YAML reads 20:00 without quotes
            text = f"{raw // 60:02d}:{raw % 60:02d}"
        if not TIME.fullmatch(text):
            self.fault(path, _("须为「08:00」这样的时刻。"))
            return ""
        return text


def read(raw: Any, company_id: UUID | None) -> tuple[dict[str, Any], list[Fault]]:
    """The definition in its one canonical form, and every fault; with faults the form may have holes."""
    reading = Reading(company_id)
    if not isinstance(raw, Mapping):
        reading.fault("", _("须为一组「键: 值」。"))
        return {}, reading.faults
    mechanism = reading.one_of(raw.get("mechanism"), "mechanism", MECHANISMS, _("请选择规则的类别。"))
    definition: dict[str, Any] = {"mechanism": mechanism}
    if mechanism:
        definition |= READERS[mechanism](reading, {key: value for key, value in raw.items() if key != "mechanism"})
    return definition, reading.faults


# -- one mechanism each ------------------------------------------------------------------------------
def _duty(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("stages",))
    stages, names = [], set()
    for number, one in enumerate(reading.items(given.get("stages"), "stages", STAGES_MAX)):
        stage = _stage(reading, one, f"stages.{number}")
        if stage["stage"] in names:
            reading.fault(f"stages.{number}.stage", _("每个时钟的代号须各不相同。"))
        names.add(stage["stage"])
        stages.append(stage)
    if not stages:
        reading.fault("stages", _("至少写一个时限。"))
    return {"stages": stages}


STAGE_KEYS = ("stage", "opens", "about", "owner", "person", "within", "until", "calendar", "met", "voided", "blocks")


def _stage(reading: Reading, raw: Any, path: str) -> dict[str, Any]:
    given = reading.mapping(raw, path, STAGE_KEYS)
    name = str(given.get("stage", ""))
    if not STAGE.fullmatch(name):
        reading.fault(f"{path}.stage", _("代号用小写字母、数字和下划线，最多 24 个，以字母开头。"))
        name = ""
    opens = reading.facts(given.get("opens"), f"{path}.opens", _("请选择因何产生。"))
    met = reading.facts(given.get("met"), f"{path}.met", _("请选择以何为凭办妥。"))
    stage: dict[str, Any] = {"stage": name, "opens": opens, "met": met}
    if voided := reading.facts(given.get("voided"), f"{path}.voided"):
        stage["voided"] = voided
    if blocks := reading.gates(given.get("blocks"), f"{path}.blocks"):
        stage["blocks"] = blocks
    stage["owner"] = reading.one_of(given.get("owner"), f"{path}.owner", CODES, _("请选择由谁负责。"))
    openings = [offers.FACT_OFFERS[one["fact"]] for one in opens]
    _choose(reading, stage, given, "about", path, _common_kinds(openings), _("产生它的事实并不都涉及这一对象。"))
    _choose(reading, stage, given, "person", path, _common_words(openings, offers.PERSON), _("产生它的事实没有指定这个人。"))
    _choose(reading, stage, given, "until", path, _common_words(openings, offers.MOMENT), _("产生它的事实没有这个时刻。"))
    if "" in _common_kinds(openings) and "about" not in stage:
        reading.fault(f"{path}.about", _("请写明针对哪类对象。"))
    if "within" in given:
        stage["within"] = reading.length(given["within"], f"{path}.within")
    if "within" not in given and "until" not in given:
        reading.fault(f"{path}.within", _("请写明时限，或选择事实中约定的时刻。"))
    if "within" in given and (calendar := reading.calendar(given.get("calendar"), f"{path}.calendar")):
        stage["calendar"] = calendar
    return stage


def _choose(reading: Reading, stage: dict, given: Mapping, key: str, path: str, known: Iterable[str], wrong: str) -> None:
    if key not in given:
        return
    if isinstance(given[key], str) and given[key] in set(known):
        stage[key] = given[key]
    else:
        reading.fault(f"{path}.{key}", wrong)


def _periodic(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("every", "population", "share", "owner", "within", "calendar", "met"))
    definition: dict[str, Any] = {
        "every": reading.every(given.get("every"), "every"),
        "population": reading.one_of(given.get("population"), "population", offers.POPULATIONS, _("请选择从哪些对象中抽取。")),
        "owner": reading.one_of(given.get("owner"), "owner", CODES, _("请选择由谁负责。")),
        "met": reading.facts(given.get("met"), "met", _("请选择以何为凭办妥。")),
    }
    share = reading.share(given.get("share", 1), "share")
    definition["share"] = 1.0 if share is None else share
    if "within" in given:
        definition["within"] = reading.length(given["within"], "within")
    else:
        reading.fault("within", _("请写明时限。"))
    if calendar := reading.calendar(given.get("calendar"), "calendar"):
        definition["calendar"] = calendar
    return definition


def _need(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("gate", "where", "demands"))
    definition, gate = _at_gate(reading, given)
    demands = []
    for number, one in enumerate(reading.items(given.get("demands"), "demands")):
        path = f"demands.{number}"
        said = reading.mapping(one, path, ("field", "is", "values"))
        word = _word(reading, said.get("field"), f"{path}.field", gate)
        test = reading.one_of(said.get("is", "filled"), f"{path}.is", TESTS, "")
        if word is None or not test:
            continue
        demand = {"field": word.key, "is": test}
        if test != "filled" and not word.can_be_asked:
            reading.fault(f"{path}.is", _("「%(label)s」没有固定的选项，只能要求已填写。") % {"label": word.label})
        elif test != "filled":
            demand["values"] = reading.values(said.get("values"), f"{path}.values", word)
        demands.append(demand)
    if not given.get("demands"):
        reading.fault("demands", _("请写明要求什么。"))
    return definition | {"demands": demands}


def _fields(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("gate", "where", "fields"))
    definition, gate = _at_gate(reading, given)
    found = []
    for number, key in enumerate(reading.items(given.get("fields"), "fields", 30)):
        word = _word(reading, key, f"fields.{number}", gate)
        if word is not None and word.key not in found:
            found.append(word.key)
    if not given.get("fields"):
        reading.fault("fields", _("请选择必填的项目。"))
    return definition | {"fields": found}


def _window(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("gate", "where", "field", "from", "to", "days"))
    definition, gate = _at_gate(reading, given)
    if "field" in given:
        word = _word(reading, given["field"], "field", gate)
        if word is not None and word.kind != offers.MOMENT:
            reading.fault("field", _("「%(label)s」不是时刻。") % {"label": word.label})
        elif word is not None:
            definition["field"] = word.key
    start, end = reading.time(given.get("from"), "from"), reading.time(given.get("to"), "to")
    if start and end and start >= end:
        reading.fault("to", _("须晚于开始时刻。"))
    days = reading.one_of(given.get("days", "all"), "days", DAYS, "")
    return definition | {"from": start, "to": end, "days": days}


def _approval(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("gate", "where", "chain"))
    definition, _gate = _at_gate(reading, given)
    chain = []
    for number, one in enumerate(reading.items(given.get("chain"), "chain", 5)):
        path = f"chain.{number}"
        step = reading.mapping(one, path, ("role", "within"))
        role = reading.one_of(step.get("role"), f"{path}.role", CODES, _("请选择由谁审批。"))
        chain.append({"role": role, "within": reading.length(step.get("within", "2 days"), f"{path}.within")})
    if not chain:
        reading.fault("chain", _("至少要有一级审批。"))
    return definition | {"chain": chain}


def _coverage(reading: Reading, raw: Mapping[str, Any]) -> dict[str, Any]:
    given = reading.mapping(raw, "", ("of", "counted", "every", "target"))
    definition: dict[str, Any] = {
        "of": reading.facts(given.get("of"), "of", _("请选择以哪些事实为分母。")),
        "counted": reading.facts(given.get("counted"), "counted", _("请选择以哪些事实为分子。")),
        "every": reading.every(given.get("every"), "every"),
    }
    if "target" in given and (target := reading.share(given["target"], "target")) is not None:
        definition["target"] = target
    return definition


def _at_gate(reading: Reading, given: Mapping[str, Any]) -> tuple[dict[str, Any], offers.GateOffer | None]:
    name = reading.one_of(given.get("gate"), "gate", offers.GATE_OFFERS, _("请选择一道关口。"))
    gate = offers.GATE_OFFERS.get(name)
    definition: dict[str, Any] = {"gate": name}
    if gate is not None and (where := reading.where(given.get("where"), "where", gate)):
        definition["where"] = where
    return definition, gate


def _word(reading: Reading, key: Any, path: str, gate: offers.GateOffer | None) -> offers.Word | None:
    if gate is None:
        return None
    if _is_blank(key):
        reading.fault(path, _("请选择一项。"))
    elif not isinstance(key, str) or key not in gate.words:
        reading.fault(path, _("「%(title)s」没有「%(key)s」这一项。") % {"title": gate.title, "key": _short(key)})
    else:
        return gate.words[key]
    return None


READERS = {
    "duty": _duty,
    "periodic": _periodic,
    "need": _need,
    "fields": _fields,
    "window": _window,
    "approval": _approval,
    "coverage": _coverage,
}


def _common_kinds(openings: list[offers.FactOffer]) -> set[str]:
    return set.intersection(*(set(one.kinds) for one in openings)) if openings else set()


def _common_words(openings: list[offers.FactOffer], kind: str) -> set[str]:
    return set.intersection(*({word.key for word in one.of_kind(kind)} for one in openings)) if openings else set()


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _short(value: Any) -> str:
    return str(value)[:60]


def _under(path: str, key: Any) -> str:
    return f"{path}.{key}" if path else str(key)

"""A definition in sentences that a manager reads: 「当诉求已登记（类型：报修），客服主管须在 30 分钟内…」."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.org.roles import ROLES
from guanjia.rulebook import offers, when

from .compiling import say_demand
from .definition import DAYS


def sentences(definition: dict[str, Any], company_id: UUID | None) -> list[str]:
    """The rule in as many sentences as it has parts; [] for one without a mechanism."""
    say = SAYERS.get(definition.get("mechanism", ""))
    return list(say(definition, company_id)) if say else []


def _duty(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    for stage in definition.get("stages", ()):
        parts = {
            "opened": facts(stage["opens"], company_id),
            "who": role(stage["owner"]),
            "time": time_allowed(stage),
            "met": facts(stage["met"], company_id),
        }
        yield _("当%(opened)s，%(who)s须在%(time)s%(met)s。") % parts
        if stage.get("blocks"):
            yield _("未办妥前，不得%(gates)s。") % {"gates": "、".join(offers.gate_title(gate) for gate in stage["blocks"])}
        if stage.get("voided"):
            yield _("若%(voided)s，即取消。") % {"voided": facts(stage["voided"], company_id)}


def _periodic(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    population = offers.POPULATIONS.get(definition["population"])
    yield _("每%(every)s从%(population)s中抽取 %(share)s，%(who)s须在%(time)s%(met)s。") % {
        "every": every(definition["every"]),
        "population": population.title if population else definition["population"],
        "share": f"{definition['share']:.0%}",
        "who": role(definition["owner"]),
        "time": time_allowed(definition),
        "met": facts(definition["met"], company_id),
    }


def _need(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    gate = offers.GATE_OFFERS[definition["gate"]]
    wanted = "".join(say_demand(gate.words[one["field"]], one, company_id) for one in definition["demands"])
    yield _("%(gate)s前：%(wanted)s") % {"gate": at_gate(definition, company_id), "wanted": wanted}


def _fields(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    gate = offers.GATE_OFFERS[definition["gate"]]
    labels = "、".join(str(gate.words[key].label) for key in definition["fields"])
    yield _("%(gate)s前须填写：%(labels)s。") % {"gate": at_gate(definition, company_id), "labels": labels}


def _window(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    gate = offers.GATE_OFFERS[definition["gate"]]
    moment = gate.words[definition["field"]].label if definition.get("field") else _("办理时刻")
    yield _("%(gate)s：%(moment)s须在%(days)s %(start)s—%(end)s 之间。") % {
        "gate": at_gate(definition, company_id),
        "moment": moment,
        "days": DAYS[definition["days"]],
        "start": definition["from"],
        "end": definition["to"],
    }


def _approval(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    chain = _("，再经").join(role(one["role"]) for one in definition["chain"])
    yield _("%(gate)s须经%(chain)s批准。") % {"gate": at_gate(definition, company_id), "chain": chain}


def _coverage(definition: dict[str, Any], company_id: UUID | None) -> Iterable[str]:
    said = _("每%(every)s，%(of)s的，其中%(counted)s的比率") % {
        "every": every(definition["every"]),
        "of": facts(definition["of"], company_id),
        "counted": facts(definition["counted"], company_id),
    }
    yield said + (_("须达到 %(target)s。") % {"target": f"{definition['target']:.0%}"} if definition.get("target") else "。")


SAYERS = {
    "duty": _duty,
    "periodic": _periodic,
    "need": _need,
    "fields": _fields,
    "window": _window,
    "approval": _approval,
    "coverage": _coverage,
}


def facts(given: Iterable[dict[str, Any]], company_id: UUID | None) -> str:
    said = []
    for one in given:
        offer = offers.FACT_OFFERS.get(one["fact"])
        if offer is not None:
            said.append(f"「{offer.title}」" + conditions(offer, one.get("where", {}), company_id))
    return _("或").join(said)


def conditions(of: offers.Speakable, where: dict[str, Any], company_id: UUID | None) -> str:
    """（类型：报修；紧急：高）, or ""."""
    said = []
    for key, values in where.items():
        word = of.words.get(key)
        if word is not None:
            choices = word.choices(company_id)
            said.append(_("%(label)s：%(values)s") % {"label": word.label, "values": "、".join(str(choices.get(v, v)) for v in values)})
    return _("（%(conditions)s）") % {"conditions": "；".join(said)} if said else ""


def at_gate(definition: dict[str, Any], company_id: UUID | None) -> str:
    gate = offers.GATE_OFFERS[definition["gate"]]
    return f"「{gate.title}」" + conditions(gate, definition.get("where", {}), company_id)


def time_allowed(timed: dict[str, Any]) -> str:
    """「30 分钟内（昼夜连续计时）」, 「约定的时刻前」."""
    if not timed.get("within"):
        return _("约定的时刻前")
    length = when.parse_span(timed["within"])
    kind = when.CalendarKind(timed["calendar"]) if timed.get("calendar") else length.usual_calendar
    text = _("%(length)s内（%(calendar)s）") % {"length": length.say(), "calendar": when.say_calendar(kind)}
    return text + (_("、约定的时刻前") if timed.get("until") else "")


def role(code: str) -> str:
    return next((str(seed.name) for seed in ROLES if seed.code == code), code)


def every(rhythm: str) -> str:
    return {
        "day": _("天"),
        "week": _("周"),
        "month": _("月"),
        "quarter": _("季度"),
        "half year": _("半年"),
        "year": _("年"),
    }.get(rhythm, rhythm)

"""Ladders: what is done, and to whom, while the time of an obligation runs out and after.

A ladder is data (`ladders.yaml`, or a parameter of the clause): rungs with a moment, a deed and somebody. Here its words
become values and the moments of an obligation; `climbing` climbs. Everything is pure: no rows are read.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.worktime import WorkCalendar
from guanjia.org.roles import CODES

from . import when
from .catalogue import load
from .inforce import LIVE, InForce
from .parameters import HOUSE
from .when import CalendarKind, Length, Unit

WARN, REMIND, ESCALATE = "warn", "remind", "escalate"
OWNER, SUPERIOR = "owner", "superior"
OVERDUE_BIT = 1  # in `Obligation.climbed`; the rungs follow from bit 1 on
RUNGS_MAX = 14
KEY = "ladder"  # the parameter of a clause that names or holds its ladder

_EXACT = {
    Unit.MINUTE: timedelta(minutes=1),
    Unit.HOUR: timedelta(hours=1),
    Unit.DAY: timedelta(days=1),
    Unit.WEEK: timedelta(weeks=1),
    Unit.MONTH: timedelta(days=30),
    Unit.YEAR: timedelta(days=365),
}


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: when (a share of the time, or how long after it), what, whom.

    `levels` counts roles above the owner's; `role` names one instead; neither means the owner.
    """

    step: int
    share: Fraction | None
    after: timedelta
    does: str
    levels: int = 0
    role: str = ""
    loud: bool = False
    least: timedelta = timedelta()
    at: str = ""
    to: str = OWNER

    @property
    def bit(self) -> int:
        return 1 << self.step

    @property
    def waits(self) -> bool:
        """True where quiet hours hold it back."""
        return not self.loud and self.does != ESCALATE


@dataclass(frozen=True)
class Ladder:
    """A name ("" for one of a project's own) and the rungs from below."""

    name: str
    rungs: tuple[Rung, ...]


# -- reading -------------------------------------------------------------------------------------
@cache
def _book() -> dict[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "ladders.yaml").read_text(encoding="utf-8"))


@cache
def ladders() -> dict[str, Ladder]:
    """The ladders of the package by name."""
    return {name: parse(rungs, name) for name, rungs in _book()["ladders"].items()}


def parse(given: Any, name: str = "") -> Ladder:
    """The ladder that a list of rungs describes. ValueError says, in Chinese, everything that is wrong with it."""
    if not isinstance(given, list) or not given or len(given) > RUNGS_MAX:
        raise ValueError(_("阶梯须有 1 至 %(most)d 级。") % {"most": RUNGS_MAX})
    rungs, faults = [], []
    for step, one in enumerate(given, start=1):
        try:
            rungs.append(_rung(step, one))
        except ValueError as no:
            faults.append(_("第 %(step)d 级：%(fault)s") % {"step": step, "fault": no})
    if faults:
        raise ValueError("".join(faults))
    return Ladder(name, tuple(rungs))


def _rung(step: int, one: Any) -> Rung:
    if not isinstance(one, dict) or not set(one) <= {"at", "does", "to", "loud", "least"}:
        raise ValueError(_("只能写 at、does、to、loud、least。"))
    at, does, to = str(one.get("at", "")), str(one.get("does", "")), str(one.get("to", OWNER))
    if does not in (WARN, REMIND, ESCALATE):
        raise ValueError(_("does 须为 warn、remind 或 escalate。"))
    share, after = _moment(at)
    if (share is not None) != (does == WARN):
        raise ValueError(_("预先提醒（warn）须在到期之前，其余须在到期之时或之后。"))
    levels, role = _whom(to)
    if (to == OWNER) == (does == ESCALATE):
        raise ValueError(_("上报（escalate）须给上级或某个角色，提醒须给责任人。"))
    least = _length(str(one["least"])) if "least" in one else timedelta()
    return Rung(step, share, after, does, levels, role, bool(one.get("loud", False)), least, at, to)


def _moment(at: str) -> tuple[Fraction | None, timedelta]:
    if at == "due":
        return None, timedelta()
    if "/" in at:
        try:
            share = Fraction(at)
        except (ValueError, ZeroDivisionError):
            share = Fraction(0)
        if not 0 < share < 1:
            raise ValueError(_("时限的份额须在 0 与 1 之间，如 3/4。"))
        return share, timedelta()
    return None, _length(at)


def _length(text: str) -> timedelta:
    try:
        length = when.parse_span(text)
        return _EXACT[length.unit] * length.amount
    except (ValueError, KeyError):
        raise ValueError(_("时间写作「3/4」「due」「2 hours」等形式：%(text)s") % {"text": text}) from None


def _whom(to: str) -> tuple[int, str]:
    if to == OWNER:
        return 0, ""
    word, _space, number = to.partition(" ")
    if word == SUPERIOR and (not number or (number.isdecimal() and 1 <= int(number) <= 5)):
        return int(number or 1), ""
    if to in CODES:
        return 0, to
    raise ValueError(_("没有这个对象：%(to)s") % {"to": to})


# -- which ladder --------------------------------------------------------------------------------
@cache
def chosen(rule: str, stage: str = "") -> str:
    """The name of the ladder that a clause climbs where its project says nothing."""
    clause = load().get(rule)
    for name, what in _book()["chosen"].items():
        if {rule, f"{rule}/{stage}"} & set(what.get("clauses", ())) or (clause and clause.subject in what.get("subjects", ())):
            return name
    return "ordinary"


def ladder_of(rule: str, stage: str, project_id: UUID, at: datetime, rules: InForce = LIVE) -> Ladder:
    """The ladder of a clause in a project for obligations opened at that moment."""
    given = rules.value(rule, KEY, project_id, at) or chosen(rule, stage)
    if isinstance(given, str):
        return ladders().get(given) or ladders()["ordinary"]
    return parse(given)


# -- quiet hours ---------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class QuietHours:
    """From one time of day to another, over midnight or not; equal times mean none."""

    starts: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """ "21:00-08:00", or "" for none. ValueError for anything else."""
        if not text:
            return cls(time(), time())
        starts, _dash, ends = text.partition("-")
        return cls(time.fromisoformat(starts.strip()), time.fromisoformat(ends.strip()))

    def over(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the quiet hours in which it lies."""
        local = timezone.localtime(moment)
        clock = local.time()
        if self.starts <= self.ends:
            quiet = self.starts <= clock < self.ends
            return self._end(local) if quiet else moment
        if clock >= self.starts:
            return self._end(local + timedelta(days=1))
        return self._end(local) if clock < self.ends else moment

    def _end(self, local: datetime) -> datetime:
        return local.replace(hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0)


NEVER_QUIET = QuietHours(time(), time())


@cache
def _quiet(text: str) -> QuietHours:
    return QuietHours.parse(text)


def quiet_hours(project_id: UUID, at: datetime, rules: InForce = LIVE) -> QuietHours:
    """The quiet hours of a project on that day."""
    return _quiet(str(rules.value(HOUSE, "quiet_hours", project_id, at) or ""))


def quiet_text(project_id: UUID, at: datetime, rules: InForce = LIVE) -> str:
    """The quiet hours of a project as people read them: 「21:00-08:00」."""
    return str(rules.value(HOUSE, "quiet_hours", project_id, at) or "") or _("无")


def sends_messages(project_id: UUID, at: datetime, rules: InForce = LIVE) -> bool:
    """True where what people are told also goes out as a short message."""
    return bool(rules.value(HOUSE, "notice_sms", project_id, at))


# -- moments -------------------------------------------------------------------------------------
def moment_of(rung: Rung, obligation: Any, calendar: Callable[[], WorkCalendar]) -> datetime:
    """When a rung comes, quiet hours aside."""
    if rung.share is None:
        return obligation.due_at + rung.after
    allowed = obligation.due_at - obligation.starts_at
    if obligation.calendar in (CalendarKind.SERVICE, CalendarKind.WORKING):
        ticks = _ticks(obligation, calendar())
        counted = ticks.between(obligation.starts_at, obligation.due_at)
        if counted:
            return ticks.add(obligation.starts_at, counted * rung.share.numerator / rung.share.denominator)
    return obligation.starts_at + allowed * rung.share.numerator / rung.share.denominator


def _ticks(obligation: Any, calendar: WorkCalendar) -> WorkCalendar:
    if obligation.calendar == CalendarKind.SERVICE:
        return calendar
    length: Length | None = when.parse_span(obligation.length) if obligation.length else None
    return calendar.only_workdays if length is not None and length.unit in when.EXACT else calendar.whole_workdays


def rungs_of(obligation: Any, ladder: Ladder) -> list[Rung]:
    """The rungs that this obligation climbs: none that is too long for its time; none upward where an outsider owes it."""
    allowed = obligation.due_at - obligation.starts_at
    rungs = [rung for rung in ladder.rungs if allowed >= rung.least]
    return [rung for rung in rungs if rung.does != ESCALATE] if obligation.owed_by else rungs


def next_moment(obligation: Any, ladder: Ladder, quiet: QuietHours, calendar: Callable[[], WorkCalendar]) -> datetime | None:
    """When something is next to be done about an obligation; None when its ladder is climbed."""
    moments = [] if obligation.climbed & OVERDUE_BIT else [obligation.due_at]
    for rung in rungs_of(obligation, ladder):
        if not obligation.climbed & rung.bit:
            moment = moment_of(rung, obligation, calendar)
            moments.append(quiet.over(moment) if rung.waits else moment)
    return min(moments, default=None)


def plan(obligation: Any, rules: InForce = LIVE) -> datetime | None:
    """Set `next_rung_at` from the obligation's due time and what it has climbed; returns it.

    Whoever opens an obligation or moves its due time calls this and saves `next_rung_at` with it. What was climbed stays
    climbed. Set None instead while its clock stands still.
    """
    if obligation.met_at or obligation.voided_at:
        obligation.next_rung_at = None
        return None
    ladder = ladder_of(obligation.rule, obligation.stage, obligation.project_id, obligation.opened_at, rules)
    quiet = quiet_hours(obligation.project_id, obligation.opened_at, rules)
    obligation.next_rung_at = next_moment(obligation, ladder, quiet, lambda: rules.calendar(obligation.project_id))
    return obligation.next_rung_at


# -- in words ------------------------------------------------------------------------------------
def say_when(rung: Rung) -> str:
    """When a rung comes, in words: 「时限过 3/4」「到期」「逾期 2 小时」."""
    if rung.share is not None:
        return _("时限过 %(share)s") % {"share": rung.at}
    return _("逾期 %(length)s") % {"length": when.parse_span(rung.at).say()} if rung.after else _("到期")


def say_deed(does: str) -> str:
    """What a rung does, in a word."""
    return {WARN: _("预先提醒"), REMIND: _("催办"), ESCALATE: _("上报")}.get(does, does)


def say_whom(rung: Rung, role_name: Callable[[str], str]) -> str:
    """Whom a rung turns to, in words."""
    if rung.role:
        return _(role_name(rung.role))
    if not rung.levels:
        return _("责任人")
    return _("上级") if rung.levels == 1 else _("上 %(levels)d 级") % {"levels": rung.levels}


def name_of(ladder: Ladder) -> str:
    """What a ladder is called."""
    return {"ordinary": _("一般"), "complaint": _("投诉"), "danger": _("险情")}.get(ladder.name, ladder.name) or _("项目自定")

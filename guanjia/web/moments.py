"""How moments and spans of time are said, and how a promise stands against the clock.

Pure: every function is given `now`. `static/web/js/countdown.js` says the same words in the browser; it takes them from
`words()`, so a sentence is written and translated once.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from typing import ClassVar

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

MINUTE, HOUR, DAY = 60, 3600, 86400
SOON_SHARE = 0.25  # the last quarter of the time given is "soon" …
SOON_AT_LEAST = 10 * MINUTE  # … and so are the last ten minutes of anything
SOON_UNKNOWN = HOUR  # when nobody says how much time was given
MOMENTS = ("due", "opened", "starts", "met", "voided", "paused", "runs_on")  # what a countdown looks at; objects carry them with _at


def words() -> dict[str, str]:
    """The sentences the countdown is made of, in the current language."""
    return _words_in(get_language())


@cache
def _words_in(language: str) -> dict[str, str]:
    return {
        "left": _("剩 %(span)s"),
        "late": _("逾期 %(span)s"),
        "days": _("%(days)s天"),
        "days_hours": _("%(days)s天%(hours)s小时"),
        "hours": _("%(hours)s小时"),
        "hours_minutes": _("%(hours)s小时%(minutes)s分"),
        "minutes": _("%(minutes)s分钟"),
        "minutes_seconds": _("%(minutes)s分%(seconds)s秒"),
        "seconds": _("%(seconds)s秒"),
    }


def span(length: timedelta) -> str:
    """A length of time in at most two units: 3天5小时, 2小时14分, 34分钟, 4分05秒. Always floored, never negative."""
    total = max(0, int(abs(length).total_seconds()))
    days, rest = divmod(total, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    if days >= 10 or (days and not hours):
        key = "days"
    elif days:
        key = "days_hours"
    elif hours:
        key = "hours_minutes" if minutes else "hours"
    elif minutes >= 10:
        key = "minutes"
    elif minutes:
        key = "minutes_seconds"
    else:
        key = "seconds"
    padded = f"{seconds:02d}" if minutes else str(seconds)
    return words()[key] % {"days": days, "hours": hours, "minutes": minutes, "seconds": padded}


def moment(at: datetime, now: datetime) -> str:
    """今天 00:12, 昨天 23:50, 明天 08:00, 3月5日 09:00, 2025年3月2日 09:00 — in the current time zone."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    clock = f"{at:%H:%M}"
    nearby = _nearby_in(get_language()).get((at.date() - now.date()).days)
    return nearby % {"clock": clock} if nearby else f"{day(at, now)} {clock}"


@cache
def _nearby_in(language: str) -> dict[int, str]:
    return {0: _("今天 %(clock)s"), -1: _("昨天 %(clock)s"), 1: _("明天 %(clock)s")}


def day(at: datetime, now: datetime) -> str:
    """3月5日, or with the year when it is another one."""
    at, now = timezone.localtime(at), timezone.localtime(now)
    return _day_in(get_language(), at.date(), at.year == now.year)


@lru_cache(4096)
def _day_in(language: str, day: date, is_this_year: bool) -> str:
    return date_format(day, _("n月j日") if is_this_year else _("Y年n月j日"))


def full(at: datetime) -> str:
    """2026年3月2日 星期一 00:12, for titles and tooltips."""
    return _full_in(get_language(), timezone.localtime(at).replace(tzinfo=None))


@lru_cache(4096)
def _full_in(language: str, local: datetime) -> str:
    return date_format(local, _("Y年n月j日 l H:i"))


@dataclass(frozen=True)
class Countdown:
    """One promise at one moment: its phase, its words and how much of its time is used up.

    `phase` is one of running, soon, late, chase (late, but an outsider owes it), met, met-late, paused, sleeping, void, open (no
    due time known). `runs_on`: when a paused clock runs on by itself; the due time is reckoned to that moment.
    """

    now: datetime
    due: datetime | None = None
    opened: datetime | None = None
    starts: datetime | None = None
    met: datetime | None = None
    voided: datetime | None = None
    paused: datetime | None = None
    runs_on: datetime | None = None
    watched: bool = False

    SIGNS: ClassVar = {
        "running": "clock",
        "soon": "hourglass",
        "late": "warn",
        "chase": "bell",
        "met": "done",
        "met-late": "done",
        "paused": "pause",
        "sleeping": "sleep",
        "void": "minus",
        "open": "clock",
    }

    @cached_property
    def phase(self) -> str:
        if self.voided:
            return "void"
        if self.met:
            return "met-late" if self.due and self.met > self.due else "met"
        if self.starts and self.starts > self.now:
            return "sleeping"
        if self.due is None:
            return "open"
        if self.paused and not (self.runs_on and self.runs_on <= self.now):
            return "paused"
        if self.now > self.due:
            return "chase" if self.watched else "late"
        return "soon" if (self.due - self.now).total_seconds() <= self.soon_seconds else "running"

    @property
    def words(self) -> str:
        match self.phase:
            case "void":
                return _("不再需要")
            case "met":
                return _("按时完成")
            case "met-late":
                return _("迟%(span)s完成") % {"span": span(self.met - self.due)}
            case "sleeping":
                return _("%(moment)s起算") % {"moment": moment(self.starts, self.now)}
            case "open":
                return _("未定时限")
            case "paused" if self.paused > self.due:
                return _("暂停中，已逾期")
            case "paused":
                return _("暂停中，剩 %(span)s") % {"span": span(self.due - (self.runs_on or self.paused))}
            case "chase":
                return _("催促对方，已过 %(span)s") % {"span": span(self.now - self.due)}
            case "late":
                return words()["late"] % {"span": span(self.now - self.due)}
        return words()["left"] % {"span": span(self.due - self.now)}

    @property
    def used(self) -> int | None:
        """Per cent of the time given that is gone, while that still matters; None when it does not or is unknown."""
        begun = self.starts or self.opened
        if self.due is None or begun is None or self.due <= begun or self.phase not in ("running", "soon", "paused"):
            return None
        end, due = self.now, self.due
        if self.phase == "paused":
            end, due = self.paused, self.due - ((self.runs_on or self.paused) - self.paused)
        return round(100 * min(1.0, max(0.0, (end - begun) / (due - begun)))) if due > begun else None

    @property
    def soon_seconds(self) -> int:
        begun = self.starts or self.opened
        if begun is None or self.due is None:
            return SOON_UNKNOWN
        given = (self.due - begun).total_seconds()
        return int(max(given * SOON_SHARE, min(SOON_AT_LEAST, given / 2)))

    @property
    def sign(self) -> str:
        return self.SIGNS[self.phase]

    @property
    def ticks(self) -> bool:
        return self.phase in ("running", "soon", "late")

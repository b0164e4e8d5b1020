"""Days that people can mean: nobody was born tomorrow, and nobody moves in fifty years ahead. Pure."""

from datetime import date

from django.utils.translation import gettext as _

from guanjia.kernel.errors import Reason

OLDEST_BIRTH = date(1900, 1, 1)
OLDEST_ENTRY = date(1950, 1, 1)  # no estate that anybody looks after is older
YEARS_AHEAD = 2  # sold off the plan and handed over when built
LEASE_YEARS = 20  # the civil code's longest lease


def odd_birth(born: date | None, today: date) -> list[Reason]:
    """Why nobody who is served can be born on that day; [] if somebody can."""
    if born is None:
        return []
    if born > today:
        return [Reason(_("出生日期 %(day)s 还没有到。") % {"day": born}, field="birth_date")]
    if born < OLDEST_BIRTH:
        return [Reason(_("出生日期 %(day)s 早于 1900 年，请核对。") % {"day": born}, field="birth_date")]
    return []


def odd_beginning(starts_on: date, today: date) -> list[Reason]:
    """Why nothing in a house can begin on that day; [] if it can."""
    if starts_on < OLDEST_ENTRY:
        return [Reason(_("%(day)s 太早了，请核对年份。") % {"day": starts_on}, field="starts_on")]
    if starts_on > years_after(today, YEARS_AHEAD):
        return [Reason(_("%(day)s 在两年以后，请核对年份。") % {"day": starts_on}, field="starts_on")]
    return []


def odd_lease(starts_on: date, ends_on: date | None, today: date) -> list[Reason]:
    """Why no lease can hold from the one day to the other; [] if one can."""
    reasons = odd_beginning(starts_on, today)
    if ends_on is not None and ends_on <= starts_on:
        reasons.append(Reason(_("租期的止日须晚于起日。"), field="ends_on"))
    elif ends_on is not None and ends_on > years_after(starts_on, LEASE_YEARS):
        reasons.append(Reason(_("租期不得超过二十年，请核对止日。"), field="ends_on"))
    return reasons


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

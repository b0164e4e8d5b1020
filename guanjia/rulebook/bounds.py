"""How far a clause's number may be moved, and what sort of value it is.

A clause may carry bounds: from the strictest to the laxest, or the choices there are. Where it carries none, the default
law holds: as strict as one likes, never laxer than twice what it would otherwise be. Nothing here knows projects.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from . import registry, when
from .catalogue import Clause

LAXER_AT_MOST = 2  # times, where the clause gives no bounds
LONGER_IS_STRICTER = {"keep", "appeal_within"}  # what is kept or granted; everything else is awaited
#: what a word of time weighs beside minutes and days; for comparing only, never for reckoning
_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200, "year": 525600, "same day": 720, "at once": 15}


def faults(clause: Clause, key: str, value: Any, *, base: Any = None) -> list[str]:
    """Everything that is wrong with a value for a clause's number, in sentences; none if it may stand.

    `base` is what would hold otherwise (the handbook's value), from which the default law is measured; the clause's own if None.
    """
    if key == "on":
        return [] if isinstance(value, bool) else [_("请选择启用或停用。")]
    given = numbers(clause).get(key)
    wrong = wrong_sort(key, given, value)
    if wrong:
        return [wrong]
    bound = clause.bounds.get(key)
    if bound is None and key == "every" and key not in clause.params:
        return []  # the handbooks leave the rhythm to whoever lives by them
    if bound is None:
        return list(_default_law(key, given if base is None else base, value))
    if "of" in bound:
        allowed = bound["of"]
        return [] if value in allowed else [_("只能是：%(choices)s。") % {"choices": "、".join(map(say, allowed))}]
    return list(_between(key, bound["strictest"], bound["laxest"], value))


def numbers(clause: Clause) -> Mapping[str, Any]:
    """What may be said otherwise of a clause: its parameters, and those that only its binding names."""
    return registry.params_of(clause.id) | dict(clause.params)


def wrong_sort(key: str, given: Any, value: Any) -> str:
    """Why a value is of another sort than the handbook's, or ""."""
    if isinstance(given, bool):
        return "" if isinstance(value, bool) else _("请选择是或否。")
    if isinstance(given, int | float):
        right = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and not (given <= 1 < value)
        return "" if right else _("须为不小于 0 的数；比率不超过 1。")
    if key == "calendar":
        return "" if isinstance(value, str) and _is(when.parse_calendar, value) else _("须为 calendar、working、service hours 或 clock。")
    if key == "every" and is_time(given):
        return "" if _is(when.parse_every, str(value)) else _("周期须写作「week」「month」「quarter」「half year」等形式。")
    if is_time(given):
        return "" if is_time(value) else _("时限须写作「3 days」「2 hours」「same day」等形式。")
    if isinstance(given, str):
        return "" if isinstance(value, str) and value.strip() else _("须为文字。")
    return "" if isinstance(value, type(given)) and value else _("须与手册原有的写法相同。")


def is_time(value: Any) -> bool:
    """Whether a value is a length or a rhythm that can be counted."""
    return isinstance(value, str) and when.is_parsable(value)


def is_tunable(given: Any) -> bool:
    """Whether a value is a number, a time, a choice or a switch that a handbook may set otherwise; lists and texts are words."""
    return isinstance(given, bool | int | float) or is_time(given) or (isinstance(given, str) and _is(when.parse_calendar, given))


def weight(value: Any) -> float | None:
    """A number for comparing values of one sort; None for what has no more or less."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    try:
        length = when.parse_span(str(value))
    except ValueError:
        return None
    return float(length.amount * _MINUTES[length.unit.value])


def is_stricter(key: str, value: Any, than: Any) -> bool | None:
    """Whether a value asks more than another; None if they are alike or nobody can say."""
    one, other = weight(value), weight(than)
    if one is None or other is None or one == other:
        return None
    direction = _direction(key, than)
    return None if direction == 0 else (one - other) * direction > 0


def say(value: Any) -> str:
    """A value in words of the reader: 「3 天」、「只计工作日」."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Mapping):
        return "；".join(f"{key}：{say(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return "、".join(say(one) for one in value)
    text = "" if value is None else str(value)
    try:
        return when.parse_span(text).say()
    except ValueError:
        return str(when.say_calendar(when.parse_calendar(text))) if _is(when.parse_calendar, text) else text


def words(clause: Clause, key: str) -> str:
    """The bounds of a number in words; what the default law says where it has none."""
    bound = clause.bounds.get(key)
    if bound and "of" in bound:
        return _("只能是：%(choices)s。") % {"choices": "、".join(map(say, bound["of"]))}
    if bound:
        return _("最严 %(strictest)s，最宽 %(laxest)s") % {"strictest": say(bound["strictest"]), "laxest": say(bound["laxest"])}
    given = numbers(clause).get(key)
    return _("可以更严；放宽不超过一倍") if weight(given) is not None else ""


# -- how far ------------------------------------------------------------------------------------
def _direction(key: str, given: Any) -> int:
    """1 where more is stricter, -1 where less is, 0 where neither."""
    if isinstance(given, int | float):
        return 1 if given <= 1 else 0
    return 1 if key in LONGER_IS_STRICTER else -1


def _between(key: str, strictest: Any, laxest: Any, value: Any) -> Iterator[str]:
    strict, lax, asked = weight(strictest), weight(laxest), weight(value)
    if strict is None or lax is None or asked is None:
        yield _("这个写法无法与界限比较。")
    elif (asked - strict) * (strict - lax) > 0:
        yield _("最严只能到 %(strictest)s。") % {"strictest": say(strictest)}
    elif (asked - lax) * (strict - lax) < 0:
        yield _("最宽只能到 %(laxest)s。") % {"laxest": say(laxest)}


def _default_law(key: str, base: Any, value: Any) -> Iterator[str]:
    usual, asked = weight(base), weight(value)
    if usual is None or asked is None:
        return  # a choice or a switch: no more and no less
    direction = _direction(key, base)
    if (direction <= 0 and asked > usual * LAXER_AT_MOST) or (direction >= 0 and asked < usual / LAXER_AT_MOST):
        yield _("手册是 %(base)s；可以更严，放宽不超过一倍。") % {"base": say(base)}


def _is(parse: Any, text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True

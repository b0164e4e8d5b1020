"""Components of the console's own: `{% load console %}`. They fill `console/components/<name>.html`."""

from functools import lru_cache, partial

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from guanjia.desk import states
from guanjia.rulebook.priority import PRIORITY_NAMES
from guanjia.web import addresses, components
from guanjia.web.templatetags import look

register = template.Library()
component = partial(components.component, into=register, folder="console/components")


@component
def queue_head():
    return {}


@component
def queue_line(context, row):
    return {
        "url": addresses.to("case", row.id),
        "late": row.is_overdue,
        "number": row.number,
        "title": row.title,
        "address": row.address,
        "state": row.state,
        "priority": row.priority,
        **said_in(get_language(), row.type, row.state, row.priority),
        "owner": row.owner,
        "countdown": components.drawn("countdown", look.countdown(context, row.due_at, bar=False)),
    }


@lru_cache(1024)
def said_in(language, type, state, priority):
    """What a line says of a case's type, state and priority, looked up once in each language."""
    return {
        "type_name": states.type_name(type),
        "state_label": str(states.CASE.labels[state]),
        "priority_label": str(PRIORITY_NAMES.get(priority, "")),
    }


@component
def blank(it):
    return {"it": it}


@component
def said(it, url):
    return {"it": it, "url": url}


@component
def visit_line(context, visit):
    return {
        "url": addresses.to("visit", visit.pk),
        "number": visit.number,
        "kind": visit.get_visit_class_display(),
        "customer": str(visit.customer or ""),
        "house": str(visit.house or ""),
        "state": visit.state,
        "state_label": visit.get_state_display(),
        "countdown": components.drawn("countdown", look.countdown(context, visit.due_at, bar=False)),
    }


# -- charts --------------------------------------------------------------------------------------
TRACK = (84, 258)  # where 0 and 100 % lie
LINE = 24


@component
def share_chart(bars):
    lines = []
    for nth, bar in enumerate(bars):
        before, after = bar["before"], bar["after"]
        moved = (after or 0) - (before or 0) if None not in (before, after) else 0
        figure = " → ".join("—" if share is None else f"{share:.0%}" for share in (before, after))
        lines.append(
            {
                "rule": bar["rule"],
                "y": 30 + nth * LINE,
                "text_y": 34 + nth * LINE,
                "before": _along(before),
                "after": _along(after),
                "tone": "good" if moved > 0 else "danger" if moved < 0 else "same",
                "figure": figure,
                "words": f"{bar['rule']} {figure}",
            }
        )
    scale = [(_along(share), f"{share:.0%}") for share in (0, 0.5, 1)]
    label = "；".join(line["words"] for line in lines)
    return {"lines": lines, "height": 24 + LINE * len(lines), "scale": scale, "label": label}


def _along(share):
    return None if share is None else round(TRACK[0] + share * (TRACK[1] - TRACK[0]))


@component
def heat_grid(hours, most, title):
    names = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    cells = []
    for slot in range(7 * 24):
        day, hour = divmod(slot, 24)
        count, x, y = hours.get(slot, 0), 38 + day * 46, 18 + hour * 18
        cells.append(
            {
                "x": x,
                "y": y,
                "text_x": x + 22,
                "text_y": y + 12,
                "count": count,
                "heat": 0 if not count else 1 + min(4, count * 5 // (most + 1)),
                "words": _("%(day)s %(hour)02d 时：%(count)d 项") % {"day": names[day], "hour": hour, "count": count},
            }
        )
    busiest = max(range(7 * 24), key=lambda slot: hours.get(slot, 0))
    label = _("%(title)s，最忙的是%(cell)s") % {"title": title, "cell": cells[busiest]["words"]}
    return {
        "days": [(60 + nth * 46, name) for nth, name in enumerate(names)],
        "marks": [(30 + hour * 18, f"{hour:02d}") for hour in range(24)],
        "cells": cells,
        "label": label if hours else title,
    }

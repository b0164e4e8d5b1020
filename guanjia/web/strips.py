"""The life of a clock drawn to scale: when it ran, stood still or was shut, when it is due, how long it has been late.

Pure: a trace and a moment become pieces of a drawing a thousand units wide, with the same in words for whoever does not see it.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from guanjia.rulebook.timeline import SegmentKind, Trace

from . import moments

WIDTH = 1000
LATE = "late"
#: where each kind begins and how tall it is, of 24: told apart without colour
HEIGHTS = {"running": (4, 16), "paused": (9, 6), "shut": (11, 2), "extended": (7, 10), "late": (4, 16)}
ORDER = (SegmentKind.RUNNING, SegmentKind.PAUSED, SegmentKind.SHUT, SegmentKind.EXTENDED, LATE)


def strip(trace: Trace, now: datetime, over_at: datetime | None = None) -> dict[str, Any]:
    """What `clock_strip` shows. `over_at`: when the duty was met or voided; until then it is drawn up to now where it is late."""
    starts, due = trace.opened_at, trace.due_at
    ends = max(due, over_at or now)
    whole = (ends - starts) / timedelta(microseconds=1) or 1

    def place(moment: datetime) -> int:
        return round(WIDTH * min(1, max(0, (moment - starts) / timedelta(microseconds=1) / whole)))

    spans = [(str(one.kind), one.start, one.end) for one in trace.segments]
    if ends > due:
        spans.append((LATE, due, ends))
    lengths: dict[str, timedelta] = defaultdict(timedelta)
    for kind, start, end in spans:
        lengths[kind] += end - start
    words = _words()
    legend = [{"kind": kind, "label": words[kind], "length": moments.span(lengths[kind])} for kind in map(str, ORDER) if lengths.get(kind)]
    return {
        "pieces": [
            {
                "kind": kind,
                "x": place(start),
                "width": max(1, place(end) - place(start)),
                "y": HEIGHTS[kind][0],
                "height": HEIGHTS[kind][1],
                "title": _("%(what)s %(length)s，%(start)s 至 %(end)s")
                % {
                    "what": words[kind],
                    "length": moments.span(end - start),
                    "start": moments.moment(start, now),
                    "end": moments.moment(end, now),
                },
            }
            for kind, start, end in spans
        ],
        "due_x": min(place(due), WIDTH - 4),
        "now_x": place(now) if over_at is None and starts <= now <= ends else None,
        "starts": moments.moment(starts, now),
        "due": moments.moment(due, now),
        "legend": legend,
        "label": _("%(start)s 开始，%(due)s 到期：%(parts)s")
        % {
            "start": moments.moment(starts, now),
            "due": moments.moment(due, now),
            "parts": "，".join(f"{one['label']} {one['length']}" for one in legend),
        },
    }


def _words() -> dict[str, str]:
    return {
        str(SegmentKind.RUNNING): _("计时"),
        str(SegmentKind.PAUSED): _("暂停"),
        str(SegmentKind.SHUT): _("不计时"),
        str(SegmentKind.EXTENDED): _("延期"),
        LATE: _("逾期"),
    }

"""The tag that draws a ladder: its rungs from below, what became of each, and what comes next."""

from django.utils.translation import gettext as _

from guanjia.web import moments
from guanjia.web.components import read, register, the_now

RUNG_ICONS = {"done": "check", "passed": "minus", "nobody": "warn"}


@register.inclusion_tag("web/components/ladder.html", takes_context=True)
def ladder(context, rungs, *, now=None):
    now = the_now(context, now)
    return {"rungs": [_rung(one, now) for one in rungs]}


def _rung(one, now):
    state = read(one, "state") or ""
    at, names = read(one, "at"), "、".join(read(one, "names") or ())
    said = moments.moment(at, now) if at else ""
    if state == "done":
        said = (
            _("%(when)s 已告知 %(who)s") % {"when": said, "who": names}
            if names
            else _("%(when)s 到，本人已知悉，未再提醒") % {"when": said}
        )
    elif state == "passed":
        said = _("%(when)s 补记：已错过，由后面一级代为告知") % {"when": said}
    elif state == "nobody":
        said = _("%(when)s 到，直至最高一级都无人在岗") % {"when": said}
    elif state == "next":
        said = _("下一步：%(when)s") % {"when": said}
    shown = {"words": read(one, "words"), "whom": read(one, "whom"), "loud": bool(read(one, "loud"))}
    return shown | {"state": state, "said": said, "icon": RUNG_ICONS.get(state, "")}

"""Two handbooks, or two editions of one, side by side."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from guanjia.rulebook import adoption, bounds, library, services
from guanjia.rulebook.catalogue import MODULES
from guanjia.rulebook.handbooks import Entry
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web.components import drawn
from guanjia.web.partials import page
from guanjia.web.templatetags import look

from .approvals import tells
from .handbooks import numbers_words, tabs
from .numbers import label
from .rulebook import CHAPTERS

KINDS = {
    "one_only": gettext_lazy("只在左边"),
    "other_only": gettext_lazy("只在右边"),
    "numbers": gettext_lazy("数值不同"),
    "firmness": gettext_lazy("是否可豁免不同"),
    "alike": gettext_lazy("相同"),
}


@require_GET
def comparison(request: HttpRequest) -> HttpResponse:
    """Two handbooks, or two editions of one, side by side: only what differs, or everything (`all=1`)."""
    choices = list(library.editions(request.act))
    chosen = [next((e for e in choices if str(e.pk) == request.GET.get(side)), None) for side in ("one", "other")]
    one, other = chosen
    chapters, counts = [], dict.fromkeys(KINDS, 0)
    if one is not None and other is not None:
        everything = request.GET.get("all") == "1"
        found = library.compare(adoption.entries_of(one.pk), adoption.entries_of(other.pk))
        for difference in found:
            counts[difference.kind] += 1
        shown = [d for d in found if everything or d.kind != "alike"]
        chapters = [
            {"title": CHAPTERS[name], "rows": [difference_row(d) for d in shown if d.clause.module == name]}
            for name in MODULES
            if any(d.clause.module == name for d in shown)
        ]
    return page(
        request,
        "console/rulebook/comparison.html#differences",
        tabs=tabs("comparison"),
        choices=[(str(e.pk), str(e)) for e in choices],
        one=one,
        other=other,
        everything=request.GET.get("all") == "1",
        chapters=chapters,
        columns=[
            {"label": _("编号")},
            {"label": _("条款"), "kind": "lead"},
            {"label": str(one or ""), "kind": "wide"},
            {"label": str(other or ""), "kind": "wide"},
            {"label": _("差别")},
        ],
        tiles=[{"label": KINDS[kind], "value": number} for kind, number in counts.items() if kind != "firmness" or number],
    )


@tells(services.handbooks.MATTER)
def handbook_asked(row: ApprovalRequest) -> list[tuple[Any, Any]]:
    """What an approval of a handbook approves: what it says otherwise than the edition before it."""
    said = row.content
    changes = []
    for rule, kind, changed in said["changes"]:
        words = "、".join(f"{label(key)} {bounds.say(before)} → {bounds.say(after)}" for key, before, after in changed)
        changes.append(f"{rule} {CHANGED[kind]}{words}")
    return [
        (_("手册"), adoption.say(row.company_id, said["handbook"])),
        (_("修订说明"), said["words"]),
        (_("与之相比"), adoption.say(row.company_id, said["against"]) if said["against"] else _("目录")),
        (_("改变"), "；".join(changes) or _("没有")),
        (_("内容指纹"), said["digest"][:12]),
    ]


CHANGED = {
    "one_only": gettext_lazy("停用"),
    "other_only": gettext_lazy("新启用"),
    "numbers": gettext_lazy("改为："),
    "firmness": gettext_lazy("是否可豁免改变"),
}


def difference_row(difference: library.Difference) -> dict[str, Any]:
    clause, tones = difference.clause, {"numbers": "warn", "one_only": "info", "other_only": "brand"}
    return {
        "url": reverse("rule", args=[clause.id]),
        "cells": [
            clause.id,
            clause.title,
            side_words(difference, difference.one, 0),
            side_words(difference, difference.other, 1),
            drawn("badge", look.badge(str(KINDS[difference.kind]), tone=tones.get(difference.kind, "neutral"))),
        ],
    }


def side_words(difference: library.Difference, entry: Entry | None, side: int) -> str:
    if entry is None:
        return "—"
    if not entry.on:
        return _("停用：%(why)s") % {"why": entry.why} if entry.why else _("停用")
    if difference.kind == "numbers":
        return "；".join(f"{label(n.key)} {bounds.say((n.before, n.after)[side])}" for n in difference.numbers)
    if difference.kind == "firmness":
        return _("不可豁免") if entry.unwaivable else _("可豁免")
    return numbers_words(difference.clause, entry) or _("启用")

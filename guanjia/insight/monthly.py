"""The monthly compliance report as plain data: composed here, set by `documents/compliance.typ`, written to Excel by the page.

Its words are those of the handbooks, whoever reads: a signed paper has one language. It names staff, never residents.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guanjia.kernel import documents, periods
from guanjia.kernel.act import Act
from guanjia.org.models import Project
from guanjia.rulebook import compliance as rules
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.chapters import CHAPTERS
from guanjia.rulebook.clauses import clause_of
from guanjia.rulebook.compliance import NOTHING, Asked, Counts
from guanjia.rulebook.models import Obligation, Reading

REPORT = "compliance"
TEMPLATE = Path(__file__).parent / "documents" / "compliance.typ"
WORST = 10
REASONS_EACH = 6
LISTED_MAX = 60


def compose(project: Project, period: str, act: Act) -> dict[str, Any]:
    """Everything that the report of one project and month says, as the act sees it now."""
    with translation.override("zh-hans"):
        return _compose(project, period, act)


def _compose(project: Project, period: str, act: Act) -> dict[str, Any]:
    asked = Asked.of_period(period, projects=(project.pk,))
    by_rule = {rule: numbers for (rule,), numbers in rules.counts(act, asked, ("rule",), spread=True).items()}
    last = asked.until - timedelta(days=1)
    return {
        "title": _("%(period)s执行情况月报") % {"period": periods.label(period)},
        "company": project.company.name,
        "credit_code": project.company.credit_code,
        "project": project.name,
        "district": f"{project.district}{project.address}",
        "period": period,
        "days": f"{asked.since:%Y-%m-%d} — {last:%Y-%m-%d}",
        "made_at": said(act.at),
        "numbers": rules.total(act, asked).as_json(),
        "outside": rules.total(act, Asked.of_period(period, projects=(project.pk,), outside=True)).as_json(),
        "chapters": _chapters(by_rule),
        "clauses": [{"rule": rule, "title": title_of(rule, project.company_id)} | by_rule[rule].as_json() for rule in sorted(by_rule)],
        "worst": _worst(act, asked, by_rule),
        "waivers": _waivers(act, asked),
        "readings": _readings(project, asked),
        "open": [_still_open(row, act) for row in rules.behind(act, asked, "open_late").order_by("due_at")[:LISTED_MAX]],
    }


def _chapters(by_rule: dict[str, Counts]) -> list[dict[str, Any]]:
    summed: dict[str, Counts] = defaultdict(Counts)
    for rule, numbers in by_rule.items():
        clause = load().get(rule)
        summed[clause.module if clause is not None else ""] += numbers
    titles = {**CHAPTERS, "": _("本公司规则")}
    return [{"title": str(titles[name])} | summed[name].as_json() for name in titles if name in summed]


def _worst(act: Act, asked: Asked, by_rule: dict[str, Counts]) -> list[dict[str, Any]]:
    """The clauses that were breached most, each with the reasons people gave."""
    ranked = sorted((rule for rule in by_rule if by_rule[rule].breached), key=lambda rule: (-by_rule[rule].breached, rule))[:WORST]
    found = []
    for rule in ranked:
        late = list(rules.behind(act, _narrowed(asked, rule), "breached")[:LISTED_MAX])
        words = rules.words_about(late, "rulebook.duty.late_explained")
        told = [
            {"due": said(row.due_at), "who": words[row.pk].by_name, "reason": words[row.pk].payload["reason"]}
            for row in late
            if row.pk in words
        ]
        found.append(
            {
                "rule": rule,
                "title": title_of(rule, act.company_id),
                "reasons": told[:REASONS_EACH],
                "silent": by_rule[rule].breached - len(told),
            }
            | by_rule[rule].as_json()
        )
    return found


def _narrowed(asked: Asked, rule: str) -> Asked:
    return Asked(asked.since, asked.until, projects=asked.projects, rules=(rule,))


def _waivers(act: Act, asked: Asked) -> list[dict[str, Any]]:
    """What was waived, by whom and why."""
    rows = list(rules.behind(act, asked, "waived").order_by("due_at")[:LISTED_MAX])
    words = rules.words_about(rows, "rulebook.duty.waived")
    return [
        {
            "rule": row.rule,
            "title": title_of(row.rule, row.company_id),
            "due": said(row.due_at),
            "who": words[row.pk].by_name if row.pk in words else "",
            "reason": row.void_reason,
        }
        for row in rows
    ]


def _readings(project: Project, asked: Asked) -> list[dict[str, Any]]:
    """The shares measured in the month against their targets, the parts of a month added up."""
    rows = Reading.objects.unscoped("link").filter(project=project).order_by("rule", "stage", "period")
    summed: dict[tuple[str, str], list[Reading]] = defaultdict(list)
    for row in rows.filter(taken_at__gte=rules.midnight(asked.since)):
        span = periods.days(row.period)
        if asked.since <= span.start < asked.until and span.end <= asked.until:
            summed[row.rule, row.stage].append(row)
    return [_reading(rule, stage, taken) for (rule, stage), taken in summed.items()]


def _reading(rule: str, stage: str, taken: Iterable[Reading]) -> dict[str, Any]:
    taken = list(taken)
    reached, owed, target = sum(one.numerator_count for one in taken), sum(one.denominator_count for one in taken), taken[-1].target
    share = reached / owed if owed else None
    return {
        "rule": rule,
        "title": title_of(rule) + (f"（{stage}）" if stage else ""),
        "reached": reached,
        "owed": owed,
        "share": None if share is None else round(share, 4),
        "target": None if target is None else float(target),
        "is_short": share is not None and target is not None and share < float(target),
    }


def _still_open(row: Obligation, act: Act) -> dict[str, Any]:
    owner = row.assignee.name if row.assignee else row.owner_post.name if row.owner_post else row.owner_role
    days = max(0, (act.at - row.due_at).days)
    return {"rule": row.rule, "title": title_of(row.rule, row.company_id), "due": said(row.due_at), "owner": owner, "days": days}


def paper_of(content: dict[str, Any], *, at: datetime, signed: dict[str, str] | None = None) -> bytes:
    """The report as a PDF; without a signature it is marked as a draft."""
    return documents.render(TEMPLATE, {**content, "signed": signed}, at=at)


# -- after the signature ---------------------------------------------------------------------------
CHANGED = ("owed", "in_time", "late", "lapsed", "waived", "voided", "open_late")


def supplement(signed: dict[str, Any], now: dict[str, Any]) -> list[dict[str, Any]]:
    """What has changed since: a line for each clause whose numbers differ, with both."""
    before, after = ({one["rule"]: one for one in content["clauses"]} for content in (signed, now))
    zero = NOTHING.as_json()
    found = []
    for rule in sorted({*before, *after}):
        old, new = before.get(rule, zero), after.get(rule, zero)
        changes = {name: [old[name], new[name]] for name in CHANGED if old[name] != new[name]}
        if changes:
            found.append({"rule": rule, "title": title_of(rule), "changes": changes})
    return found


# -- small words -----------------------------------------------------------------------------------
def title_of(rule: str, company_id: UUID | None = None) -> str:
    """What a clause asks, or a rule of the company's own; its id where neither is known."""
    clause = clause_of(rule, company_id)
    return clause.zh if clause is not None else rule


def said(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"

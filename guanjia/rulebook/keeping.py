"""The retention table (KB-021): how long each kind of record is kept, on whose word, and from when it counts.

A line comes from the company where it has said something, else from the handbook; a kind without a figure, or without a
line, is kept for the default length, a parameter of the clause. Where a clause of its own keeps the kind, the longer of
the two holds. Nothing here knows a room: kinds are names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import registry, when
from .catalogue import load
from .models import RetentionClass
from .parameters import value
from .rule import Param

CLAUSE = "KB-021"
#: for kinds without a figure; three years is the usual limitation of claims
DEFAULT = registry.number(CLAUSE, Param("default_keep", "3 years"))

#: what the handbook's table names -> its Chinese name, and the records of ours that it is about ("" while there are none)
NAMED: Mapping[str, tuple[Any, str]] = {
    "task_slip": (_("工作任务单"), "work.workorder"),
    "return_visit_form": (_("回访记录表"), "followup.returnvisit"),
    "after_sales_records": (_("售后服务记录"), ""),
    "supplier_deposit_case": (_("供应商质保金案卷"), ""),
    "customer_volumes": (_("业主（客户）档案"), "customers.customer"),
    "handover_problem_file": (_("接管遗留问题档案"), ""),
    "special_event_report": (_("特别事件报告"), ""),
    "patrol_form": (_("巡查表"), ""),
    "daily_report": (_("日报"), ""),
    "complaint_forms": (_("投诉处理表"), "desk.complaint"),
    "liaison_notes": (_("工作联络单"), ""),
    "activity_records": (_("社区活动记录"), ""),
    "member_forms": (_("会员资料"), ""),
}


#: how the handbook says that something is filed, where it names no length
FILED: Mapping[str, Any] = {
    "yearly volumes kept": _("按年成卷保存"),
    "monthly archive": _("按月归档"),
    "monthly binding": _("按月装订"),
    "monthly with the summary": _("按月随汇总归档"),
    "by department": _("由各部门保存"),
    "kept": _("留存"),
    "monthly": _("按月整理"),
}


@dataclass(frozen=True)
class Line:
    """One line of the table. `origin`: company, handbook or default; `said`: the handbook's words where they give no figure."""

    code: str
    name: str
    kind: str
    length: when.Length
    origin: str
    source: str
    said: str = ""
    clauses: tuple[str, ...] = ()

    @property
    def keep(self) -> str:
        """The length in the language of the reader."""
        return self.length.say()


def table(company_id: UUID, at: datetime, project_id: UUID | None = None) -> list[Line]:
    """The whole table of a company on that day: the handbook's lines in its order, then those the company added."""
    own = _own(company_id, at)
    lines = [_line(code, own.pop(code, None), project_id, at) for code in load()[CLAUSE].param("table")]
    lines += [_line(code, row, project_id, at) for code, row in own.items()]
    named = {line.kind for line in lines}
    return lines + [_bare(kind, project_id, at) for kind in sorted(registry.retentions) if kind not in named]


def length_of(kind: str, company_id: UUID, at: datetime, project_id: UUID | None = None) -> when.Length:
    """How long the table keeps records of a kind: the longest of its lines, or the default."""
    lengths = [line.length for line in table(company_id, at, project_id) if line.kind == kind]
    return max(lengths, key=_weight) if lengths else default(project_id, at)


def default(project_id: UUID | None, at: datetime) -> when.Length:
    """For kinds without a figure."""
    set_to = value(CLAUSE, DEFAULT.key, project_id, at, DEFAULT.default) if project_id else DEFAULT.default
    return when.parse_span(str(set_to))


def figure(words: str) -> when.Length | None:
    """The length in the handbook's words ("3 years at least"); None where they give no figure ("monthly archive")."""
    try:
        return when.parse_span(words.removesuffix(" at least"))
    except ValueError:
        return None


def is_shorter(one: when.Length, other: when.Length) -> bool:
    """True if the first ends before the second, whenever they begin."""
    return _weight(one) < _weight(other)


def least(kind: str) -> tuple[when.Length, str] | None:
    """The longest keeping that clauses of their own ask for a kind, with the clause; None if none does."""
    asked = [(when.parse_span(str(_asked(one))), one.rule) for one in registry.retentions.get(kind, ())]
    return max(asked, key=lambda pair: _weight(pair[0]), default=None)


def _line(code: str, row: RetentionClass | None, project_id: UUID | None, at: datetime) -> Line:
    words = str(load()[CLAUSE].param("table").get(code, ""))
    name, kind = NAMED.get(code, ("", ""))
    name, kind = (row.name or str(name), row.kind or kind) if row else (str(name or code), kind)
    source = row.source if row else load()[CLAUSE].title
    said = "" if figure(words) else str(FILED.get(words, words))
    given = figure(row.keep) if row and row.keep else None if row else figure(words)
    length, origin = (given, "company" if row else "handbook") if given else (default(project_id, at), "default")
    return Line(code, name, kind, length, origin, source, said, _clauses(kind))


def _bare(kind: str, project_id: UUID | None, at: datetime) -> Line:
    length, rule = least(kind)
    return Line(kind, kind, kind, length, "handbook", load()[rule].title, "", _clauses(kind))


def _own(company_id: UUID, at: datetime) -> dict[str, RetentionClass]:
    today = timezone.localtime(at).date()
    rows = RetentionClass.objects.unscoped("engine").filter(company_id=company_id, starts_on__lte=today).order_by("code", "starts_on")
    return {row.code: row for row in rows}


def _clauses(kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.rule for one in registry.retentions.get(kind, ()))) if kind else ()


def _asked(retention: Any) -> Any:
    keep = retention.keep
    return retention.clause.params.get(keep.key, keep.default) if isinstance(keep, Param) else keep


def _weight(length: when.Length) -> float:
    """Days, near enough to tell the longer of two."""
    days = {
        when.Unit.MINUTE: 1 / 1440,
        when.Unit.HOUR: 1 / 24,
        when.Unit.DAY: 1,
        when.Unit.WEEK: 7,
        when.Unit.MONTH: 30.4,
        when.Unit.YEAR: 365.2,
    }
    return length.amount * days.get(length.unit, 0)

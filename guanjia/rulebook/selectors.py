"""What is owed, by whom, by when; and how a clause is kept."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q
from django.utils import timezone

from guanjia.kernel import fixed
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import settle_accounts
from guanjia.org import selectors as org

from . import approving, registry
from . import compliance as counting
from .authoring import own
from .authoring.compiling import OWN
from .catalogue import Clause, load
from .clauses import clause_of
from .models import (
    ApprovalDecision,
    ApprovalRequest,
    ApprovalStep,
    Evidence,
    Obligation,
    ObligationQuerySet,
    ParameterProposal,
    Reading,
    SubjectClock,
)
from .states import REQUESTED

FIRST_DAY = date(2000, 1, 1)


def duties_of(thing: Any, act: Act) -> list[Obligation]:
    """All obligations about a subject (or several), open ones first by due time, then the others newest first."""
    ids = [one.id if isinstance(one, Ref) else one.pk for one in (thing if isinstance(thing, list | tuple) else [thing])]
    rows = list(_readable(act).filter(subject_id__in=ids).select_related("owner_post", "assignee"))
    return sorted((r for r in rows if r.is_open), key=lambda r: r.due_at) + sorted(
        (r for r in rows if not r.is_open), key=lambda r: r.opened_at, reverse=True
    )


def my_duties(act: Act) -> ObligationQuerySet:
    """What I owe now: by name, or by a post I hold; awake, soonest first."""
    mine = Q(assignee_id=act.person_id) | Q(assignee_id__isnull=True, owner_post_id__in=act.rights.posts())
    return _readable(act).open().awake(act.at).filter(mine).order_by("due_at", "id").select_related("owner_post", "assignee", "project")


def owes_about(subject_id: UUID, act: Act) -> bool:
    """True if this person owes something open about a subject, or a ladder has told him of it."""
    about = Obligation.objects.unscoped("link").open().filter(subject_id=subject_id, company_id=act.company_id)
    mine = Q(assignee_id=act.person_id) | Q(assignee_id__isnull=True, owner_post_id__in=act.rights.posts())
    return act.person_id is not None and about.filter(mine | Q(notices__person_id=act.person_id)).exists()


def project_duties(act: Act) -> ObligationQuerySet:
    """What is owed in the projects the act sees, soonest first."""
    return (
        Obligation.objects.visible_to(act).open().awake(act.at).order_by("due_at", "id").select_related("owner_post", "assignee", "project")
    )


def next_due(ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """The next due time of each open subject."""
    return dict(SubjectClock.objects.filter(subject_id__in=list(ids)).values_list("subject_id", "next_due_at"))


def evidence_of(obligations: Iterable[Obligation]) -> dict[UUID, Evidence]:
    """The journal line that met each obligation, with its entry."""
    rows = Evidence.objects.filter(obligation__in=list(obligations)).select_related("entry")
    return {row.obligation_id: row for row in rows}


def _readable(act: Act) -> ObligationQuerySet:
    """People with own reach see duties of the company's projects they work in only through what they already hold."""
    settle_accounts()
    if act.rights.everywhere or act.rights.projects():
        return Obligation.objects.visible_to(act)
    return Obligation.objects.unscoped("link").filter(company_id=act.company_id, project_id__in=act.rights.any_projects())


# -- one clause ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Compliance:
    """How a clause was kept: what fell due, met in time, breached in three ways, and what is open now."""

    owed: int
    met: int
    met_late: int
    lapsed: int
    voided: int
    open: int
    late: int
    minutes_average: float | None

    @property
    def due(self) -> int:
        """What counts: met in time, or breached."""
        return self.met + self.met_late + self.lapsed + self.late

    @property
    def share(self) -> float | None:
        """Met in time of what counts; None of nothing. The words are those of `compliance`."""
        return self.met / self.due if self.due else None


def compliance(act: Act, rule: str, since: date | None = None) -> Compliance:
    """The numbers of one clause over what the act may see, of all that ever fell due or of what fell due since."""
    return compliances(act, since, rule=rule).get(rule) or Compliance(0, 0, 0, 0, 0, 0, 0, None)


def compliances(act: Act, since: date | None = None, rule: str = "") -> dict[str, Compliance]:
    """The numbers of every clause that owed anything, by id. `open` is all that is open now, also what falls due later."""
    today = timezone.localtime(act.at).date()
    asked = counting.Asked(since or FIRST_DAY, today + timedelta(days=1), rules=(rule,) if rule else None)
    counted = {key: numbers for (key,), numbers in counting.counts(act, asked).items()}
    rows = Obligation.objects.visible_to(act).open().filter(project_id__in=counting.projects_seen(act), owed_by="")
    open_now = dict((rows.filter(rule=rule) if rule else rows).values_list("rule").annotate(Count("pk")))
    return {key: _compliance(counted.get(key, counting.NOTHING), open_now.get(key, 0)) for key in {**counted, **open_now}}


def _compliance(counted: counting.Counts, open_now: int) -> Compliance:
    return Compliance(
        owed=counted.owed,
        met=counted.in_time,
        met_late=counted.late,
        lapsed=counted.lapsed,
        voided=counted.voided + counted.waived,
        open=open_now,
        late=counted.open_late,
        minutes_average=counted.minutes_mean,
    )


def open_duties(act: Act, rule: str) -> ObligationQuerySet:
    return (
        Obligation.objects.visible_to(act).open().filter(rule=rule).order_by("due_at").select_related("owner_post", "assignee", "project")
    )


def breaches(act: Act, rule: str) -> ObligationQuerySet:
    """Met late, or open past the time; newest first."""
    return (
        Obligation.objects.visible_to(act)
        .late(act.at)
        .filter(rule=rule)
        .order_by("-due_at")
        .select_related("owner_post", "assignee", "project")
    )


def last_evidence(act: Act, rule: str, limit: int = 10) -> list[Evidence]:
    """The newest journal lines that met duties of this clause."""
    met = (
        Obligation.objects.visible_to(act).filter(rule=rule, met_at__isnull=False).order_by("-met_at").values_list("pk", flat=True)[:limit]
    )
    rows = Evidence.objects.filter(obligation_id__in=list(met)).select_related("entry", "obligation")
    return sorted(rows, key=lambda row: row.obligation.met_at, reverse=True)


# -- numbers ---------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Proposed:
    """A number somebody proposed, with whom it waits for: names while it waits, who decided it and his words afterwards."""

    proposal: ParameterProposal
    request: ApprovalRequest | None
    waits_for: tuple[str, ...]
    decided: tuple[ApprovalDecision, ...]


def proposals_of(act: Act, rule: str, most: int = 20) -> list[Proposed]:
    """What was proposed for a clause in the projects the act sees, the newest first: the history of its numbers."""
    rows = ParameterProposal.objects.visible_to(act).filter(rule=rule).select_related("project", "proposed_by", "parameter")
    rows = list(rows.order_by("-proposed_at", "-pk")[:most])
    asked = ApprovalRequest.objects.unscoped("link").filter(about_id__in=[row.pk for row in rows])
    requests = {request.about_id: request for request in asked.order_by("asked_at")}
    decided: dict[UUID, list[ApprovalDecision]] = defaultdict(list)
    said = ApprovalDecision.objects.filter(step__request__in=requests.values()).select_related("person", "step")
    for decision in said.order_by("decided_at"):
        decided[decision.step.request_id].append(decision)
    found = []
    for row in rows:
        request = requests.get(row.pk)
        open_steps = steps_of(request, act.at) if request is not None and request.is_open else []
        waits_for = tuple(name for told in open_steps if told.step.state == "open" for name in told.asked)
        found.append(Proposed(row, request, waits_for, tuple(decided[request.pk]) if request is not None else ()))
    return found


def last_met(act: Act, projects: Iterable[UUID]) -> dict[str, Obligation]:
    """Of each clause the obligation met last (of those that fell due last in each project), its evidence at hand by `evidence_of`."""
    rules = counting.rules_in_use()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (r.rule) o.id FROM unnest(%s::text[]) r(rule) CROSS JOIN unnest(%s::uuid[]) p(project)"
            " CROSS JOIN LATERAL (SELECT id, met_at FROM rulebook_obligation WHERE rule = r.rule AND project_id = p.project"
            " AND met_at IS NOT NULL ORDER BY due_at DESC LIMIT 1) o ORDER BY r.rule, o.met_at DESC",
            [rules, list(projects)],
        )
        ids = [key for (key,) in cursor.fetchall()]
    return {row.rule: row for row in Obligation.objects.visible_to(act).filter(pk__in=ids)}


def last_readings(act: Act, projects: Iterable[UUID]) -> dict[str, Reading]:
    """Of each measured clause the reading taken last."""
    rows = Reading.objects.visible_to(act).filter(project_id__in=list(projects))
    return {row.rule: row for row in rows.order_by("rule", "-period", "-taken_at").distinct("rule")}


# -- the book ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Entry:
    """A clause and what makes it run."""

    clause: Clause
    bindings: tuple[Any, ...]
    marks: tuple[registry.Mark, ...]

    @property
    def is_realised(self) -> bool:
        return bool(self.bindings or self.marks)

    @property
    def ways(self) -> tuple[str, ...]:
        """By which mechanisms it is kept."""
        return registry.ways_of(self.clause.id)


def entry(rule: str, company_id: UUID | None = None) -> Entry | None:
    """A clause by id with its bindings, the company's own rules included; None for an unknown id."""
    clause = clause_of(rule, company_id)
    if clause is None:
        return None
    if clause.module == OWN:
        return _own_entry(clause, own.book(company_id))
    return Entry(clause, tuple(registry.of_rule(rule)), tuple(registry.MARKS.get(rule, ())))


def own_chapter(company_id: UUID | None) -> list[Entry]:
    """The chapter that the company wrote itself, in the order of its numbers."""
    book = own.book(company_id)
    return [_own_entry(book.clauses[rule], book) for rule in sorted(book.clauses)]


def _own_entry(clause: Clause, book: own.Book) -> Entry:
    """The newest edition of an own rule."""
    mine = [binding for binding in book.bindings if binding.rule == clause.id]
    newest = max(binding.edition for binding in mine)
    return Entry(clause, tuple(binding for binding in mine if binding.edition == newest), ())


def chapters() -> dict[str, list[Entry]]:
    """The whole book by module, in its order."""
    book: dict[str, list[Entry]] = defaultdict(list)
    for rule, clause in load().items():
        book[clause.module].append(Entry(clause, tuple(registry.of_rule(rule)), tuple(registry.MARKS.get(rule, ()))))
    return dict(book)


def rule_titles(company_id: UUID | None) -> dict[str, str]:
    """The rules that owe anything by a time, by id, with their words: the company's own first."""
    mine = own.book(company_id).clauses
    bound = {key.partition("/")[0] for key in registry.by_key}
    return {rule: f"{rule} {clause.title}" for rule, clause in (*mine.items(), *((rule, load()[rule]) for rule in sorted(bound)))}


# -- approvals -----------------------------------------------------------------------------------
def approvals_waiting(act: Act, most: int = 200) -> list[ApprovalRequest]:
    """What waits for this person's yes or no, the soonest due first."""
    if not fixed.run(_ANY_APPROVAL, [act.company_id])[0][0]:
        return []
    rows = (
        ApprovalStep.objects.filter(state="open", request__company_id=act.company_id)
        .exclude(request__asker_id=act.person_id)
        .exclude(decisions__person_id=act.person_id)
        .select_related("request__asker", "request__project")
        .order_by(F("due_at").asc(nulls_last=True), "pk")[:most]
    )
    mine, asked = [], {}
    for step in rows:  # many requests ask the same people: each such circle is looked up once
        circle = (step.role, tuple(step.posts), step.request.project_id, step.request.asker_id, step.overdue_at is not None)
        if circle not in asked:
            asked[circle] = {person.pk for person in approving.approvers_of(step, step.request, act.at)}
        if act.person_id in asked[circle]:
            step.request.open_step = step
            mine.append(step.request)
    return mine


#: the menu of every page asks it, and mostly nothing waits for anybody
_ANY_APPROVAL = f"SELECT EXISTS (SELECT FROM rulebook_approvalrequest WHERE company_id = %s AND state = '{REQUESTED}')"


def approvals_asked(act: Act) -> Any:
    """What this person has asked leave for, the newest first."""
    rows = ApprovalRequest.objects.unscoped("link").filter(company_id=act.company_id, asker_id=act.person_id)
    return rows.select_related("project").order_by("-asked_at")


def approvals_decided(act: Act) -> Any:
    """What this person has decided, the newest first."""
    rows = ApprovalRequest.objects.unscoped("link").filter(company_id=act.company_id, steps__decisions__person_id=act.person_id)
    return rows.select_related("project", "asker").distinct().order_by("-asked_at")


def approval(key: UUID, act: Act) -> ApprovalRequest:
    """One request with its steps and decisions; NotFound for whoever neither asked, decides, decided nor oversees it."""
    request = ApprovalRequest.objects.unscoped("link").filter(pk=key, company_id=act.company_id).select_related("asker", "project").first()
    if request is None or not _may_read(request, act):
        raise NotFound()
    return request


def latest_approval(subject_id: UUID, matter: str) -> ApprovalRequest | None:
    """The newest request about a row that the caller already holds, in a matter."""
    rows = ApprovalRequest.objects.unscoped("link").filter(about_id=subject_id, matter=matter).select_related("asker", "project")
    return rows.order_by("-asked_at", "-pk").first()


def _may_read(request: ApprovalRequest, act: Act) -> bool:
    if act.person_id == request.asker_id or act.may("rulebook.approval.see", on=request):
        return True
    steps = list(request.steps.all())
    if any(step.decisions.filter(person_id=act.person_id).exists() for step in steps):
        return True
    return any(p.pk == act.person_id for step in steps for p in approving.approvers_of(step, request, act.at))


@dataclass(frozen=True)
class StepTold:
    """A step as people read it: whom it asks, who said what, whose yes is missing."""

    step: ApprovalStep
    who: str
    asked: tuple[str, ...]
    decisions: tuple[ApprovalDecision, ...]


def steps_of(request: ApprovalRequest, at: datetime) -> list[StepTold]:
    """The steps of a request in their order."""
    told = []
    for step in request.steps.prefetch_related("decisions__person", "decisions__instead_of"):
        decisions = tuple(step.decisions.all())
        yes = [d.person_id for d in decisions if d.yes]
        missing = approving.still_needed(step, request, yes, at) if step.state in ("open", "waiting") else []
        who = org.role_name(step.role) if step.role else "、".join(org.post_names(step.post_ids))
        told.append(StepTold(step, who, tuple(p.name for p in missing), decisions))
    return told

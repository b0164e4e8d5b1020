"""Climbing: whose time is running out is warned, reminded and reported, rung by rung.

Batches of what is due, each obligation locked by one worker: one select, the journal in bulk, the rungs and notices in
bulk, one update. An idle tick reads an empty partial index. Each rung is climbed once, whatever runs twice or late; of
several missed ones only the last of each kind speaks. Whoever is away is never told; whoever acknowledged is not
reminded; what goes up goes up all the same.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection

from guanjia.kernel import journal, messaging
from guanjia.kernel.act import system_act
from guanjia.kernel.bulk import insert_many
from guanjia.kernel.ids import Ref, uuid7
from guanjia.kernel.journal import Place
from guanjia.kernel.usecase import whole
from guanjia.kernel.worktime import WorkCalendar
from guanjia.org.models import Person, Project
from guanjia.org.presence import Found, Presence

from . import facts, ladders
from .clauses import clause_of
from .inforce import LIVE
from .ladders import ESCALATE, OVERDUE_BIT, WARN, Ladder, QuietHours, Rung
from .models import OPEN, Acknowledgement, Escalation, Notice, Obligation

BATCH = 1000
TOLD_MOST = 5  # so many of a post's holders are told; all of them see the duty in their lists


@dataclass(frozen=True)
class Climbed:
    """What a batch did: obligations looked at, newly overdue, rungs climbed, people told."""

    looked_at: int = 0
    overdue: int = 0
    rungs: int = 0
    told: int = 0

    def __add__(self, other: "Climbed") -> "Climbed":
        return Climbed(self.looked_at + other.looked_at, self.overdue + other.overdue, self.rungs + other.rungs, self.told + other.told)


def climb(at: datetime) -> Iterator[Climbed]:
    """Climb everything that is due before `at`, a transaction a batch; yields what each batch did."""
    presences: dict[UUID, Presence] = {}
    while True:
        batch = whole(lambda: Batch(at, presences).climb())
        if batch.looked_at:
            yield batch
        if batch.looked_at < BATCH:
            return


@dataclass(slots=True)
class Climber:
    """The columns of an obligation that a climb reads and writes: a row costs a tenth of a model's instance."""

    id: UUID
    company_id: UUID
    project_id: UUID
    rule: str
    stage: str
    subject_kind: str
    subject_id: UUID
    owner_role: str
    assignee_id: UUID | None
    opened_at: datetime
    starts_at: datetime
    due_at: datetime
    length: str
    calendar: str
    owed_by: str
    overdue_at: datetime | None
    climbed: int
    next_rung_at: datetime | None

    @property
    def is_late(self) -> bool:
        """True once it was marked as overdue."""
        return bool(self.climbed & OVERDUE_BIT)


_COLUMNS = [column.name for column in fields(Climber)]
_RUNG = ("id", "obligation_id", "step", "does", "to_role", "to_post_id", "climbed_at", "passed_over", "found_nobody")
_NOTICE = ("id", "company_id", "project_id", "person_id", "obligation_id", "rung_id", "does", "told_at")


@dataclass
class Batch:
    """One transaction's worth of obligations whose ladder has something to do."""

    at: datetime
    presences: dict[UUID, Presence]
    known: set[tuple[UUID, UUID]] = field(default_factory=set)  # (obligation, person) acknowledged
    said: dict[tuple[UUID, type[journal.Fact]], list[tuple]] = field(default_factory=lambda: defaultdict(list))
    rungs: list[tuple] = field(default_factory=list)
    notices: list[tuple] = field(default_factory=list)
    overdue: int = 0
    _ladders: dict[tuple, Ladder] = field(default_factory=dict)
    _quiet: dict[UUID, QuietHours] = field(default_factory=dict)
    _held: dict[UUID, datetime | None] = field(default_factory=dict)
    _calendars: dict[UUID, WorkCalendar] = field(default_factory=dict)

    def climb(self) -> Climbed:
        due = (
            Obligation.objects.unscoped("engine")
            .filter(OPEN, next_rung_at__lt=self.at)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("next_rung_at")
        )
        climbers = [Climber(*row) for row in due.values_list(*_COLUMNS)[:BATCH]]
        if not climbers:
            return Climbed()
        ids = [one.id for one in climbers]
        self._remember_rungs(climbers)
        self.known = set(Acknowledgement.objects.filter(obligation_id__in=ids).values_list("obligation_id", "person_id"))
        for one in climbers:
            self._climb(one)
        for (company_id, fact), lines in self.said.items():
            journal.record_plainly(fact, lines, act=system_act(self.at, company_id=company_id))
        insert_many(Escalation, _RUNG, self.rungs)
        insert_many(Notice, _NOTICE, self.notices)
        _write(climbers)
        self._send({one.id: one for one in climbers})
        return Climbed(len(climbers), self.overdue, len(self.rungs), len(self.notices))

    def _remember_rungs(self, climbers: list[Climber]) -> None:
        """What was climbed stays climbed, whatever the column says: no lost bit may stop the tick for everybody."""
        by_id = {one.id: one for one in climbers}
        for key, step in Escalation.objects.filter(obligation_id__in=list(by_id)).values_list("obligation_id", "step"):
            by_id[key].climbed |= 1 << step

    # -- one obligation --------------------------------------------------------------------------
    def _climb(self, one: Climber) -> None:
        ladder, quiet = self._ladder(one), self._quiet_hours(one.project_id)
        calendar = partial(self._calendar, one.project_id)
        if one.due_at < self.at and not one.is_late:
            self._mark_overdue(one)
        due, moments = [], []
        for rung in ladders.rungs_of(one, ladder):
            if one.climbed & rung.bit:
                continue
            # a share of the time allowed lies before the due time, wherever exactly
            moment = one.due_at if rung.share is not None and one.due_at < self.at else ladders.moment_of(rung, one, calendar)
            if rung.waits:
                moment = self._held_until(one.project_id, quiet) if moment < self.at else quiet.over(moment)
            if moment is None or moment < self.at:
                due.append(rung)
            else:
                moments.append(moment)
        speaking = {rung.does: rung for rung in due}  # the last of each kind
        for rung in due:
            one.climbed |= rung.bit
            if speaking[rung.does] is rung and not (rung.does == WARN and one.is_late):
                self._tell(rung, one)
            else:
                self.rungs.append((uuid7(), one.id, rung.step, rung.does, "", None, self.at, True, False))
        if not one.is_late:
            moments.append(one.due_at)
        one.next_rung_at = min(moments, default=None)

    def _mark_overdue(self, one: Climber) -> None:
        one.overdue_at = self.at
        one.climbed |= OVERDUE_BIT
        self.overdue += 1
        self._say(
            one,
            facts.DutyOverdue,
            rule=one.rule,
            stage=one.stage,
            obligation_id=str(one.id),
            due_at=one.due_at.isoformat(),
            owner=one.owner_role,
            owed_by=one.owed_by,
        )

    # -- whom ------------------------------------------------------------------------------------
    def _tell(self, rung: Rung, one: Climber) -> None:
        presence = self._presence(one.company_id)
        found = owners(one, presence) if rung.to == ladders.OWNER else superiors(rung, one, presence)
        role, post_id = (found[0].role, found[0].post_id) if found else ("", None)
        key = uuid7()
        self.rungs.append((key, one.id, rung.step, rung.does, role, post_id, self.at, False, not found))
        told = [who for who in found[:TOLD_MOST] if rung.does == ESCALATE or (one.id, who.person_id) not in self.known]
        self.notices += [(uuid7(), one.company_id, one.project_id, who.person_id, one.id, key, rung.does, self.at) for who in told]
        names = "、".join([who.name for who in told])
        if rung.does == WARN:
            self._say(
                one,
                facts.DutyWarned,
                rule=one.rule,
                stage=one.stage,
                obligation_id=str(one.id),
                due_at=one.due_at.isoformat(),
                to=names,
            )
        elif rung.does == ESCALATE:
            self._say(
                one,
                facts.DutyEscalated,
                rule=one.rule,
                stage=one.stage,
                obligation_id=str(one.id),
                step=rung.step,
                to_role=role,
                to=names,
            )

    def _say(self, one: Climber, fact: type[journal.Fact], **payload: Any) -> None:
        place = Place(one.company_id, one.project_id)
        self.said[one.company_id, fact].append((place, Ref(one.subject_kind, one.subject_id), payload))

    # -- by short message, where a project wants and pays for it ----------------------------------
    def _send(self, climbers: dict[UUID, Climber]) -> None:
        wanted = {pk: ladders.sends_messages(pk, self.at) for pk in {notice[2] for notice in self.notices}}
        paid = [notice for notice in self.notices if wanted[notice[2]]]
        if not paid:
            return
        phones = dict(Person.objects.unscoped("engine").filter(pk__in={notice[3] for notice in paid}).values_list("pk", "phone"))
        names = dict(Project.objects.unscoped("engine").filter(pk__in={notice[2] for notice in paid}).values_list("pk", "name"))
        for key, company_id, project_id, person_id, obligation_id, _rung, does, at in paid:
            rule = climbers[obligation_id].rule
            messaging.post(
                project=Place(company_id, project_id),
                channel="sms",
                to=phones.get(person_id, ""),
                template="duty_told",
                context={
                    "project": names[project_id],
                    "deed": ladders.say_deed(does),
                    "clause": clause.title if (clause := clause_of(rule, company_id)) else rule,
                    "rule": rule,
                },
                about=Obligation(pk=obligation_id),
                key=f"duty_told:{key}",
                act=system_act(at, company_id=company_id),
            )

    # -- asked once a batch ----------------------------------------------------------------------
    def _ladder(self, one: Climber) -> Ladder:
        key = (one.rule, one.stage, one.project_id, one.opened_at.toordinal(), one.opened_at.hour)
        if key not in self._ladders:
            self._ladders[key] = ladders.ladder_of(one.rule, one.stage, one.project_id, one.opened_at)
        return self._ladders[key]

    def _quiet_hours(self, project_id: UUID) -> QuietHours:
        if project_id not in self._quiet:
            self._quiet[project_id] = ladders.quiet_hours(project_id, self.at)
        return self._quiet[project_id]

    def _held_until(self, project_id: UUID, quiet: QuietHours) -> datetime | None:
        """Until when the quiet hours of now hold back what has come; None when nothing is held back."""
        if project_id not in self._held:
            until = quiet.over(self.at)
            self._held[project_id] = until if until != self.at else None
        return self._held[project_id]

    def _calendar(self, project_id: UUID) -> WorkCalendar:
        if project_id not in self._calendars:
            self._calendars[project_id] = LIVE.calendar(project_id)
        return self._calendars[project_id]

    def _presence(self, company_id: UUID) -> Presence:
        if company_id not in self.presences:
            self.presences[company_id] = Presence.of(company_id, self.at)
        return self.presences[company_id]


# -- who owes it, and who is above ------------------------------------------------------------------
def owners(obligation: Obligation | Climber, presence: Presence) -> tuple[Found, ...]:
    """Who owes it and is there: the person named, or who stands in for him, or who answers for the post's role now."""
    if obligation.assignee_id is not None:
        one = presence.stand_in(obligation.assignee_id)
        if one is not None:
            how = "post" if one == obligation.assignee_id else "deputy"
            return (Found(one, presence.name_of(one), obligation.owner_role, None, how),)
        return presence.present(_role(obligation, presence), obligation.project_id, skipping=(obligation.assignee_id,))
    return presence.present(obligation.owner_role, obligation.project_id)


def superiors(rung: Rung, obligation: Obligation | Climber, presence: Presence) -> tuple[Found, ...]:
    """Who is told when it goes up: the role named, or so many above the owner's; never the owner himself."""
    role = rung.role or presence.superior_of(_role(obligation, presence), rung.levels)
    skipping = {one.person_id for one in owners(obligation, presence)}
    if obligation.assignee_id is not None:
        skipping.add(obligation.assignee_id)
    return presence.present(role, obligation.project_id, skipping=skipping)


def _role(obligation: Obligation | Climber, presence: Presence) -> str:
    """The role that owes it; of a person alone, the first he holds there."""
    if obligation.owner_role or obligation.assignee_id is None:
        return obligation.owner_role
    return presence.role_of(obligation.assignee_id, obligation.project_id)


def _write(climbers: list[Climber]) -> None:
    columns = zip(*((o.id, o.next_rung_at, o.climbed, o.overdue_at) for o in climbers), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rulebook_obligation o SET next_rung_at = v.next_rung_at, climbed = v.climbed, overdue_at = v.overdue_at"
            " FROM unnest(%s::uuid[], %s::timestamptz[], %s::smallint[], %s::timestamptz[]) v(id, next_rung_at, climbed, overdue_at)"
            " WHERE o.id = v.id",
            [list(column) for column in columns],
        )

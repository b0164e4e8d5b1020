"""Penalty: a fact suggests a sanction. Nothing more: somebody above looks at it, and no money moves.

Off until a project switches it on: what a handbook threatens is not yet what the law allows, and `note` says so beside the clause.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from guanjia.kernel.ids import Ref, uuid7
from guanjia.kernel.journal import REACTIONS, Place, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from . import facts, registry
from .inforce import LIVE
from .models import Obligation
from .rule import Binding, On, Param, Payload, holds, on

#: instead of a person named by the fact: whoever owed the duty that the fact is about
OWNER = "owner"


class Penalty(Binding):
    """`Penalty("WF-022", on=on("rulebook.duty.escalated", to_role="general_manager"), level="criticism", note=…)`.

    `person` says whose breach it is: a value of the fact, or `OWNER` for the one who owed the obligation it names. A fact
    that names nobody suggests nothing. `appeal_within`: how long the person may answer once it is approved.

    Living by the clause is not enough: a project that adopts a handbook with it suggests nothing until it says so (`suggest`).
    """

    def __init__(
        self,
        rule: str,
        *,
        on: On | str,
        level: str,
        note: Any,
        person: Payload | str = OWNER,
        suggest: Param = Param("suggest", False),  # noqa: B008  (a frozen value)
        appeal_within: Param | str = Param("appeal_within", "7 days"),  # noqa: B008
        stage: str = "",
    ):
        self.rule, self.stage, self.awake = rule, stage, False
        self.on, self.level, self.note, self.person = _named(on), level, note, person
        self.suggest, self.appeal_within = suggest, appeal_within
        self.__post_init__()


def _named(given: On | str) -> On:
    return given if isinstance(given, On) else on(given)


def install() -> None:
    """Let the facts that may suggest a sanction be reacted to; called once, when every room has declared its rules."""
    for fact in registry.penalties:
        if suggest not in REACTIONS[fact]:
            REACTIONS[fact].append(suggest)


def suggest(entry: Any, act: Any) -> None:
    """Say which sanctions a line suggests in its project."""
    if entry.project_id is None:
        return
    for penalty in registry.penalties.get(entry.fact, ()):
        if holds(penalty.on.where, entry.payload) and _suggests(penalty, entry.project_id, entry.happened_at):
            person = _person(penalty, entry)
            if person is not None:
                project = Project.objects.unscoped("engine").get(pk=entry.project_id)
                suggest_penalty(project=project, rule=penalty.rule, level=penalty.level, person_id=person, source=entry.subject, act=act)


@usecase("rulebook.penalty.suggest")
def suggest_penalty(*, project: Project, rule: str, level: str, person_id: UUID, source: Ref, act: Any) -> None:
    """Write down that a clause suggests a sanction for somebody; whoever keeps sanctions makes a draft of it."""
    # About nothing that has a page: whoever reads the timeline of the order or the case must not meet a suspicion there.
    record(
        Ref("rulebook.penalty", uuid7()),
        facts.PenaltySuggested(rule=rule, level=level, person_id=str(person_id), source_kind=source.kind, source_id=str(source.id)),
        act=act,
        project=Place(project.company_id, project.pk),
    )


def _suggests(penalty: Penalty, project_id: UUID, at: datetime) -> bool:
    lives_by_it = LIVE.value(penalty.rule, "on", project_id, at, True)
    return bool(lives_by_it and LIVE.resolve(penalty.suggest, penalty.rule, project_id, at))


def _person(penalty: Penalty, entry: Any) -> UUID | None:
    if isinstance(penalty.person, Payload):
        named = entry.payload.get(penalty.person.key)
        return UUID(str(named)) if named else None
    owed = Obligation.objects.unscoped("engine").filter(pk=entry.payload.get("obligation_id"), project_id=entry.project_id)
    return owed.values_list("assignee_id", flat=True).first()

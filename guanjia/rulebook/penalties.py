"""Penalty: a fact suggests a sanction. Nothing more: somebody above looks at it, and no money moves.

Off until a project switches it on: what a handbook threatens is not yet what the law allows, and `note` says so beside the clause.
"""

from typing import Any
from uuid import UUID

from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import REACTIONS, Place, record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from . import facts, registry
from .inforce import LIVE
from .models import Obligation
from .rule import Binding, On, Payload, holds, on

#: instead of a person named by the fact: whoever owed the duty that the fact is about
OWNER = "owner"


class Penalty(Binding):
    """`Penalty("WF-022", on=on("rulebook.duty.escalated", to_role="general_manager"), level="criticism", note=…)`.

    `person` says whose breach it is: a value of the fact, or `OWNER` for the one who owed the obligation it names. A fact
    that names nobody suggests nothing.
    """

    def __init__(
        self,
        rule: str,
        *,
        on: On | str,
        level: str,
        note: Any,
        person: Payload | str = OWNER,
        stage: str = "",
        awake: bool = False,
    ):
        self.rule, self.stage, self.awake = rule, stage, awake
        self.on, self.level, self.note, self.person = _named(on), level, note, person
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
        if holds(penalty.on.where, entry.payload) and LIVE.is_awake(penalty, entry.project_id, entry.happened_at):
            person = _person(penalty, entry)
            if person is not None:
                project = Project.objects.unscoped("engine").get(pk=entry.project_id)
                suggest_penalty(project=project, rule=penalty.rule, level=penalty.level, person_id=person, source=entry.subject, act=act)


@usecase("rulebook.penalty.suggest")
def suggest_penalty(*, project: Project, rule: str, level: str, person_id: UUID, source: Ref, act: Any) -> None:
    """Write down that a clause suggests a sanction for somebody; whoever keeps sanctions makes a draft of it."""
    record(
        source,
        facts.PenaltySuggested(rule=rule, level=level, person_id=str(person_id), source_kind=source.kind),
        act=act,
        project=Place(project.company_id, project.pk),
    )


def _person(penalty: Penalty, entry: Any) -> UUID | None:
    if isinstance(penalty.person, Payload):
        named = entry.payload.get(penalty.person.key)
        return UUID(str(named)) if named else None
    owed = Obligation.objects.unscoped("engine").filter(pk=entry.payload.get("obligation_id"), project_id=entry.project_id)
    return owed.values_list("assignee_id", flat=True).first()

"""Who looked at what: noted before it is shown, with one statement a page.

The line, the hour's count and the look whether a decoy was touched are one round trip. Much reading in an hour becomes a fact
of the journal by steps, so that a clause can count it; a decoy rings at once. What residents see of their own is not noted.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from . import alarms, facts, fixed
from .act import Act, system_act
from .ids import Ref, uuid7
from .journal import Place, record
from .models import Decoy, ReadCount, ReadLog
from .states import DECOY, DOWNLOAD, PAGE
from .usecase import usecase

STEP = 10  # so many more reads in an hour are one fact

_NOTE = """
WITH noted AS ({insert}),
     counted AS (
       INSERT INTO kernel_readcount (company_id, by_id, hour, reads) VALUES (%s, %s, %s, %s)
       ON CONFLICT (by_id, hour) DO UPDATE SET reads = kernel_readcount.reads + excluded.reads RETURNING reads)
SELECT counted.reads, ARRAY(SELECT subject_id FROM kernel_decoy WHERE subject_id = ANY(%s)) FROM counted
"""


def note(
    subjects: Iterable[Any],
    *,
    act: Act,
    how: str = PAGE,
    fields: Iterable[str] = (),
    purpose: str = "",
    matter: Ref | None = None,
) -> None:
    """Write down that the act's person reads these records (rows of one company); returns when that is safe.

    `fields` names what is shown in full. Call it before anything is shown, outside of nothing: within a use case the line
    is as safe as the use case.
    """
    rows = [row for row in subjects if row is not None]
    if act.person_id is None or not rows:
        return
    reads = 0 if how == DOWNLOAD else len(rows)  # what two others let out is not reading on one's own
    lines = [_line(row, act, how, list(fields), purpose, matter) for row in rows]
    hour = act.at.replace(minute=0, second=0, microsecond=0)
    ((so_far, touched),) = fixed.run(
        _NOTE.format(insert=fixed.insert(ReadLog)),
        [fixed.document(lines), act.company_id, act.person_id, hour, reads, [row.pk for row in rows]],
    )
    steps = so_far // STEP - (so_far - reads) // STEP
    if steps:
        home = min(act.rights.any_projects(), default=None)
        tell_how_much(
            reader=Ref("org.person", act.person_id),
            place=Place(act.company_id, home),
            reads=STEP * steps,
            in_hour=so_far,
            hour=hour,
            act=system_act(act.at, company_id=act.company_id),
        )
    for row in rows:
        if row.pk in touched:
            _ring(row, act)


def _line(row: Any, act: Act, how: str, fields: list[str], purpose: str, matter: Ref | None) -> ReadLog:
    ref = Ref.to(row)
    return ReadLog(
        id=uuid7(),
        company_id=row.company_id,
        project_id=getattr(row, "project_id", None),
        read_at=act.at,
        by_kind=act.by.kind,
        by_id=act.by.id,
        by_name=act.by.name,
        via=act.via,
        how=how,
        subject_kind=ref.kind,
        subject_id=ref.id,
        fields=fields,
        purpose=purpose,
        matter_kind=matter.kind if matter else "",
        matter_id=matter.id if matter else None,
        request_id=act.request_id,
    )


@usecase("kernel.reading.count")
def tell_how_much(*, reader: Ref, place: Place, reads: int, in_hour: int, hour: datetime, act: Act) -> None:
    """Say in the journal how much somebody has read in this hour, in all projects together; `place` is the first of his own."""
    sitting = f"{reader.id}/{hour:%Y-%m-%dT%H}"
    record(reader, facts.PersonalRead(reads=reads, in_hour=in_hour, sitting=sitting), act=act, project=place)


def _ring(row: Any, act: Act) -> None:
    alarms.raise_alarm(
        kind=DECOY,
        subject=Ref.to(row),
        project_id=row.project_id,
        reader_id=act.person_id,
        reader_name=act.by.name,
        words="",
        act=system_act(act.at, company_id=row.company_id),
    )


# -- decoys --------------------------------------------------------------------------------------
@usecase("kernel.decoy.set")
def set_decoy(subject: Any, *, act: Act) -> Decoy:
    """Make a record a decoy: from now on opening it rings. The journal keeps still about it, or everybody would know."""
    decoy, _made = Decoy.objects.unscoped("link").get_or_create(
        subject_id=subject.pk, defaults={"company_id": subject.company_id, "kind": Ref.to(subject).kind, "set_at": act.at}
    )
    return decoy


@usecase("kernel.decoy.lift")
def lift_decoy(subject: Any, *, act: Act) -> None:
    """Let a record be an ordinary one again."""
    Decoy.objects.unscoped("link").filter(subject_id=subject.pk).delete()


# -- questions -----------------------------------------------------------------------------------
def reads_of(subject: Any, act: Act) -> Any:
    """Who read a record that the caller already holds, the newest first."""
    act.require("kernel.reading.see", on=subject)
    return ReadLog.objects.unscoped("link").filter(subject_id=subject.pk).order_by("-read_at", "-id")


def reads(act: Act) -> Any:
    """Every line that this act may see, the newest first."""
    act.require("kernel.reading.see")
    return ReadLog.objects.visible_to(act).order_by("-read_at", "-id")


def busiest(act: Act, *, since: datetime, most: int = 20) -> list[ReadCount]:
    """The hours in which one person read most, since a moment."""
    act.require("kernel.reading.see")
    hour = since.replace(minute=0, second=0, microsecond=0)
    return list(ReadCount.objects.visible_to(act).filter(hour__gte=hour).order_by("-reads", "-hour")[:most])

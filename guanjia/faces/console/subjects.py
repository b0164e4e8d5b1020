"""What a duty is about, fetched by kind in one query each. The closed list of kinds that pages show."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from guanjia.customers.models import Cleanup, Customer, Flag, Household, Lease, Occupancy
from guanjia.desk.models import Case, Contact
from guanjia.estate.models import House
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.act import Act
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import Alarm, Reveal
from guanjia.org.models import Unit
from guanjia.quality.models import CheckRun, Finding, Rectification
from guanjia.rulebook.models import AuthoredEdition
from guanjia.work.models import WorkOrder
from guanjia.workforce.models import Sanction

SHOWN = (
    Case,
    Contact,
    WorkOrder,
    ReturnVisit,
    House,
    Customer,
    Occupancy,
    Household,
    Lease,
    Flag,
    Cleanup,
    Rectification,
    CheckRun,
    Finding,
    Unit,
    Sanction,
    AuthoredEdition,
    Alarm,
    Reveal,
)
MODELS = {model._meta.label_lower: model for model in SHOWN}


def subjects_of(things: Iterable[Any], act: Act) -> dict[UUID, Any]:
    """id -> row, for everything with a `subject` Ref that this act may see."""
    wanted: dict[str, set[UUID]] = defaultdict(set)
    for thing in things:
        ref: Ref = thing.subject
        wanted[ref.kind].add(ref.id)
    found: dict[UUID, Any] = {}
    for kind, ids in wanted.items():
        if kind in MODELS:
            found |= {row.pk: row for row in MODELS[kind].objects.visible_to(act).filter(pk__in=ids)}
    return found


def find_subject(said: str, act: Act) -> Any:
    """The row that the text of a `Ref` names; NotFound alike for foreign, missing, malformed and other kinds."""
    try:
        ref = Ref.parse(said)
    except ValueError:
        raise NotFound() from None
    if ref.kind not in MODELS:
        raise NotFound()
    return MODELS[ref.kind].objects.find(act, ref.id)

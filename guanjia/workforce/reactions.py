"""What this room does because a clause suggested something, or an approval was settled."""

from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import reacts_to
from guanjia.kernel.usecase import attempt
from guanjia.org.models import Person, Project
from guanjia.rulebook.models import ApprovalRequest

from . import services
from .models import Sanction
from .states import DRAFTED, MATTER


@reacts_to("rulebook.penalty.suggested")
def draft_what_a_clause_suggests(entry, act):
    """A draft for somebody above to look at; one at a time for the same person, clause and occasion."""
    payload = entry.payload
    person = Person.objects.visible_to(act).get(pk=payload["person_id"])
    source = Ref(payload["source_kind"], UUID(payload["source_id"]))
    there = Sanction.objects.visible_to(act).filter(person=person, rule=payload["rule"], source_id=source.id, state=DRAFTED)
    if not there.exists():
        services.draft_sanction(
            project=Project.objects.visible_to(act).get(pk=entry.project_id),
            person=person,
            rule=payload["rule"],
            level=payload["level"],
            source=source,
            act=act,
        )


def _settled(entry, act: Act) -> tuple[Sanction | None, ApprovalRequest | None]:
    if entry.payload["matter"] != MATTER:
        return None, None
    request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
    return Sanction.objects.visible_to(act).filter(pk=request.about_id).first(), request


@reacts_to("rulebook.approval.approved")
def put_into_force(entry, act):
    """Others have said yes: it is in force, if it is what they were shown."""
    sanction, request = _settled(entry, act)
    if sanction is not None and attempt(services.approve_sanction, sanction, request=request, act=act) is None:
        attempt(services.return_sanction, sanction, act=act)


@reacts_to("rulebook.approval.refused")
def note_the_refusal(entry, act):
    """Others have said no."""
    sanction, request = _settled(entry, act)
    if sanction is not None:
        services.refuse_sanction(sanction, request=request, act=act)


@reacts_to("rulebook.approval.withdrawn")
def make_it_a_draft_again(entry, act):
    """The proposer took it back."""
    sanction, _request = _settled(entry, act)
    if sanction is not None:
        services.return_sanction(sanction, reason=entry.payload.get("reason", ""), act=act)

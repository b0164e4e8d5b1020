"""What the rulebook does because of something: an approval was settled, and what was approved comes into force or is put back;
a calendar changed, and the clocks that still run are moved."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from guanjia.kernel.act import Act
from guanjia.kernel.journal import reacts_to
from guanjia.org import selectors as org

from . import services
from .models import Adoption, ApprovalRequest, AuthoredEdition, HandbookVersion, ParameterProposal
from .services import adoptions, authoring, handbooks, parameters


@reacts_to("rulebook.approval.approved")
def put_into_force(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.adopt(row, act=act)
    elif matter == handbooks.MATTER:
        request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
        services.publish_handbook(row, digest=request.content["digest"], act=act)
    elif matter == parameters.MATTER:
        request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
        services.set_parameter(row, request=request, act=act)


@reacts_to("rulebook.approval.refused")
def put_back(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.refuse_adoption(row, words=entry.payload["words"], act=act)
    elif matter == handbooks.MATTER:
        services.send_back_handbook(row, act=act)
    elif matter == parameters.MATTER:
        parameters.settle_proposal(row, verb="reject", words=entry.payload["words"], act=act)


@reacts_to("rulebook.approval.withdrawn")
def take_back(entry, act):
    matter, row = _what(entry, act)
    if matter == adoptions.MATTER:
        services.withdraw_adoption(row, act=act)
    elif matter == handbooks.MATTER:
        services.send_back_handbook(row, act=act)
    elif matter == parameters.MATTER:
        parameters.settle_proposal(row, verb="drop", act=act)


def _what(entry, act):
    """(matter, row) of a settled approval; the row is None where the matter is somebody else's."""
    matter = entry.payload["matter"]
    model = {adoptions.MATTER: Adoption, handbooks.MATTER: HandbookVersion, parameters.MATTER: ParameterProposal}.get(matter)
    if model is None:
        return matter, None
    request = ApprovalRequest.objects.visible_to(act).get(pk=entry.subject_id)
    return matter, model.objects.visible_to(act).get(pk=request.about_id)


# -- calendars -----------------------------------------------------------------------------------
@reacts_to("org.calendar.day_set")
def reckon_from_the_day(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act, since=date.fromisoformat(entry.payload["date"]))


@reacts_to("org.calendar.published")
def reckon_from_the_year(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act, since=date(entry.payload["year"], 1, 1))


@reacts_to("org.calendar.hours_set")
def reckon_all(entry: Any, act: Act) -> None:
    recompute(entry.subject_id, entry.payload["known_from"], act)


def recompute(calendar_id: UUID, known_from: str | None, act: Act, since: date | None = None) -> None:
    """Reckon anew in each project that lives by the calendar; nothing to do where none did when it changed."""
    if known_from:
        for project in org.projects_on(calendar_id):
            services.recompute_clocks(project=project, known_at=datetime.fromisoformat(known_from), since=since, act=act)


# -- rules that a company writes ------------------------------------------------------------------------
@reacts_to("rulebook.approval.approved")
def an_approved_rule_is_enacted(entry: Any, act: Act) -> None:
    edition = _edition_of(entry)
    if edition is not None:
        wrong = authoring.objections_to(edition, entry.payload["digest"])
        if wrong:
            services.give_back_rule(edition, reason=" ".join(wrong), act=act)
        else:
            services.enact_rule(edition, digest=entry.payload["digest"], act=act)


@reacts_to("rulebook.approval.refused")
def a_refused_rule_is_a_draft_again(entry: Any, act: Act) -> None:
    edition = _edition_of(entry)
    if edition is not None:
        services.give_back_rule(edition, reason=entry.payload.get("words", ""), act=act)


@reacts_to("rulebook.approval.withdrawn")
def a_rule_taken_back_is_a_draft_again(entry: Any, act: Act) -> None:
    edition = _edition_of(entry)
    if edition is not None:
        services.give_back_rule(edition, reason=entry.payload.get("reason", ""), act=act)


def _edition_of(entry: Any) -> AuthoredEdition | None:
    """The edition that an approval was about; None for other matters."""
    if entry.payload.get("matter") != authoring.MATTER:
        return None
    kind = AuthoredEdition._meta.label_lower
    ids = [ref.id for ref in entry.about if ref.kind == kind]
    return AuthoredEdition.objects.unscoped("engine").select_related("rule").filter(pk__in=ids).first()

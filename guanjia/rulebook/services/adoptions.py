"""A project takes a handbook into use: proposed with reasons, approved by others, in force from its day, ended."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import memo
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Project
from guanjia.rulebook import adopting, facts
from guanjia.rulebook.approving import Step, is_approved
from guanjia.rulebook.models import Adoption, HandbookVersion
from guanjia.rulebook.states import ADOPTED, ADOPTION, PROPOSED

from .approvals import request_approval

MATTER = "rulebook.adoption"
SETTLING = timedelta(minutes=1)  # until every process has forgotten what it remembered: nobody decides by the old word after it


@usecase("rulebook.adoption.propose")
def propose_adoption(*, project: Project, edition: HandbookVersion, starts_on: date, reason: str, act: Act) -> Adoption:
    """Ask that a project live by an edition from a day on. The office and then the company's service manager decide.

    BadInput with everything that stands in its way: duties that nobody would answer for, clauses that exclude each other,
    a foundation that is missing, a day that is past, nobody to approve.
    """
    if edition.company_id != project.company_id:
        raise NotFound()
    reasons = [] if reason.strip() else [Reason(_("请写明为何采用。"), field="reason")]
    found = adopting.preview(project, edition, starts_on, act.at)
    reasons += found.reasons
    if Adoption.objects.unscoped("uniqueness").filter(project=project, handbook=edition.handbook, state=PROPOSED).exists():
        raise BadInput([*reasons, Reason(_("采用这部手册的申请已在审批中。"))])
    proposed = Adoption.objects.create(
        project=project,
        handbook=edition.handbook,
        edition=edition,
        is_base=edition.handbook.is_base,
        starts_on=starts_on,
        reason=reason.strip(),
        proposed_by_id=act.person_id,
        proposed_at=act.at,
        created_at=act.at,
    )
    record(
        proposed,
        facts.AdoptionProposed(handbook=edition.label, starts_on=str(starts_on), reason=reason.strip()),
        act=act,
        about=(project, edition.handbook),
    )
    try:
        request_approval(
            project=project,
            about=proposed,
            matter=MATTER,
            title=_("%(project)s 自 %(day)s 起采用《%(edition)s》") % {"project": project, "day": starts_on, "edition": edition},
            steps=_steps(project, act),
            content=_content(proposed, found),
            reason=reason.strip(),
            act=act,
        )
    except BadInput as no:
        reasons += no.reasons
    if reasons:
        raise BadInput(reasons)
    return proposed


@usecase("rulebook.adoption.adopt")
def adopt(adoption: Adoption, *, act: Act) -> Adoption:
    """Put an approved adoption into force from its day, or from now where the day has passed while it was being decided.

    What changed meanwhile counts: if something stands in its way now, it is refused with those words. IllegalMove without
    an approval: nobody adopts past it, whatever he may.
    """
    ADOPTION.require(adoption, "adopt")
    if not is_approved(adoption, MATTER):
        raise IllegalMove([Reason(_("还没有批准。"))])
    # two adoptions of one project are decided one after the other; rows that point at the project do not wait
    Project.objects.unscoped("engine").select_for_update(no_key=True).get(pk=adoption.project_id)
    memo.forget_all()
    starts_on = max(adoption.starts_on, timezone.localtime(act.at).date())
    reasons = adopting.preview(adoption.project, adoption.edition, starts_on, act.at).reasons
    if reasons:
        return refuse_adoption(adoption, words="；".join(str(reason) for reason in reasons), act=act)
    since = max(adopting.opening(starts_on), act.at + SETTLING)
    replaced = _replace(adoption, since, starts_on)
    adoption = ADOPTION.move(adoption, "adopt", act=act, starts_on=starts_on, since=since, settled_at=act.at)
    memo.forget_all()
    record(
        adoption,
        facts.AdoptionAdopted(handbook=adoption.edition.label, since=since.isoformat(), replaces="、".join(replaced)),
        act=act,
        about=(adoption.project, adoption.handbook),
    )
    return adoption


@usecase("rulebook.adoption.refuse")
def refuse_adoption(adoption: Adoption, *, words: str, act: Act) -> Adoption:
    """It was not approved, or can no longer be: the project lives on as it did."""
    adoption = ADOPTION.move(adoption, "refuse", act=act, settled_at=act.at, settled_words=words)
    record(
        adoption,
        facts.AdoptionRefused(handbook=adoption.edition.label, reasons=[words]),
        act=act,
        about=(adoption.project, adoption.handbook),
    )
    return adoption


@usecase("rulebook.adoption.withdraw")
def withdraw_adoption(adoption: Adoption, *, act: Act) -> Adoption:
    """The asker took it back."""
    adoption = ADOPTION.move(adoption, "withdraw", act=act, settled_at=act.at)
    record(adoption, facts.AdoptionWithdrawn(handbook=adoption.edition.label), act=act, about=(adoption.project, adoption.handbook))
    return adoption


@usecase("rulebook.adoption.end")
def end_adoption(adoption: Adoption, *, ends_on: date, reason: str, act: Act) -> Adoption:
    """Stop living by an edition on a day (that day no longer counts). What is owed under it stays owed.

    A base is not ended while add-ons stand on it: adopt another base, which takes its place.
    """
    if adoption.state != ADOPTED or (adoption.until is not None and adoption.until <= act.at):
        raise IllegalMove([Reason(_("这部手册没有在采用。"))])
    reasons = [] if reason.strip() else [Reason(_("请写明为何终止。"), field="reason")]
    if ends_on < timezone.localtime(act.at).date() or ends_on < adoption.starts_on:
        reasons.append(Reason(_("终止日不能早于今天，也不能早于起始日。"), field="ends_on"))
    until = max(adopting.opening(ends_on), act.at + SETTLING, adoption.since)
    if adoption.until is not None and adoption.until <= until:
        reasons.append(Reason(_("已定于 %(day)s 终止。") % {"day": adoption.ends_on}, field="ends_on"))
    if adoption.is_base and any(row.until is None or row.until > until for row in _adopted(adoption.project) if not row.is_base):
        reasons.append(Reason(_("还有附加手册与它同用，请先终止附加手册，或直接采用另一部基本手册。")))
    if reasons:
        raise BadInput(reasons)
    adoption.ends_on, adoption.until, adoption.end_reason, adoption.ended_by_id = ends_on, until, reason.strip(), act.person_id
    adoption.version += 1
    adoption.save(update_fields=["ends_on", "until", "end_reason", "ended_by", "version"])
    memo.forget_all()
    record(
        adoption,
        facts.AdoptionEnded(handbook=adoption.edition.label, until=until.isoformat(), reason=reason.strip()),
        act=act,
        about=(adoption.project, adoption.handbook),
    )
    return adoption


def _adopted(project: Project) -> list[Adoption]:
    rows = Adoption.objects.unscoped("engine").filter(project=project, state=ADOPTED)
    return list(rows.select_related("edition__handbook"))


def _replace(adoption: Adoption, since: Any, starts_on: date) -> list[str]:
    """End what the adoption takes the place of at the moment it begins; returns the labels."""
    replaced = []
    for row in _adopted(adoption.project):
        same = row.handbook_id == adoption.handbook_id or (row.is_base and adoption.is_base)
        if same and (row.until is None or row.until > since):
            row.ends_on, row.until, row.version = max(starts_on, row.starts_on), max(since, row.since), row.version + 1
            row.save(update_fields=["ends_on", "until", "version"])
            replaced.append(row.edition.label)
    return replaced


def _steps(project: Project, act: Act) -> tuple[Step, ...]:
    """The office manager and the company's service manager; who asks does not approve his own step."""
    office = org.people_in_role("office_manager", project.company_id, project.pk, act.at)
    alone = [person.pk for person in office] == [act.person_id]
    return (Step("service_manager"),) if alone else (Step("office_manager"), Step("service_manager"))


def _content(proposed: Adoption, found: adopting.Preview) -> dict[str, Any]:
    return {
        "handbook": proposed.edition.label,
        "digest": proposed.edition.digest,
        "starts_on": str(proposed.starts_on),
        "opens": found.opens,
        "stops": found.stops,
        "numbers": [[n.rule, n.key, n.before, n.after] for n in found.numbers],
    }

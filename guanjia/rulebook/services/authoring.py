"""Writing a rule: draft, propose, enact, end; a change is a new edition from a day on.

Two people stand behind every rule: whoever proposes it, and somebody else who approves. It begins on a later day than
that of its approval, so that no line of the journal is judged by a rule that nobody knew when it was written.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import memo
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, IllegalMove, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Company, Project
from guanjia.rulebook import facts
from guanjia.rulebook.approving import Step, digest_of
from guanjia.rulebook.authoring import sense
from guanjia.rulebook.authoring.definition import read
from guanjia.rulebook.authoring.paper import Paper
from guanjia.rulebook.authoring.states import DRAFT, DROPPED, EDITION, PROPOSED, UNFINISHED
from guanjia.rulebook.models import ApprovalRequest, AuthoredEdition, AuthoredRule
from guanjia.rulebook.states import APPROVED

from .approvals import request_approval

MATTER = "rulebook.authored"
APPROVER, INSTEAD = "service_manager", "office_manager"
PREFIX = "OWN"
MOST = 999
LARGEST = 40_000  # characters of a definition


@usecase("rulebook.authored.write")
def write_rule(
    *,
    project: Company,
    title: str,
    definition: dict[str, Any],
    words: str = "",
    source: str = "",
    projects: Iterable[UUID] = (),
    act: Act,
) -> AuthoredEdition:
    """A new rule of the company, as a draft with a number of its own; returns its first edition.

    A draft may be unfinished. BadInput only for what cannot be kept: no title, a project that is not the company's.
    """
    checked = _checked(title, definition, words, source, projects, act)
    Company.objects.select_for_update().get(pk=project.company_id)  # numbers are given one after the other
    numbers = AuthoredRule.objects.unscoped("uniqueness").filter(company_id=project.company_id).values_list("number", flat=True)
    last = max((int(number.partition("-")[2]) for number in numbers), default=0)
    if last >= MOST:
        raise BadInput([Reason(_("本公司规则已满 %(most)d 条。") % {"most": MOST})])
    rule = AuthoredRule.objects.create(company_id=project.company_id, number=f"{PREFIX}-{last + 1:03d}", created_at=act.at)
    return _new_edition(rule, 1, checked, act)


@usecase("rulebook.authored.rewrite")
def rewrite_rule(
    edition: AuthoredEdition,
    *,
    title: str,
    definition: dict[str, Any],
    words: str = "",
    source: str = "",
    projects: Iterable[UUID] = (),
    act: Act,
) -> AuthoredEdition:
    """Change a draft. IllegalMove once it was proposed."""
    EDITION.require(edition, "rewrite")
    checked = _checked(title, definition, words, source, projects, act)
    edition = EDITION.move(edition, "rewrite", act=act, **checked)
    _record(edition, facts.AuthoredRewritten(rule=edition.rule.number, edition=edition.edition, title=edition.title), act)
    return edition


@usecase("rulebook.authored.revise")
def revise_rule(rule: AuthoredRule, *, act: Act) -> AuthoredEdition:
    """A draft of the next edition, as the newest one stands; the unfinished one if there is one."""
    editions = list(rule.editions.order_by("edition"))
    unfinished = next((one for one in editions if one.state in UNFINISHED), None)
    if unfinished is not None:
        return unfinished
    newest = editions[-1]
    copied = {key: getattr(newest, key) for key in ("title", "words", "source", "definition", "projects")}
    return _new_edition(rule, newest.edition + 1, copied, act)


@usecase("rulebook.authored.propose")
def propose_rule(edition: AuthoredEdition, *, starts_on: date, reason: str = "", act: Act) -> AuthoredEdition:
    """Ask another to approve the draft, to begin on a day.

    BadInput with everything that is wrong: an unfinished definition, a rule that could never be kept, a day that has come.
    """
    EDITION.require(edition, "propose")
    definition, faults = read(edition.definition, edition.company_id)
    if not faults:
        faults = sense.objections(edition.rule.number, definition, edition.company_id, project_ids(edition))
    reasons = [Reason(fault.message, field=fault.path) for fault in faults]
    reasons += _wrong_start(edition, starts_on, act)
    if reasons:
        raise BadInput(reasons)
    edition = EDITION.move(edition, "propose", act=act, starts_on=starts_on, definition=definition)
    place, role = _who_approves(edition, act)
    request_approval(
        project=place,
        matter=MATTER,
        title=_("本公司规则 %(number)s 第 %(edition)d 版：%(title)s")
        % {"number": edition.rule.number, "edition": edition.edition, "title": edition.title},
        steps=(Step(role=role, within="3 days"),),
        content=content_of(edition),
        about=edition,
        reason=reason,
        act=act,
    )
    _record(edition, facts.AuthoredProposed(rule=edition.rule.number, edition=edition.edition, starts_on=str(starts_on)), act)
    return edition


@usecase("rulebook.authored.enact")
def enact_rule(edition: AuthoredEdition, *, digest: str, act: Act) -> AuthoredEdition:
    """Put an approved edition into force from its day, or from tomorrow if that day has come.

    IllegalMove unless exactly this text was approved and still makes sense beside what has come into force meanwhile.
    """
    if wrong := objections_to(edition, digest):
        raise IllegalMove([Reason(one) for one in wrong])
    asked_for = edition.starts_on
    starts_on = max(asked_for, timezone.localtime(act.at).date() + timedelta(days=1))
    edition = EDITION.move(edition, "enact", act=act, starts_on=starts_on, enacted_at=act.at)
    _record(
        edition,
        facts.AuthoredEnacted(
            rule=edition.rule.number, edition=edition.edition, starts_on=str(starts_on), asked_for=str(asked_for), digest=digest
        ),
        act,
    )
    memo.forget_all()
    return edition


@usecase("rulebook.authored.give_back")
def give_back_rule(edition: AuthoredEdition, *, reason: str = "", act: Act) -> AuthoredEdition:
    """It was not approved, or was taken back: a draft again."""
    edition = EDITION.move(edition, "give_back", act=act, starts_on=None)
    _record(edition, facts.AuthoredGivenBack(rule=edition.rule.number, edition=edition.edition, reason=reason), act)
    return edition


@usecase("rulebook.authored.end")
def end_rule(edition: AuthoredEdition, *, ends_on: date, reason: str, act: Act) -> AuthoredEdition:
    """From that day on it opens nothing more and shuts no gate; what it opened stays owed. Before its first day it never begins."""
    EDITION.require(edition, "end")
    reasons = []
    if not reason.strip():
        reasons.append(Reason(_("请写明终止理由。"), field="reason"))
    if ends_on <= timezone.localtime(act.at).date():
        reasons.append(Reason(_("终止日最早为明天：已发生的事不追改。"), field="ends_on"))
    if edition.ends_on is not None and edition.ends_on <= ends_on:
        reasons.append(Reason(_("已定于 %(day)s 终止。") % {"day": edition.ends_on}, field="ends_on"))
    if reasons:
        raise BadInput(reasons)
    edition = EDITION.move(edition, "end", act=act, ends_on=max(ends_on, edition.starts_on))
    _record(
        edition,
        facts.AuthoredEnded(rule=edition.rule.number, edition=edition.edition, ends_on=str(edition.ends_on), reason=reason.strip()),
        act,
    )
    memo.forget_all()
    return edition


@usecase("rulebook.authored.drop")
def drop_rule(edition: AuthoredEdition, *, act: Act) -> AuthoredEdition:
    """Throw a draft away; its number is not given again."""
    edition = EDITION.move(edition, "drop", act=act)
    _record(edition, facts.AuthoredDropped(rule=edition.rule.number, edition=edition.edition), act)
    return edition


@usecase("rulebook.authored.import")
def import_rules(*, project: Company, papers: Iterable[Paper], act: Act) -> list[AuthoredEdition]:
    """Write what stands on paper as drafts: new rules, and new editions of known ones; what says the same changes nothing.

    BadInput with every fault and its place if anything is wrong; then nothing is written.
    """
    papers = list(papers)
    compared = [(paper, *compare(paper, project.company_id)) for paper in papers]
    reasons = [Reason(fault.message, field=fault.path) for paper in papers for fault in paper.faults]
    reasons += [Reason(wrong, field=f"{paper.place}.rule") for paper, _what, _edition, wrong in compared if wrong]
    if reasons:
        raise BadInput(reasons)
    written = []
    for paper, what, edition, _wrong in compared:
        values = {
            "title": paper.title,
            "words": paper.words,
            "source": paper.source,
            "projects": paper.projects,
            "definition": paper.definition,
        }
        if what == "added":
            written.append(write_rule(project=project, act=act, **values))
        elif what == "changed":
            written.append(rewrite_rule(revise_rule(edition.rule, act=act), act=act, **values))
    return written


def compare(paper: Paper, company_id: UUID) -> tuple[str, AuthoredEdition | None, str]:
    """(added | changed | same | refused, the newest edition, why refused): what bringing a paper in would do."""
    if not paper.rule:
        return "added", None, ""
    rows = AuthoredEdition.objects.unscoped("import").filter(company_id=company_id, rule__number=paper.rule)
    newest = rows.exclude(state=DROPPED).select_related("rule").order_by("-edition").first()
    if newest is None:
        return "refused", None, _("没有「%(rule)s」这条规则；新规则不写编号。") % {"rule": paper.rule}
    if paper.same_as(newest):
        return "same", newest, ""
    if newest.state == PROPOSED:
        return "refused", newest, _("「%(rule)s」正在审批中，先等候结果或撤回。") % {"rule": paper.rule}
    return "changed", newest, ""


compare.not_a_usecase = "a question, asked again before anything is written"


def objections_to(edition: AuthoredEdition, digest: str) -> list[str]:
    """Why an edition cannot come into force under this approval, in sentences; [] if it can."""
    approved = ApprovalRequest.objects.unscoped("engine").filter(about_id=edition.pk, matter=MATTER, state=APPROVED, digest=digest)
    if digest != digest_of(content_of(edition)) or not approved.exists():
        return [_("内容与批准的不一致，须重新提请批准。")]
    faults = sense.objections(edition.rule.number, edition.definition, edition.company_id, project_ids(edition))
    return [fault.message for fault in faults]


objections_to.not_a_usecase = "a question, asked again when the edition is enacted"


# -- what these share ------------------------------------------------------------------------------
def content_of(edition: AuthoredEdition) -> dict[str, Any]:
    """What is approved, word for word."""
    return {
        "rule": edition.rule.number,
        "edition": edition.edition,
        "title": edition.title,
        "words": edition.words,
        "source": edition.source,
        "definition": edition.definition,
        "projects": sorted(edition.projects),
        "starts_on": str(edition.starts_on),
    }


content_of.not_a_usecase = "a view of a row"


def project_ids(edition: AuthoredEdition) -> frozenset[UUID]:
    return frozenset(map(UUID, edition.projects))


project_ids.not_a_usecase = "a view of a row"


def _new_edition(rule: AuthoredRule, number: int, checked: dict[str, Any], act: Act) -> AuthoredEdition:
    edition = AuthoredEdition.objects.create(
        company_id=rule.company_id,
        rule=rule,
        edition=number,
        state=DRAFT,
        written_by=act.by.name,
        written_by_id=act.person_id,
        created_at=act.at,
        **checked,
    )
    _record(edition, facts.AuthoredWritten(rule=rule.number, edition=number, title=edition.title), act)
    return edition


def _checked(title: str, definition: dict[str, Any], words: str, source: str, projects: Iterable[UUID], act: Act) -> dict[str, Any]:
    title, words, source = title.strip(), words.strip(), source.strip()
    reasons = []
    if not title:
        reasons.append(Reason(_("请写规则的名称。"), field="title"))
    if len(title) > 80 or len(source) > 200 or len(words) > 4000:
        reasons.append(Reason(_("名称最多 80 字，依据最多 200 字，条文最多 4000 字。"), field="title"))
    sound, faults = read(definition, act.company_id)
    definition = definition if faults else sound
    if len(json.dumps(definition, ensure_ascii=False, default=str)) > LARGEST:
        reasons.append(Reason(_("规则太长。"), field="definition"))
    ids = sorted({str(one) for one in projects})
    if Project.objects.visible_to(act).filter(pk__in=ids).count() != len(ids):
        raise NotFound()
    if reasons:
        raise BadInput(reasons)
    return {"title": title, "words": words, "source": source, "definition": definition, "projects": ids}


def _wrong_start(edition: AuthoredEdition, starts_on: date, act: Act) -> list[Reason]:
    if starts_on <= timezone.localtime(act.at).date():
        return [Reason(_("最早自明天起：批准之前发生的事不受新规则约束。"), field="starts_on")]
    earlier = edition.rule.editions.enacted().order_by("-starts_on").values_list("starts_on", flat=True).first()
    if earlier is not None and starts_on <= earlier:
        return [Reason(_("须晚于上一版的起始日 %(day)s。") % {"day": earlier}, field="starts_on")]
    return []


def _who_approves(edition: AuthoredEdition, act: Act) -> tuple[Project | Company, str]:
    """Where leave is asked and of which role: nearest to the reach of the rule, where somebody but the asker can give it."""
    wanted = Project.objects.visible_to(act).order_by("name")
    projects = list(wanted.filter(pk__in=edition.projects) if edition.projects else wanted)
    company = Company.objects.get(pk=edition.company_id)
    places: list[Project | Company] = projects if len(edition.projects) == 1 else [company, *projects]
    for role in (APPROVER, INSTEAD):
        for place in places:
            of_project = place.pk if isinstance(place, Project) else None
            for asked in (role, *org.superiors_of(role)):
                people = org.people_in_role(asked, edition.company_id, of_project, act.at)
                if any(person.pk != act.person_id for person in people):
                    return place, role
    raise BadInput([Reason(_("除您之外没有人可以批准：请先任命公司客户部经理或管理处经理。"))])


def _record(edition: AuthoredEdition, fact: Any, act: Act) -> None:
    record(edition, fact, act=act, about=(edition.rule,))

"""Walking a list: start, answer, complete; or drop what was begun by mistake."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Person, Project
from guanjia.quality import facts, gates, scoring
from guanjia.quality.models import CheckAnswer, Checklist, ChecklistItem, CheckRun
from guanjia.quality.states import CHECK, PUBLISHED

from .findings import record_finding


@dataclass(frozen=True)
class Answer:
    """What a checker says to one item: "yes", "no", a figure, words, or "na"; and whether a rectification is to be opened."""

    value: str
    note: str = ""
    rectify: bool = False


@usecase("quality.check.start", gate=gates.StartCheck)
def start_check(*, project: Project, checklist: Checklist, subject: Any = None, subject_name: str = "", act: Act) -> CheckRun:
    """Begin to check something (an instance, a Ref, or nothing in particular) by the edition in use."""
    reasons = []
    if checklist.state != PUBLISHED or checklist.company_id != project.company_id:
        reasons.append(Reason(_("这张检查表不在用，请选在用的一版。"), field="checklist"))
    if act.person_id is None:
        reasons.append(Reason(_("检查须由人来做。")))
    ref = subject if subject is None or isinstance(subject, Ref) else Ref.to(subject)
    if checklist.subject_kind and (ref is None or ref.kind != checklist.subject_kind):
        reasons.append(Reason(_("请选择检查对象。"), field="subject"))
    if reasons:
        raise BadInput(reasons)
    run = CheckRun.objects.create(
        project=project,
        number=next_number("JC", project, act.at),
        checklist=checklist,
        subject_kind=ref.kind if ref else "",
        subject_id=ref.id if ref else None,
        subject_name=(subject_name or (str(subject) if ref is not None and subject is not ref else "")).strip()[:120],
        checker=Person.objects.visible_to(act).get(pk=act.person_id),
        started_at=act.at,
        created_at=act.at,
    )
    record(run, facts.CheckStarted(list=checklist.code, edition=checklist.edition, subject=run.subject_name), act=act, about=(run.subject,))
    return run


@usecase("quality.check.answer")
def answer_check(run: CheckRun, *, answers: Mapping[UUID, Answer], act: Act) -> CheckRun:
    """Keep answers by item, as far as one has come; what was said before to the same item is replaced.

    BadInput with every answer that is none, each at the field `item_<id>`. Only the checker answers.
    """
    _only_the_checker(run, act)
    run = CHECK.move(run, "answer", act=act)
    items = {item.pk: item for item in run.checklist.items.all()}
    rows, reasons = [], []
    for key, answer in answers.items():
        if key not in items:
            reasons.append(Reason(_("检查表里没有这一项。")))
            continue
        try:
            judged = scoring.judge(items[key], answer.value)
        except ValueError as error:
            reasons.append(Reason(str(error), field=f"item_{key}"))
            continue
        rectify = answer.rectify and judged.is_passed is False
        rows.append(
            CheckAnswer(
                run=run, item=items[key], value=judged.value, is_passed=judged.is_passed, note=answer.note.strip()[:2000], rectify=rectify
            )
        )
    if reasons:
        raise BadInput(reasons)
    CheckAnswer.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["run", "item"], update_fields=["value", "is_passed", "note", "rectify"]
    )
    record(run, facts.CheckAnswered(items=len(rows), failed=sum(row.is_passed is False for row in rows)), act=act)
    return run


@usecase("quality.check.complete", gate=gates.CompleteCheck)
def complete_check(run: CheckRun, *, remark: str = "", act: Act) -> CheckRun:
    """The check is done: scored, judged, and fixed for good; each item that failed is a finding.

    BadInput names every item without an answer. Passed means: the list's score is reached and no vital item failed.
    """
    _only_the_checker(run, act)
    CHECK.require(run, "complete")
    items = list(run.checklist.items.all())
    answers = {answer.item_id: answer for answer in run.answers.all()}
    unanswered = [
        Reason(_("还没有作答：%(item)s") % {"item": item.text}, field=f"item_{item.pk}") for item in items if item.pk not in answers
    ]
    if unanswered:
        raise BadInput(unanswered)
    score = scoring.score((item.weight, scoring.judge(item, answers[item.pk].value).share) for item in items)
    failed = [item for item in items if answers[item.pk].is_passed is False]
    passed = (score is None or score >= run.checklist.pass_score) and not any(item.is_vital for item in failed)
    for item in failed:
        _found(run, item, answers[item.pk], act)
    run = CHECK.move(run, "complete", act=act, completed_at=act.at, score=score, is_passed=passed, remark=remark.strip())
    record(
        run,
        facts.CheckCompleted(
            list=run.checklist.code,
            edition=run.checklist.edition,
            passed=passed,
            score=score,
            findings=len(failed),
            checker_id=str(run.checker_id),
        ),
        act=act,
        about=(run.subject,),
    )
    return run


@usecase("quality.check.drop")
def drop_check(run: CheckRun, *, reason: str, act: Act) -> CheckRun:
    """A check begun by mistake counts for nothing."""
    if not reason.strip():
        raise BadInput([Reason(_("请写明作废原因。"), field="reason")])
    run = CHECK.move(run, "drop", act=act, remark=reason.strip())
    record(run, facts.CheckDropped(list=run.checklist.code, reason=run.remark), act=act, about=(run.subject,))
    return run


def _found(run: CheckRun, item: ChecklistItem, answer: CheckAnswer, act: Act) -> None:
    heavy = run.checklist.rectify_from is not None and item.weight >= run.checklist.rectify_from
    matter = _("%(item)s：%(note)s") % {"item": item.text, "note": answer.note} if answer.note else item.text
    record_finding(run, matter=matter, item=item, rectify=answer.rectify or heavy, act=act)


def _only_the_checker(run: CheckRun, act: Act) -> None:
    if act.person_id is not None and act.person_id != run.checker_id:
        raise NotAllowed([Reason(_("这次检查由 %(name)s 进行，他人不能代答。") % {"name": run.checker.name})])

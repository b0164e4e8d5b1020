"""What is being checked and what is being put right."""

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref

from .models import CheckAnswer, Checklist, CheckRun, CheckRunQuerySet, Finding, Rectification, RectificationQuerySet, Signoff
from .states import PUBLISHED, STARTED


def rectifications_of(source: Any, act: Act) -> RectificationQuerySet:
    """The rectifications opened for a subject (instance or Ref), newest first."""
    return Rectification.objects.visible_to(act).about(source if isinstance(source, Ref) else Ref.to(source))


def unfinished(act: Act) -> RectificationQuerySet:
    """Everything not yet verified, the most urgent first."""
    return Rectification.objects.visible_to(act).unfinished().select_related("responsible").order_by("due_on", "created_at")


def lists_in_use(act: Act) -> QuerySet[Checklist]:
    """The editions that checks are made by now, by name, with the number of their items as `items_count`."""
    return Checklist.objects.visible_to(act).filter(state=PUBLISHED).annotate(items_count=Count("items")).order_by("name")


def editions(code: str, act: Act) -> QuerySet[Checklist]:
    """Every edition of a list, the newest first."""
    return Checklist.objects.visible_to(act).filter(code=code).order_by("-edition")


def list_in_use(code: str, act: Act) -> Checklist | None:
    """The edition of a list in use; None if there is none."""
    return Checklist.objects.visible_to(act).filter(state=PUBLISHED, code=code).first()


def begun(act: Act) -> CheckRunQuerySet:
    """What this person began to check and has not completed, newest first."""
    return CheckRun.objects.visible_to(act).filter(state=STARTED, checker_id=act.person_id).select_related("checklist")


def recent(act: Act) -> CheckRunQuerySet:
    """Completed checks, newest first."""
    return CheckRun.objects.visible_to(act).completed().select_related("checklist", "checker", "project").order_by("-completed_at")


def check_for(act: Act, key: Any) -> CheckRun:
    """One check with its list; NotFound for foreign and missing ones alike."""
    return CheckRun.objects.select_related("checklist", "checker", "project").find(act, key)


def walked(run: CheckRun) -> list[tuple[Any, CheckAnswer | None]]:
    """(item, what was answered) of a check, in the order of its list."""
    answers = {answer.item_id: answer for answer in run.answers.all()}
    return [(item, answers.get(item.pk)) for item in run.checklist.items.order_by("position")]


def findings_of(run: CheckRun, act: Act) -> QuerySet[Finding]:
    """What was found in a check, the heaviest first."""
    return Finding.objects.visible_to(act).filter(run=run).select_related("rectification", "item", "cleared_by").order_by("-weight", "pk")


def open_findings(act: Act) -> QuerySet[Finding]:
    """What is not cleared yet, the oldest first."""
    rows = Finding.objects.visible_to(act).filter(~Q(state="cleared")).select_related("rectification")
    return rows.prefetch_related(Prefetch("run", CheckRun.objects.visible_to(act).select_related("checklist"))).order_by("created_at")


def signoffs(register: str, act: Act) -> QuerySet[Signoff]:
    """What was signed of a register, the latest first."""
    return Signoff.objects.visible_to(act).filter(register=register).select_related("project", "signer", "receiver").order_by("-signed_at")

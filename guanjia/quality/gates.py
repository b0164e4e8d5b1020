"""What a rule may look at before somebody checks, or puts right, or says that it is right."""

from datetime import date
from typing import Any
from uuid import UUID

from guanjia.kernel.gates import Gate
from guanjia.kernel.ids import Ref
from guanjia.org import departments
from guanjia.org import selectors as org

from .models import Finding
from .states import FINDING_KIND


class PlanRectification(Gate, name="quality.rectification.plan", passes_to="quality.rectification.planned"):
    kind: str
    source_kind: str = ""
    person_id: UUID | None = None
    due_on: date | None = None
    opinion: str = ""

    @classmethod
    def of(
        cls, rectification: Any, *, person: Any = None, due_on: date | None = None, opinion: str = "", act: Any, **_: Any
    ) -> "PlanRectification":
        return cls(
            **cls.common(rectification, act),
            kind=rectification.kind,
            source_kind=rectification.source_kind,
            person_id=person.pk if person else None,
            due_on=due_on,
            opinion=opinion.strip(),
        )


class VerifyRectification(Gate, name="quality.rectification.verify", passes_to="quality.rectification.verified"):
    """`list` and `checked_id` say in which check, of what, it was found; both empty where it was not."""

    kind: str
    cause: str = ""
    corrective: str = ""
    preventive: str = ""
    effect: str = ""
    list: str = ""
    checked_id: UUID | None = None
    verifier_units: tuple[UUID, ...] = ()
    verifier_roles: tuple[str, ...] = ()

    @classmethod
    def of(cls, rectification: Any, *, effect: str = "", act: Any, **_: Any) -> "VerifyRectification":
        finding = _finding_of(rectification)
        return cls(
            **cls.common(rectification, act),
            kind=rectification.kind,
            cause=rectification.cause,
            corrective=rectification.corrective,
            preventive=rectification.preventive,
            effect=effect.strip(),
            list=finding.run.checklist.code if finding else "",
            checked_id=finding.run.subject_id if finding else None,
            verifier_units=_units(act) if finding else (),
            verifier_roles=tuple(sorted(org.roles_of(act, rectification.project))) if finding else (),
        )


class RegisterPrevention(Gate, name="quality.prevention.register"):
    matter: str = ""
    preventive: str = ""
    responsible_id: UUID | None = None
    due_on: date | None = None

    @classmethod
    def of(
        cls, project: Any, *, matter: str = "", preventive: str = "", responsible: Any = None, due_on: Any = None, act: Any, **_: Any
    ) -> "RegisterPrevention":
        return cls(
            **cls.common(project, act),
            matter=matter.strip(),
            preventive=preventive.strip(),
            responsible_id=responsible.pk if responsible else None,
            due_on=due_on,
        )


class StartCheck(Gate, name="quality.check.start"):
    """Who is about to check what, by which list; `checker_units` are the units he works in."""

    list: str
    checked_kind: str = ""
    checked_id: UUID | None = None
    checker_units: tuple[UUID, ...] = ()

    @classmethod
    def of(cls, project: Any, *, checklist: Any, subject: Any = None, act: Any, **_: Any) -> "StartCheck":
        ref = subject if subject is None or isinstance(subject, Ref) else Ref.to(subject)
        return cls(
            **cls.common(project, act),
            list=checklist.code,
            checked_kind=ref.kind if ref else "",
            checked_id=ref.id if ref else None,
            checker_units=_units(act),
        )


class CompleteCheck(Gate, name="quality.check.complete"):
    list: str
    checked_kind: str = ""
    remark: str = ""
    failed: int = 0

    @classmethod
    def of(cls, run: Any, *, remark: str = "", act: Any, **_: Any) -> "CompleteCheck":
        return cls(
            **cls.common(run, act),
            list=run.checklist.code,
            checked_kind=run.subject_kind,
            remark=remark.strip(),
            failed=run.answers.filter(is_passed=False).count(),
        )


class SignSignoff(Gate, name="quality.signoff.sign"):
    """Which period of which register is about to be signed."""

    register: str
    period: str
    scope: str = ""


def _finding_of(rectification: Any) -> Finding | None:
    if rectification.source_kind != FINDING_KIND:
        return None
    return Finding.objects.unscoped("link").select_related("run__checklist").filter(pk=rectification.source_id).first()


def _units(act: Any) -> tuple[UUID, ...]:
    return tuple(sorted(departments.units_of(act.person_id, act.at))) if act.person_id else ()

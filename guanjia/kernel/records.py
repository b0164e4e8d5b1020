"""Keeping and destroying. A record is destroyed only when its keeping has ended, with a certificate, and never while it is held."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from . import facts, privacy
from .about import refs_of
from .act import Act
from .erasing import blanks, drop_files
from .errors import BadInput, IllegalMove, Reason
from .gates import Gate
from .ids import Ref
from .journal import record
from .models import DestructionCertificate, LegalHold, Subject
from .usecase import usecase


class DestroyRecord(Gate, name="kernel.record.destroy"):
    """May this record be destroyed? Retention clauses answer."""

    kind: str

    @classmethod
    def of(cls, subject: Subject, *, act: Act, **_values: Any) -> "DestroyRecord":
        return cls(**cls.common(subject, act), kind=Ref.to(subject).kind)


@usecase("kernel.record.destroy", gate=DestroyRecord)
def destroy(subject: Subject, *, reason: str = "", act: Act) -> DestructionCertificate:
    """Blank the personal columns (kernel/privacy.py) and drop the files of a record; the row, its number and its journal stay.

    Raises GateClosed while a retention clause still keeps it, IllegalMove while it is held.
    """
    refuse_if_held(Ref.to(subject))
    names = privacy.forgotten(type(subject))
    for name, value in blanks(type(subject), names).items():
        setattr(subject, name, value)
    subject.version += 1
    subject.save(update_fields=[*names, "version"])
    content = {"rows": {Ref.to(subject).kind: 1}, "columns": _counted(subject, names), "files": drop_files([subject.pk])}
    certificate = certify(subject, basis="expired", content=content, act=act)
    record(subject, facts.RecordDestroyed(kind=certificate.kind, certificate=str(certificate.id), reason=reason), act=act)
    return certificate


@usecase("kernel.record.hold")
def hold(subject: Subject, *, reason: str, act: Act) -> LegalHold:
    """Keep a record, and if it is a person all that is about him, from being destroyed: a lawsuit, an inquiry, an inspection."""
    if not reason.strip():
        raise BadInput(Reason(_("请写明保全理由。"), field="reason"))
    made = LegalHold.objects.create(
        company_id=subject.company_id,
        project_id=subject.project_id,
        subject_kind=Ref.to(subject).kind,
        subject_id=subject.pk,
        reason=reason.strip(),
        by_name=act.by.name,
        held_on=timezone.localdate(act.at),
        created_at=act.at,
    )
    record(subject, facts.RecordHeld(hold=str(made.pk)), act=act)
    return made


@usecase("kernel.record.lift")
def lift(subject: Subject, *, hold: LegalHold, reason: str, act: Act) -> LegalHold:
    """End a hold on a record, for a reason. Raises IllegalMove if it was lifted before."""
    found = LegalHold.objects.unscoped("link").select_for_update().filter(pk=hold.pk, subject_id=subject.pk, lifted_at=None).first()
    if found is None:
        raise IllegalMove(Reason(_("这项保全已经解除。")))
    if not reason.strip():
        raise BadInput(Reason(_("请写明解除理由。"), field="reason"))
    found.lifted_at, found.lifted_by, found.lift_reason = act.at, act.by.name, reason.strip()
    found.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
    record(subject, facts.HoldLifted(hold=str(found.pk)), act=act)
    return found


def holds_on(subject_ids: list[UUID]) -> list[LegalHold]:
    """The holds that stand on any of these rows."""
    return list(LegalHold.objects.unscoped("link").filter(subject_id__in=subject_ids, lifted_at=None).order_by("created_at"))


def held(person: Ref) -> list[LegalHold]:
    """The holds on a person, or on any row that is about him."""
    return holds_on([ref.id for ref in refs_of(person)])


def refuse_if_held(subject: Ref) -> None:
    if found := holds_on([subject.id]):
        raise IllegalMove([reason_of(one) for one in found])


def reason_of(hold: LegalHold) -> Reason:
    """Why a hold keeps something, and who can end it."""
    words = _("自 %(day)s 起保全：%(reason)s（%(name)s），解除后才能销毁。")
    return Reason(words % {"day": hold.held_on, "reason": hold.reason, "name": hold.by_name}, cure="kernel.record.lift")


def certify(subject: Subject, *, basis: str, content: dict[str, Any], act: Act) -> DestructionCertificate:
    """The certificate of what was destroyed; it names no one."""
    return DestructionCertificate.objects.create(
        company_id=subject.company_id,
        project_id=subject.project_id,
        kind=Ref.to(subject).kind,
        subject_id=subject.pk,
        number=subject.number,
        basis=basis,
        content=content,
        by_name=act.by.name,
        destroyed_at=act.at,
    )


def _counted(subject: Subject, names: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        klass = privacy.of(subject._meta.get_field(name)).value
        found[klass] = found.get(klass, 0) + 1
    return found

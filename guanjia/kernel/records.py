"""Keeping and destroying. A record is destroyed only when its keeping has ended, with a certificate, and never while it is held."""

from typing import Any

from . import facts, privacy
from .act import Act
from .gates import Gate
from .ids import Ref
from .journal import record
from .models import Attachment, DestructionCertificate, Subject
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

    Raises GateClosed while a retention clause still keeps it.
    """
    blanked = privacy.forgotten(type(subject))
    for name in blanked:
        setattr(subject, name, None if subject._meta.get_field(name).null else "")
    subject.version += 1
    subject.save(update_fields=[*blanked, "version"])
    Attachment.objects.unscoped("link").filter(subject_id=subject.pk).exclude(role="signature").delete()
    certificate = DestructionCertificate.objects.create(
        company_id=subject.company_id,
        project_id=subject.project_id,
        kind=Ref.to(subject).kind,
        subject_id=subject.pk,
        number=subject.number,
        by_name=act.by.name,
        destroyed_at=act.at,
    )
    record(subject, facts.RecordDestroyed(kind=certificate.kind, certificate=str(certificate.id), reason=reason), act=act)
    return certificate

"""Signatures: on glass, by link, by code, or on paper that was scanned."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from . import facts, files
from .act import Act
from .errors import BadInput, Reason
from .ids import Ref
from .journal import record
from .models import Signature
from .usecase import usecase


@usecase("kernel.signature.give")
def give(
    subject: Any,
    *,
    slot: str,
    signer_name: str,
    capacity: str,
    method: str = "glass",
    image: bytes | None = None,
    signer: models.Model | None = None,
    act: Act,
) -> Signature:
    """Put a name to a subject's slot; the same name twice in one slot is the same signature, returned as it is.

    Raises BadInput when the name is missing, or when a signature on glass or paper brings no picture.
    """
    reasons = []
    if not signer_name.strip():
        reasons.append(Reason(_("请填写签名人姓名。"), field="signer_name"))
    if method in ("glass", "paper") and not image:
        reasons.append(Reason(_("请在签名框内手写签名。"), field="image"))
    if reasons:
        raise BadInput(reasons)
    signer_name = signer_name.strip()
    there = Signature.objects.unscoped("link").filter(subject_id=subject.pk, slot=slot, signer_name=signer_name).first()
    if there is not None:
        return there
    picture = files.attach(subject, name=f"{slot}.png", content=image, role=files.SIGNATURE, act=act) if image else None
    ref = Ref.to(signer) if signer is not None else None
    signature = Signature.objects.create(
        company_id=subject.company_id,
        project_id=subject.project_id,
        subject_kind=Ref.to(subject).kind,
        subject_id=subject.pk,
        slot=slot,
        signer_kind=ref.kind if ref else "",
        signer_id=ref.id if ref else None,
        signer_name=signer_name,
        capacity=capacity,
        method=method,
        image=picture,
        created_at=act.at,
    )
    named = signer_name if ref is not None and ref.kind == "org.person" else ""  # residents are not named in the journal
    record(subject, facts.SignatureGiven(slot=slot, capacity=capacity, method=method, signer=named), act=act)
    return signature


def given(subject: Any, slot: str) -> Signature | None:
    """The first signature in that slot of a subject (or Ref) the caller already holds."""
    pk = subject.id if isinstance(subject, Ref) else subject.pk
    return Signature.objects.unscoped("link").filter(subject_id=pk, slot=slot).order_by("created_at").first()


def of(subject: Any) -> list[Signature]:
    """All signatures on a subject the caller already holds, oldest first."""
    return of_all([subject])


def of_all(subjects: Iterable[Any]) -> list[Signature]:
    """All signatures on several subjects the caller already holds, subject after subject, each oldest first: one query."""
    places = {subject.pk: place for place, subject in enumerate(subjects)}
    rows = Signature.objects.unscoped("link").filter(subject_id__in=places).order_by("created_at")
    return sorted(rows, key=lambda one: places[one.subject_id])

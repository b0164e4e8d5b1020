"""Attachments: content addressed by checksum, kept under the data folder, never changed; what is secret opens by post, and is noted.

Images are opened before they are believed; what is not on the list of kinds is refused with the reason.
"""

import hashlib
import io
import os
import warnings
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from . import facts, reading
from .act import Act
from .errors import BadInput, NotAllowed, Reason
from .ids import Ref
from .journal import record
from .models import Attachment
from .states import FILE, ORDINARY, SECRET
from .usecase import usecase

SIZE_MAX = 12 * 1024 * 1024
PIXELS_MAX = 40_000_000
IMAGES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
DOCUMENTS = {b"%PDF-": "application/pdf"}
SIGNATURE = "signature"


class Upload(NamedTuple):
    """A file as somebody hands it in: its name, and what is in it."""

    name: str
    content: bytes


@usecase("kernel.file.attach")
def attach(subject: Any, *, name: str, content: bytes, role: str = "photo", taken_at: datetime | None = None, act: Act) -> Attachment:
    """Keep a file with a subject; raises BadInput for what is too large, broken or of a kind not taken."""
    content_type, width, height = _inspect(name, content)
    sha256 = hashlib.sha256(content).hexdigest()
    _store(sha256, content)
    attachment = Attachment.objects.create(
        company_id=subject.company_id,
        project_id=subject.project_id,
        subject_kind=Ref.to(subject).kind,
        subject_id=subject.pk,
        sha256=sha256,
        name=Path(name).name[:200] or "file",
        content_type=content_type,
        size=len(content),
        role=role,
        width=width,
        height=height,
        taken_at=taken_at,
        secrecy=class_of(subject, role),
        by_name=act.by.name,
        created_at=act.at,
    )
    record(subject, facts.FileAttached(attachment_id=str(attachment.id), role=role), act=act)
    return attachment


def class_of(subject: Any, role: str) -> str:
    """How closely a file is kept: by what it hangs on (`files_are_secret` of its model), and every picture of a signature is secret."""
    return SECRET if role == SIGNATURE or getattr(subject, "files_are_secret", False) else ORDINARY


def may_open(attachment: Attachment, act: Act) -> bool:
    """True if a file that this act may know of is ordinary, or one of its posts opens secret ones."""
    return not attachment.is_secret or (act.person_id is not None and act.may(open_secret.usecase, on=attachment))


@usecase("kernel.file.see_secret")
def open_secret(attachment: Attachment, *, act: Act) -> None:
    """Leave to open a secret file, noted before its first byte leaves; whoever it is, no post goes unnoted (ORG-039).

    NotAllowed for every other post, and for whoever is no person: a line without a name proves nothing.
    """
    act.require(open_secret.usecase, on=attachment)
    if act.person_id is None:
        raise NotAllowed([Reason(_("涉密文件只能由登录的人员打开。"))])
    reading.note([attachment], how=FILE, matter=attachment.subject, act=act)


def opened(attachment: Attachment, *, act: Act) -> BinaryIO:
    """The file, for an act that may see what it hangs on; a secret one as `open_secret` says."""
    if attachment.is_secret:
        open_secret(attachment, act=act)
    return path_of(attachment.sha256).open("rb")


def read(attachment: Attachment, *, act: Act) -> bytes:
    """The content as it came in, as `opened`; a changed file on disk is a loud error."""
    with opened(attachment, act=act) as kept:
        content = kept.read()
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise OSError(f"attachment {attachment.id} no longer matches its checksum")
    return content


def of(subject: Any, role: str | None = None) -> list[Attachment]:
    """The files of a subject the caller already holds, oldest first."""
    rows = Attachment.objects.unscoped("link").filter(subject_id=subject.pk).order_by("created_at")
    return list(rows.filter(role=role) if role else rows)


def of_all(subjects: Iterable[Any]) -> list[Attachment]:
    """The files of several subjects the caller already holds, subject after subject, each oldest first: one query."""
    places = {subject.pk: place for place, subject in enumerate(subjects)}
    rows = Attachment.objects.unscoped("link").filter(subject_id__in=places).order_by("created_at")
    return sorted(rows, key=lambda one: places[one.subject_id])


def path_of(sha256: str) -> Path:
    return Path(settings.HOME) / "files" / sha256[:2] / sha256


def _store(sha256: str, content: bytes) -> None:
    path = path_of(sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{os.getpid()}.half")
    with open(half, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(half, path)


def _inspect(name: str, content: bytes) -> tuple[str, int | None, int | None]:
    if not content:
        raise BadInput([Reason(_("文件「%(name)s」是空的，请重新选择。") % {"name": name}, field="file")])
    if len(content) > SIZE_MAX:
        raise BadInput([Reason(_("文件「%(name)s」超过 12 MB，请压缩后再传。") % {"name": name}, field="file")])
    for magic, content_type in DOCUMENTS.items():
        if content.startswith(magic):
            return content_type, None, None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(IMAGES)) as image:
                width, height = image.size
                if width * height > PIXELS_MAX:
                    raise BadInput([Reason(_("照片「%(name)s」超过四千万像素，请缩小后再传。") % {"name": name}, field="file")])
                image.verify()
                return IMAGES[image.format], width, height
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput(
            [Reason(_("「%(name)s」不是可用的照片或 PDF（支持 JPG、PNG、WebP、PDF）。") % {"name": name}, field="file")]
        ) from None

"""A copy for a customer of everything that is known about him, over all rooms: in words, as PDF and as JSON, with his files.

Sealed values are opened for him; who looked at his data, and whom it was passed to, is told too.
"""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from guanjia.customers.forgetting import whole
from guanjia.customers.models import Customer
from guanjia.kernel import documents, files, privacy, vault
from guanjia.kernel.about import Part, parts_of, refs_of
from guanjia.kernel.act import Act
from guanjia.kernel.ids import Ref
from guanjia.kernel.journal import FACTS, timeline_of
from guanjia.kernel.models import Attachment, ReadLog
from guanjia.kernel.privacy import Privacy

TEMPLATE = Path(__file__).parent / "documents" / "copy.typ"
LINES_MAX = 2000
#: what every row has for our own use
TECHNICAL = ("version", "company", "project", "source", "external_id", "id_no_blind", "phone_tail", "search_text", "tail")


def compose(customer: Customer, *, act: Act) -> tuple[bytes, int]:
    """The file to hand over (a ZIP), and how many rows it tells of: of all the files that the person has here."""
    one_by_one = whole(customer)
    persons = [Ref.to(one) for one in one_by_one]
    told = {
        "title": _("个人信息副本"),
        "number": one_by_one[0].number,
        "made_at": moment(act.at),
        "parts": [part for one in parts_of(persons[0]) if (part := told_of(one, persons))["rows"]],
        "story": story(one_by_one),
        "readers": readers(one_by_one),
    }
    count = sum(len(part["rows"]) for part in told["parts"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("copy.json", documents.canonical(told))
        archive.writestr("copy.pdf", documents.render(TEMPLATE, told, at=act.at))
        for place, one in enumerate(attachments(persons), 1):
            archive.writestr(f"files/{place:03}-{one.name}", files.read(one, act=act))
    return out.getvalue(), count


def told_of(part: Part, persons: list[Ref]) -> dict[str, Any]:
    """A part in words: the name of its kind, and each row as pairs of label and value."""
    rows = [row for person in persons for row in part.rows(person)]
    fields = [field for field in part.model._meta.concrete_fields if is_told(field)]
    sealed = [field.name for field in fields if isinstance(field, vault.SealedField)]
    opened = vault.opened_all(rows, sealed, "copy") if rows and sealed else {}
    return {
        "kind": force_str(part.model._meta.verbose_name),
        "rows": [[pair for field in fields if (pair := words(field, row, opened.get(row.pk, {})))[1]] for row in rows],
    }


def is_told(field: models.Field) -> bool:
    """Keys and what only we can read say nothing to him; names of colleagues are not his."""
    if field.primary_key or field.name in TECHNICAL or privacy.of(field) is Privacy.STAFF:
        return False
    return not force_str(field.verbose_name).isascii() or (privacy.of(field) or Privacy.PUBLIC).is_forgotten


def words(field: models.Field, row: models.Model, opened: dict[str, Any]) -> list[str]:
    value = opened[field.name] if field.name in opened else getattr(row, field.name)
    label = force_str(field.verbose_name)
    if value in (None, "", {}, []):
        return [label, ""]
    if field.choices:
        return [label, force_str(dict(field.flatchoices).get(value, value))]
    if isinstance(value, bool):
        return [label, _("是") if value else _("否")]
    return [label, moment(value) if isinstance(value, datetime) else force_str(value)]


def story(files: list[Customer]) -> list[list[str]]:
    """What happened: when, what, by whom."""
    lines = sorted((line for one in files for line in timeline_of(one, limit=LINES_MAX)), key=lambda line: line.happened_at, reverse=True)
    return [[moment(one.happened_at), force_str(FACTS[one.fact].zh) if one.fact in FACTS else one.fact, one.by_name] for one in lines]


def readers(files: list[Customer]) -> list[list[str]]:
    """Who looked at his data, how, and what for."""
    rows = ReadLog.objects.unscoped("link").filter(subject_id__in=[one.pk for one in files]).order_by("-read_at")[:LINES_MAX]
    return [[moment(one.read_at), one.by_name, one.get_how_display(), one.get_purpose_display()] for one in rows]


def attachments(persons: list[Ref]) -> list[Attachment]:
    keys = [ref.id for person in persons for ref in refs_of(person)]
    return list(Attachment.objects.unscoped("link").filter(subject_id__in=keys).order_by("created_at"))


def moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")

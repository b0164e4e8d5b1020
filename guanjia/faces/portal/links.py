"""Links: made for a message, kept as a hash, good until the case has been over for a month.

Whoever holds one may read that case and answer for its resident, nothing else. A key that is wrong, too old or for
something that is gone gets one answer: NotFound.
"""

import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.urls import reverse

from guanjia.desk.models import Case
from guanjia.desk.states import CLOSED, WITHDRAWN
from guanjia.kernel import wall
from guanjia.kernel.act import RESIDENT, Act, Actor, Rights
from guanjia.kernel.errors import NotFound
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.usecase import usecase

from .models import PortalLink

KEPT_AFTER_CLOSING = timedelta(days=30)
KEY_BYTES = 32  # 256 bits: not to be guessed, so nothing needs to slow guessing down
KEY = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
RESIDENTS_MAY = frozenset({"followup.return_visit.tap"})


@usecase("portal.link.issue")
def issue_link(case: Case, *, act: Act) -> str:
    """A new key to this case, to be sent to its resident at once: what is kept is its hash, so nobody can tell it twice."""
    key = secrets.token_urlsafe(KEY_BYTES)
    PortalLink.objects.create(
        company_id=case.company_id,
        project_id=case.project_id,
        subject_kind=Ref.to(case).kind,
        subject_id=case.pk,
        key_hash=hash_of(key),
        created_at=act.at,
    )
    return key


def link_to(case: Case, *, act: Act) -> str:
    """The whole address for a message."""
    return settings.GUANJIA_PORTAL_URL.rstrip("/") + reverse("portal-case", args=[issue_link(case, act=act)])


def case_behind(key: str, at: datetime) -> Case:
    """The case that a key opens at that moment; NotFound alike for every key that opens none."""
    if not KEY.fullmatch(key):
        raise NotFound()
    with wall.everyone("link"):
        link = PortalLink.objects.unscoped("link").filter(key_hash=hash_of(key), subject_kind="desk.case").first()
    with wall.inside([link.company_id] if link else []):
        return _case_of(link, at)


def _case_of(link: PortalLink | None, at: datetime) -> Case:
    case = (
        link
        and Case.objects.unscoped("link")
        .select_related("project", "house", "owner", "category")
        .filter(pk=link.subject_id, project_id=link.project_id)
        .first()
    )
    if not case or _is_long_over(case, at):
        raise NotFound()
    return case


def resident_of(case: Case, at: datetime) -> Act:
    """The act of whoever holds a link to the case: its resident, who may answer for himself."""
    rights = Rights(company_id=case.company_id, subjects=frozenset({case.pk}), permissions=RESIDENTS_MAY)
    return Act(by=Actor("customer", case.customer_id, RESIDENT), at=at, via="portal", rights=rights)


def hash_of(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def _is_long_over(case: Case, at: datetime) -> bool:
    if case.state == CLOSED:
        return at >= case.closed_at + KEPT_AFTER_CLOSING
    if case.state == WITHDRAWN:  # the case itself keeps no such moment; its journal does
        lines = JournalEntry.objects.unscoped("link").filter(abouts__subject_id=case.pk, fact="desk.case.withdrawn")
        ended = lines.order_by("-happened_at").values_list("happened_at", flat=True).first()
        return ended is None or at >= ended + KEPT_AFTER_CLOSING
    return False

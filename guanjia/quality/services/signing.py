"""Signing a period off, and receiving what was signed."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.documents import digest
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.numbering import next_number
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.quality import facts, gates
from guanjia.quality.models import Signoff

SIGNED = "signed"  # the role of the paper among a sign-off's files


@usecase("quality.signoff.sign", gate=gates.SignSignoff)
def sign_off(
    *, project: Project, register: str, period: str, title: str, pdf: bytes, content: Mapping[str, Any], scope: str = "", act: Act
) -> Signoff:
    """Put one's name under a period of a register, once: the paper, its checksum and the figures in it are kept as they are.

    Raises Conflict if the period was signed already, NotAllowed for anybody but a person.
    """
    if act.person_id is None:
        raise NotAllowed([Reason(_("签认须由本人办理。"))])
    if Signoff.objects.unscoped("uniqueness").filter(project=project, register=register, scope=scope, period=period).exists():
        raise Conflict([Reason(_("这一期间已经签认过。"))])
    signoff = Signoff.objects.create(
        project=project,
        number=next_number("QR", project, act.at),
        register=register,
        scope=scope,
        period=period,
        title=title,
        content=dict(content),
        digest=digest(content),
        sha256=hashlib.sha256(pdf).hexdigest(),
        signer=Person.objects.visible_to(act).get(pk=act.person_id),
        signer_as="、".join(org.role_names(org.roles_of(act, project)))[:60],
        signed_at=act.at,
        created_at=act.at,
    )
    files.attach(signoff, name=f"{title}.pdf", content=pdf, role=SIGNED, act=act)
    fact = facts.SignoffSigned(register=register, scope=scope, period=period, title=title, digest=signoff.digest, sha256=signoff.sha256)
    record(signoff, fact, act=act, about=(project,))
    return signoff


@usecase("quality.signoff.receive")
def receive_signoff(signoff: Signoff, *, words: str = "", act: Act) -> Signoff:
    """Take in what was signed; never the signer himself. IllegalMove if somebody has received it already."""
    if signoff.receiver_id is not None:
        raise IllegalMove([Reason(_("这份签认已经接收过。"))])
    if act.person_id is None or act.person_id == signoff.signer_id:
        raise BadInput([Reason(_("须由签认人以外的人接收。"))])
    signoff.receiver, signoff.received_at, signoff.words = Person.objects.visible_to(act).get(pk=act.person_id), act.at, words.strip()
    signoff.save(update_fields=["receiver", "received_at", "words"])
    fact = facts.SignoffReceived(register=signoff.register, period=signoff.period, words=signoff.words)
    record(signoff, fact, act=act, about=(signoff.project,))
    return signoff

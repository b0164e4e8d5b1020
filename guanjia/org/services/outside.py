"""Keeping the register of whom one deals with outside (ORG-034)."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotFound, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.rows import keep
from guanjia.kernel.usecase import usecase

from .. import facts
from ..models import Liaison, Partner, Project

EDITABLE = ("kind", "name", "credit_code", "contact", "phone", "note")


@usecase("org.partner.register")
def register_partner(
    *, project: Any, kind: str, name: str, credit_code: str = "", contact: str = "", phone: str = "", note: str = "", act: Act
) -> Partner:
    """Somebody one deals with outside. BadInput with every reason; Conflict for a name or credit code that is there already."""
    partner = Partner(company_id=project.company_id, created_at=act.at)
    _write(partner, {"kind": kind, "name": name, "credit_code": credit_code, "contact": contact, "phone": phone, "note": note})
    record(partner, facts.PartnerRegistered(kind=kind, name=partner.name), act=act)
    return partner


@usecase("org.partner.correct")
def correct_partner(partner: Partner, *, act: Act, **values: str) -> Partner:
    """Put right what is known of a body; what is not given stays."""
    given = {name: value for name, value in values.items() if name in EDITABLE and value is not None}
    changed = [name for name, value in given.items() if getattr(partner, name) != value.strip()]
    if changed:
        partner.version += 1
        _write(partner, given)
        record(partner, facts.PartnerCorrected(changed=changed), act=act)
    return partner


@usecase("org.liaison.record")
def record_liaison(
    *, project: Project, partner: Partner, contact: str, phone: str, on: date | None = None, matter: str, result: str, act: Act
) -> Liaison:
    """A contact or meeting with a body outside, on a day (today): with whom, about what, with which result (ORG-034).

    BadInput with every field that is missing: the register wants all six.
    """
    if partner.company_id != project.company_id:
        raise NotFound()
    today = timezone.localdate(act.at)
    liaison = Liaison(project=project, partner=partner, on=on or today, created_at=act.at)
    reasons = []
    for name, value in (("contact", contact), ("phone", phone), ("matter", matter), ("result", result)):
        setattr(liaison, name, value.strip())
        if not value.strip():
            label = Liaison._meta.get_field(name).verbose_name
            reasons.append(Reason(_("请填写%(field)s。") % {"field": label}, field=name, rule="ORG-034"))
    if liaison.on > today:
        reasons.append(Reason(_("联络日期不能在今天以后。"), field="on"))
    if reasons:
        raise BadInput(reasons)
    liaison.save()
    record(liaison, facts.LiaisonRecorded(body=partner.name, matter=liaison.matter), act=act, about=(partner,))
    return liaison


def _write(partner: Partner, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(partner, name, value.strip())
    keep(partner)

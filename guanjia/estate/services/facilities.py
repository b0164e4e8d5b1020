"""Facilities fail and are restored; warranties, insurances and drawings are put on file."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import files
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.files import Upload
from guanjia.kernel.journal import record
from guanjia.kernel.rows import differences, keep
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project

from .. import facts
from ..belonging import of_project
from ..models import Building, CommonArea, Drawing, Facility, House, Insurance, Warranty
from ..states import FACILITY


@usecase("estate.facility.register")
def register_facility(
    *,
    project: Project,
    code: str,
    name: str,
    kind: str,
    building: Building | None = None,
    area: CommonArea | None = None,
    installed_on: date | None = None,
    criticality: str = "ordinary",
    act: Act,
) -> Facility:
    """A facility of the project, taken to be running. Raises Conflict for a code that is taken."""
    facility = Facility(
        project=project,
        code=code.strip(),
        name=name.strip(),
        kind=kind,
        building=of_project(project, building),
        area=of_project(project, area),
        installed_on=installed_on,
        criticality=criticality,
        state_since=act.at,
        created_at=act.at,
    )
    keep(facility)
    record(facility, facts.FacilityRegistered(code=facility.code, kind=kind, criticality=criticality), act=act, about=(building, area))
    return facility


@usecase("estate.facility.correct")
def correct_facility(
    facility: Facility,
    *,
    name: str,
    kind: str,
    building: Building | None = None,
    area: CommonArea | None = None,
    installed_on: date | None = None,
    criticality: str = "ordinary",
    act: Act,
) -> Facility:
    """Put a facility's particulars right."""
    places = {"building": of_project(facility.project, building), "area": of_project(facility.project, area)}
    changes = differences(facility, name=name.strip(), kind=kind, installed_on=installed_on, criticality=criticality, **places)
    if changes:
        keep(facility, only=changes)
        record(facility, facts.FacilityCorrected(changes=changes), act=act)
    return facility


@usecase("estate.facility.fail")
def fail_facility(facility: Facility, *, symptom: str, act: Act) -> Facility:
    """A facility is out of use from now on. Raises IllegalMove if that was said already."""
    if not symptom.strip():
        raise BadInput(Reason(_("请写明故障现象。"), field="symptom"))
    facility = FACILITY.move(facility, "fail", state_since=act.at, act=act)
    fact = facts.FacilityFailed(kind=facility.kind, criticality=facility.criticality, symptom=symptom.strip())
    record(facility, fact, act=act, about=(facility.area, facility.building))
    return facility


@usecase("estate.facility.restore")
def restore_facility(facility: Facility, *, result: str, act: Act) -> Facility:
    """It runs again; the journal keeps for how long it did not."""
    if not result.strip():
        raise BadInput(Reason(_("请写明处理结果。"), field="result"))
    minutes = int((act.at - facility.state_since).total_seconds() // 60)
    facility = FACILITY.move(facility, "restore", state_since=act.at, act=act)
    fact = facts.FacilityRestored(kind=facility.kind, criticality=facility.criticality, minutes=minutes, result=result.strip())
    record(facility, fact, act=act, about=(facility.area, facility.building))
    return facility


@usecase("estate.warranty.register")
def register_warranty(
    *,
    project: Project,
    part: str,
    provider: str,
    starts_on: date,
    ends_on: date,
    house: House | None = None,
    facility: Facility | None = None,
    area: CommonArea | None = None,
    act: Act,
) -> Warranty:
    """From `starts_on` until `ends_on` (not included) the provider answers for a part of a house, a facility or a common area."""
    things = {"house": house, "facility": facility, "area": area}
    named = [name for name, thing in things.items() if of_project(project, thing) is not None]
    if len(named) != 1:
        raise BadInput(Reason(_("请在房屋、设施设备、公共区域中选定一项。"), field=(named or ["house"])[-1]))
    if ends_on <= starts_on:
        raise BadInput(Reason(_("保修止期须晚于起期。"), field="ends_on"))
    warranty = keep(
        Warranty(
            project=project, part=part.strip(), provider=provider.strip(), starts_on=starts_on, ends_on=ends_on, created_at=act.at, **things
        )
    )
    fact = facts.WarrantyRegistered(part=warranty.part, starts_on=starts_on, ends_on=ends_on)
    record(warranty, fact, act=act, about=things.values())
    return warranty


@usecase("estate.insurance.register")
def register_insurance(
    *,
    project: Project,
    item: str,
    policy: str,
    contact: str,
    terms: str,
    starts_on: date,
    ends_on: date | None = None,
    insurer: str = "",
    contact_phone: str = "",
    facility: Facility | None = None,
    area: CommonArea | None = None,
    act: Act,
) -> Insurance:
    """What is insured, under which policy and terms, and whom to turn to (EST-012)."""
    insurance = Insurance(
        project=project,
        item=item.strip(),
        policy=policy.strip(),
        contact=contact.strip(),
        terms=terms.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        insurer=insurer.strip(),
        contact_phone=contact_phone.strip(),
        facility=of_project(project, facility),
        area=of_project(project, area),
        created_at=act.at,
    )
    keep(insurance)
    fact = facts.InsuranceRegistered(item=insurance.item, policy=insurance.policy, starts_on=starts_on, ends_on=ends_on)
    record(insurance, fact, act=act, about=(facility, area))
    return insurance


@usecase("estate.insurance.correct")
def correct_insurance(
    insurance: Insurance,
    *,
    contact: str,
    terms: str,
    ends_on: date | None = None,
    insurer: str = "",
    contact_phone: str = "",
    facility: Facility | None = None,
    area: CommonArea | None = None,
    act: Act,
) -> Insurance:
    """Put the contact, the terms or the end of a policy right."""
    covered = {"facility": of_project(insurance.project, facility), "area": of_project(insurance.project, area)}
    said = {"contact": contact.strip(), "terms": terms.strip(), "insurer": insurer.strip(), "contact_phone": contact_phone.strip()}
    changes = differences(insurance, ends_on=ends_on, **said, **covered)
    if changes:
        keep(insurance, only=changes)
        record(insurance, facts.InsuranceCorrected(fields=sorted(changes)), act=act)
    return insurance


@usecase("estate.drawing.publish")
def publish_drawing(*, project: Project, kind: str, title: str, note: str = "", sheet: Upload | None = None, act: Act) -> Drawing:
    """The next edition of a drawing holds from today; the one before stays on file, superseded (EST-013)."""
    title, today = title.strip(), timezone.localdate(act.at)
    editions = Drawing.objects.visible_to(act).filter(project=project, kind=kind, title=title).select_for_update()
    before = editions.order_by("-edition").first()
    if before is not None:
        before.superseded_on = today
        keep(before, only=["superseded_on"])
    drawing = keep(
        Drawing(
            project=project,
            kind=kind,
            title=title,
            edition=before.edition + 1 if before else 1,
            published_on=today,
            note=note.strip(),
            created_at=act.at,
        )
    )
    record(drawing, facts.DrawingPublished(kind=kind, title=title, edition=drawing.edition), act=act, about=(before, project))
    if sheet is not None:
        files.attach(drawing, name=sheet.name, content=sheet.content, role="drawing", act=act)
    return drawing

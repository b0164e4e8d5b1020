"""Factories: each builds the smallest valid thing. A test states only what matters to it.

A factory that needs a project takes it by keyword; without one it uses the newest world's.
"""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from PIL import Image

from guanjia.customers import services as customers
from guanjia.customers.gates import DiscloseArchive
from guanjia.customers.models import (
    Archive,
    ArchiveBinding,
    ArchiveDisclosure,
    ArchiveItem,
    ArchiveLoan,
    Customer,
    Household,
    Lease,
    Occupancy,
    Proxy,
)
from guanjia.desk import services as desk
from guanjia.desk.models import Case, CaseType, Category, Channel, Complaint, Contact
from guanjia.estate import services as estate
from guanjia.estate.models import Building, CommonArea, Entrance, House
from guanjia.followup import services as followup
from guanjia.followup.models import ReturnVisit
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.journal import timeline_of
from guanjia.kernel.querysets import trusted
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import (
    Absence,
    CalendarDay,
    Company,
    DutyCard,
    IdentityProvider,
    Liaison,
    Partner,
    Person,
    Post,
    Project,
    ReportingLine,
    Unit,
    Watch,
)
from guanjia.quality import services as quality
from guanjia.quality import writing
from guanjia.quality.models import Checklist, CheckRun, Finding, Rectification, Signoff
from guanjia.quality.services import Answer
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.models import ApprovalRequest, Obligation, Parameter, RetentionClass
from guanjia.work import services as work
from guanjia.work.models import Appointment, WorkOrder
from guanjia.workforce import services as workforce
from guanjia.workforce.models import Sanction

_numbers = count(1)
SERVICE_HOURS = {str(day): [[480, 1200]] for day in range(7)}  # 08:00-20:00 every day
BEGINNING = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)

POSTS = {
    "desk_agent": "李客服",
    "desk_supervisor": "周主管",
    "office_manager": "陈经理",
    "steward": "孙管家",
    "dept_head": "何部长",
    "engineering_head": "马工",
    "foreman": "赵班长",
    "technician": "王师傅",
    "security_leader": "钱队长",
    "quality_inspector": "冯质检",
    "cleaning_head": "杨领班",
}


@dataclass
class World:
    """A company with one ordinary project, its calendar, and somebody in each post."""

    company: Company
    project: Project
    people: dict[str, Person] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)

    def act(self, at: datetime, by: str = "desk_agent", via: str = "console") -> Act:
        return org_selectors.act_of(self.people[by], at, via)

    @property
    def system(self) -> Act:
        return system_act(BEGINNING, company_id=self.company.pk)


_worlds: list[World] = []


def world(*, name: str = "翠湖花园", code: str = "CH", company: Company | None = None, roles: tuple[str, ...] = tuple(POSTS)) -> World:
    """A project with its people; the newest world is the default of the other factories."""
    number = next(_numbers)
    company = company or org.found_company(name=f"安居物业{number}", credit_code=f"9135{number:014d}")
    system = system_act(BEGINNING, company_id=company.pk)
    calendar = org.create_calendar(project=company, name=f"{name}服务时间", hours=SERVICE_HOURS, act=system)
    built = World(company, org.open_project(project=company, name=name, code=code, calendar=calendar, district="鼓楼区", act=system))
    for role in roles:
        built.people[role], built.posts[role] = staff(built, role, name=POSTS[role])
    _worlds.append(built)
    return built


def staff(world: World, role: str, *, name: str = "张三", skills: list[str] | None = None, seats: int = 20) -> tuple[Person, Post]:
    """Somebody in a post of that role, since the beginning."""
    person = org.register_person(project=world.project, login=f"{role}{next(_numbers)}", name=name, skills=skills, act=world.system)
    post_row = world.posts.get(role) or org.create_post(project=world.project, role=role, seats=seats, act=world.system)
    org.appoint(post_row, person=person, starts_on=date(2026, 1, 1), act=world.system)
    return person, post_row


def newest() -> World:
    return _worlds[-1]


def person(*, project: Project | None = None, name: str = "张三", **values) -> Person:
    project = project or newest().project
    return org.register_person(project=project, login=f"p{next(_numbers)}", name=name, act=founding(project), **values)


def post(*, project: Project | None = None, role: str = "desk_agent", **values) -> Post:
    project, values = project or newest().project, {"name": f"岗位{next(_numbers)}"} | values
    return org.create_post(project=project, role=role, act=founding(project), **values)


def identity_provider(*, project: Project | None = None, **values) -> IdentityProvider:
    project = project or newest().project
    values = {
        "name": f"集团账号{next(_numbers)}",
        "issuer": "https://id.example.cn",
        "client_id": "guanjia",
        "client_secret": "s3cret",
    } | values
    return org.register_identity_provider(project=project.company, act=founding(project), **values)


def partner(*, project: Project | None = None, **values) -> Partner:
    project = project or newest().project
    values = {"kind": "maintenance", "name": f"顺达电梯维保{next(_numbers)}", "contact": "许工", "phone": "13900002222"} | values
    return org.register_partner(project=project.company, act=founding(project), **values)


def liaison(*, project: Project | None = None, **values) -> Liaison:
    project = project or newest().project
    said = {"contact": "许工", "phone": "13900002222", "on": date(2026, 3, 2), "matter": "电梯年检", "result": "约定三月十日上门"}
    values = {"partner": values.pop("partner", None) or partner(project=project)} | said | values
    return org.record_liaison(project=project, act=system_act(TEN, company_id=project.company_id), **values)


def duty_card(*, project: Project | None = None, clause: str = "ORG-018") -> DutyCard:
    """One of the cards that the company found when it opened its first project."""
    project = project or newest().project
    return DutyCard.objects.unscoped("tests").get(company=project.company, clause=clause)


def calendar_day(*, project: Project | None = None, on: date = date(2026, 5, 1), kind: str = "holiday") -> CalendarDay:
    project = project or newest().project
    return org.set_calendar_day(project.calendar, date=on, kind=kind, source="国务院办公厅通知", act=founding(project))


def absence(*, project: Project | None = None, person: Person | None = None, starts_at: datetime | None = None, **values) -> Absence:
    """Somebody of the project is away on the Monday of the tests, with the agent standing in."""
    here = _world_of(project)
    person = person or staff(here, "steward", name="林丽")[0]
    values = {"ends_at": TEN + timedelta(hours=10), "deputy": here.people["desk_agent"]} | values
    return org.report_absence(
        project=here.project, person=person, starts_at=starts_at or TEN - timedelta(hours=2), act=here.system, **values
    )


def watch(*, project: Project | None = None, role: str = "desk_agent", person: Person | None = None, **values) -> Watch:
    here = _world_of(project)
    person = person or staff(here, role, name="值班员")[0]
    values = {"starts_at": TEN - timedelta(hours=2), "ends_at": TEN + timedelta(hours=10)} | values
    return org.set_watch(project=here.project, post=here.posts[role], person=person, act=here.system, **values)


def unit(*, project: Project | None = None, name: str = "", **values) -> Unit:
    """A department of the company, with one post in the project."""
    project = project or newest().project
    made = org.create_unit(project=project, name=name or f"部门{next(_numbers)}", act=founding(project), **values)
    post(project=project, role="guard", unit=made)
    return made


def reporting_line(*, project: Project | None = None) -> ReportingLine:
    project = project or newest().project
    lower, upper = (post(project=project, role=role) for role in ("desk_agent", "desk_supervisor"))
    return org.draw_line(lower, superior=upper, starts_on=date(2026, 1, 1), act=founding(project))


def fresh(instance):
    """The row as it is now."""
    with trusted("tests"):
        return type(instance).objects.get(pk=instance.pk)


# -- estate --------------------------------------------------------------------------------------
def founding(project: Project) -> Act:
    """The act by which a project's archive was filled, before the test begins."""
    return system_act(BEGINNING, company_id=project.company_id)


def building(*, project: Project | None = None, code: str = "3", **values) -> Building:
    project = project or newest().project
    return estate.register_building(project=project, code=code, act=founding(project), **values)


def entrance(of: Building | None = None, *, name: str = "2") -> Entrance:
    of = of or building()
    return estate.register_entrance(of, name=name, act=founding(of.project))


def house(*, project: Project | None = None, number: str = "", by: Entrance | None = None, **values) -> House:
    """A flat that was handed over: 「3-2-1801」, or another number by the entrance given."""
    project = by.project if by else project or newest().project
    if by is None:
        block = Building.objects.unscoped("tests").filter(project=project, code="3").first() or building(project=project)
        by = Entrance.objects.unscoped("tests").filter(building=block, name="2").first() or entrance(block)
    taken = House.objects.unscoped("tests").filter(entrance=by, number="1801").exists()
    number = number or (f"{next(_numbers):04d}" if taken else "1801")
    values = {"area_m2": Decimal("89.50"), "floor": 18, "state": "handed_over"} | values
    return estate.register_house(project=project, building=by.building, entrance=by, number=number, act=founding(project), **values)


def area(*, project: Project | None = None, name: str = "地下车库", kind: str = "garage", **values) -> CommonArea:
    project = project or newest().project
    return estate.register_area(project=project, name=name, kind=kind, act=founding(project), **values)


# -- customers -----------------------------------------------------------------------------------
def customer(*, project: Project | None = None, name: str = "王小明", phones: tuple[str, ...] = ("13800138000",), **values) -> Customer:
    project = project or newest().project
    return customers.register_customer(project=project, name=name, phones=phones, act=founding(project), **values)


_house, _customer = house, customer  # below, these names are parameters


def occupancy(
    *,
    project: Project | None = None,
    house: House | None = None,
    customer: Customer | None = None,
    role: str = "owner",
    starts_on: date = date(2026, 1, 1),
    **values,
) -> Occupancy:
    house = house or _house(project=project)
    customer = customer or _customer(project=house.project)
    return customers.move_in(
        project=house.project, house=house, customer=customer, role=role, starts_on=starts_on, act=founding(house.project), **values
    )


def household(*, project: Project | None = None) -> Household:
    return occupancy(project=project).household


def archive(*, project: Project | None = None, house: House | None = None) -> Archive:
    """The folder of a household that lives by itself, in its place."""
    project = project or newest().project
    house = house or _house(project=project, number=f"{next(_numbers):04d}")
    opened = occupancy(house=house, customer=_customer(project=project, name="赵一鸣")).household.archive
    return customers.place_archive(opened, cabinet="A", folder=f"{next(_numbers)}", act=founding(project))


PAPER_PDF = b"%PDF-1.7\n% paper"


def archive_item(*, project: Project | None = None, archive: Archive | None = None, paper: str = "move_in", **values) -> ArchiveItem:
    """A paper that was filed with its copy."""
    archive = archive or globals()["archive"](project=project)
    values = {"copy": PAPER_PDF, "copy_name": "入住登记.pdf", "dated_on": date(2026, 1, 1)} | values
    return customers.file_paper(archive, paper=paper, act=values.pop("act", founding(archive.project)), **values)


def archive_loan(*, project: Project | None = None, archive: Archive | None = None, **values) -> ArchiveLoan:
    """A folder that the steward took on the Monday of the tests, until Wednesday."""
    archive = archive or globals()["archive"](project=project)
    here = _world_of(archive.project)
    values = {"borrower": here.people["steward"], "due_on": date(2026, 3, 4), "purpose": "核对入住资料"} | values
    return customers.lend_archive(archive, act=here.act(TEN, "steward"), **values)


def archive_disclosure(*, project: Project | None = None) -> ArchiveDisclosure:
    """Something told to the police, by the manager's leave."""
    told = archive(project=project)
    here = _world_of(told.project)
    move = {"to_whom": "某派出所", "reason": "协查函", "what": "住户登记表"}
    asked = DiscloseArchive.of(told, act=here.act(TEN, "steward"), **move)
    rulebook.ask_at_gate(asked, act=here.act(TEN, "steward"))
    approve(told, by=here.people["office_manager"], at=TEN + timedelta(minutes=5))
    return customers.disclose_archive(told, act=here.act(TEN + timedelta(minutes=10), "steward"), **move)


def archive_binding(*, project: Project | None = None) -> ArchiveBinding:
    """The folders of 2026, bound in 2027."""
    filed = archive_item(project=project)
    here = _world_of(filed.project)
    return customers.bind_archives(
        project=filed.project, kind="household", year=2026, act=here.act(datetime(2027, 1, 5, 2, 0, tzinfo=UTC), "steward")
    )


def lease(*, project: Project | None = None, house: House | None = None, tenant: Customer | None = None, **values) -> Lease:
    """A house is let since January, until the end of the year."""
    house = house or _house(project=project)
    tenant = tenant or _customer(project=house.project, name="林租客", phones=("13900139000",))
    values = {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1)} | values
    return customers.register_lease(project=house.project, house=house, tenant=tenant, act=founding(house.project), **values)


def proxy(*, project: Project | None = None, **values) -> Proxy:
    project = project or newest().project
    people = {"principal": customer(project=project), "agent": customer(project=project, name="刘代办", phones=("13700137000",))}
    values = {"kind": "agent", "scope": "move_in", "starts_on": date(2026, 1, 1)} | people | values
    return customers.accept_proxy(project=project, act=founding(project), **values)


# -- work ----------------------------------------------------------------------------------------
TEN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai on the Monday of the tests
ORDER_STEPS = ("new", "assigned", "accepted", "on_site", "working", "finished", "completed")


def glass(colour: int = 0) -> bytes:
    """What a signature on glass looks like to us: a small picture."""
    out = io.BytesIO()
    Image.new("L", (40, 20), colour).save(out, "PNG")
    return out.getvalue()


def order(*, state: str = "new", at: datetime = TEN, technician: Person | None = None, **values) -> WorkOrder:
    """A leaking tap in a flat, or whatever `values` say; brought as far as `state` by the people of its project, a minute a step."""
    project = values.pop("project", None) or newest().project
    here = next(w for w in reversed(_worlds) if w.project == project)
    values = {"kind": "repair", "craft": "water", "place": "home", "content": "厨房水管漏水", "technician_on_duty": True} | values
    if values["place"] == "home" and "house" not in values:
        values["house"] = house(project=project, number=f"{next(_numbers):04d}")
    made = work.open_order(project=project, act=here.act(at), **values)
    if state == "new":
        return made
    technician = technician or here.people["technician"]
    doer = org_selectors.act_of(technician, at, "field")
    signer = (
        {"signer_name": here.people["steward"].name, "capacity": "staff", "signer": here.people["steward"]}
        if values["place"] == "public"
        else {"signer_name": "王小明", "capacity": "owner"}
    )
    steps = {
        "assigned": lambda o, m: work.assign_order(o, technician=technician, act=here.act(m, "foreman")),
        "accepted": lambda o, m: work.accept_order(o, act=doer.at_moment(m)),
        "on_site": lambda o, m: work.arrive_order(o, act=doer.at_moment(m)),
        "working": lambda o, m: work.start_order(o, act=doer.at_moment(m)),
        "finished": lambda o, m: work.finish_order(o, result="更换角阀，不再渗漏", act=doer.at_moment(m)),
        "completed": lambda o, m: work.complete_order(
            work.sign_order(o, image=glass(), **signer, act=doer.at_moment(m)), act=doer.at_moment(m)
        ),
    }
    for minute, step in enumerate(ORDER_STEPS[1 : ORDER_STEPS.index(state) + 1], 1):
        made = steps[step](made, at + timedelta(minutes=minute))
    return made


# -- desk ----------------------------------------------------------------------------------------
AT_HOME = {"part": "卫生间顶部", "someone_home": True, "spare_key_left": False, "visit_time": "随时", "convenient_time": "随时"}
GRIEVANCE = {"occurred_at": "3月1日夜里", "place": "3 栋大堂", "accused": "保安部", "course": "夜班不开门", "demand": "书面道歉"}


def category(code: str = "leak", *, project: Project | None = None) -> Category:
    """One of the categories that the project's desk began with."""
    return Category.objects.unscoped("tests").get(company_id=(project or newest().project).company_id, code=code)


def channel(code: str = "phone", *, project: Project | None = None) -> Channel:
    return Channel.objects.unscoped("tests").get(company_id=(project or newest().project).company_id, code=code)


def case_type(code: str = "repair", *, project: Project | None = None) -> CaseType:
    return CaseType.objects.unscoped("tests").get(company_id=(project or newest().project).company_id, code=code)


def contact(at: datetime = TEN, *, project: Project | None = None, channel: str = "phone", **values) -> Contact:
    """A call from a number that nobody knows."""
    here = _world_of(project)
    return desk.receive_contact(project=here.project, channel=channel, number="13900001111", act=here.act(at), **values)


def case(
    at: datetime = TEN,
    *,
    project: Project | None = None,
    type: str = "repair",
    by: str = "desk_agent",
    house: House | None = None,
    **values,
) -> Case:
    """A case opened at that moment: a leak at home, or another type with the least it wants."""
    here = _world_of(project)
    values = {"content": "卫生间天花板往下滴水", "customer_name": "王小明", "customer_phone": "+8613800138000"} | values
    if type == "repair" and values.get("place") != "public":
        house = house or House.objects.unscoped("tests").filter(project=here.project).first() or globals()["house"](project=here.project)
        values = {"category": category(project=here.project), "repair": AT_HOME} | values
    if type == "complaint":
        values = {"category": category("guards", project=here.project), "complaint": GRIEVANCE, "content": "夜里保安不给开门"} | values
    return desk.open_case(project=here.project, type=type, house=house, act=here.act(at, by), **values)


def complaint(at: datetime = TEN, **values) -> Complaint:
    return case(at, type="complaint", **values).complaint


def _world_of(project: Project | None) -> World:
    return newest() if project is None else next(w for w in reversed(_worlds) if w.project == project)


def parameter(*, rule: str, key: str, value, starts_on: date, at: datetime | None = None, project: Project | None = None) -> Parameter:
    """A project's own number for a clause: proposed by its manager (the day before), approved by the company's service manager."""
    here = _world_of(project)
    boss, at = approver(here), at or datetime.combine(starts_on - timedelta(days=1), time(2), UTC)
    proposal = rulebook.propose_parameter(
        project=here.project,
        rule=rule,
        key=key,
        value=value,
        starts_on=starts_on,
        reason="按本小区情况",
        act=here.act(at, "office_manager"),
    )
    approve(proposal, by=boss, at=at + timedelta(minutes=30))
    return fresh(proposal).parameter


def approver(here: World) -> Person:
    """The company's service manager; hired if there is none."""
    if "service_manager" not in here.people:
        here.people["service_manager"] = staff(here, "service_manager", name="卫总")[0]
    return here.people["service_manager"]


def approve(about, *, by: Person, at: datetime, yes: bool = True, words: str = "") -> ApprovalRequest:
    """Somebody says yes (or no) to what is asked about a row."""
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=about.pk, state="requested")
    return rulebook.decide_approval(request, yes=yes, words=words, act=org_selectors.act_of(by, at, "console"))


# -- what the rules left ----------------------------------------------------------------------------
def appointment(*, project: Project | None = None, starts_at: datetime = datetime(2026, 3, 2, 6, 0, tzinfo=UTC), **values) -> Appointment:
    """Somebody is expected between two and three in the afternoon, for an order that nobody has yet."""
    of = order(project=project or newest().project, **values)
    here = next(w for w in reversed(_worlds) if w.project == of.project)
    return work.book_appointment(of, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), act=here.act(TEN))


def visit(*, project: Project | None = None, made: bool = True) -> ReturnVisit:
    """A return visit about an order, made by telephone by the steward."""
    of = order(project=project or newest().project)
    here = next(w for w in reversed(_worlds) if w.project == of.project)
    planned = followup.plan_visit(project=of.project, about=of, visit_class="repair", act=here.act(TEN, "steward"))
    return (
        followup.make_visit(
            planned,
            way="phone",
            quality=5,
            effect=4,
            satisfaction=5,
            shortcomings="无",
            suggestions="周末也能来就好",
            result="ok",
            resident_name="王小明",
            act=here.act(TEN, "steward"),
        )
        if made
        else planned
    )


def rectification(*, project: Project | None = None, **values) -> Rectification:
    project = project or newest().project
    return quality.open_rectification(project=project, **{"matter": "楼道三天未打扫"} | values, act=founding(project))


def prevention(*, project: Project | None = None, **values) -> Rectification:
    """A risk, and what the head of a department does about it."""
    here = _world_of(project)
    values = {
        "matter": "雨季地库易积水",
        "preventive": "检修排水泵",
        "responsible": here.people["dept_head"],
        "due_on": date(2026, 4, 1),
    } | values
    return quality.register_prevention(project=here.project, act=here.act(TEN, "desk_supervisor"), **values)


def put_right(opened: Rectification, *, by: str = "dept_head") -> Rectification:
    """Planned for the head of the department by the manager, and reported done."""
    here = _world_of(opened.project)
    planned = quality.plan_rectification(
        opened, person=here.people[by], due_on=date(2026, 3, 5), opinion="限期整改", act=here.act(TEN, "office_manager")
    )
    return quality.finish_rectification(planned, corrective="已整改", act=here.act(TEN + timedelta(days=1), by))


def checklist(*, project: Project | None = None, text: str = "消防通道畅通 | 是否 | 5", **values) -> Checklist:
    """A list of the company that is in use."""
    project = project or newest().project
    values = {"code": f"list{next(_numbers)}", "name": "大堂检查"} | values
    drafted = quality.draft_checklist(project=project.company, items=writing.read(text)[0], act=founding(project), **values)
    return quality.publish_checklist(drafted, act=founding(project))


def signoff(*, project: Project | None = None, **values) -> Signoff:
    """A month of some register, signed by the manager."""
    here = next(w for w in reversed(_worlds) if project is None or w.project == project)
    values = {
        "register": "visits",
        "period": f"{2000 + next(_numbers)}-01",
        "title": "走访台账",
        "pdf": b"%PDF-1.7",
        "content": {},
    } | values
    return quality.sign_off(project=here.project, act=here.act(TEN, "office_manager"), **values)


def check_run(*, project: Project | None = None, value: str = "no", **values) -> CheckRun:
    """One check by the desk's supervisor, completed; its one item failed."""
    here = _world_of(project)
    of = checklist(project=here.project)
    act = here.act(TEN, "desk_supervisor")
    run = quality.start_check(project=here.project, checklist=of, act=act, **values)
    run = quality.answer_check(run, answers={item.pk: Answer(value) for item in of.items.all()}, act=act)
    return quality.complete_check(run, act=act)


def finding(*, project: Project | None = None) -> Finding:
    return check_run(project=project).findings.get()


def sanction(*, project: Project | None = None, by: str = "desk_supervisor", at: datetime = TEN, **values) -> Sanction:
    """The technician is to be criticised for a promise that was broken; waits for the manager's approval."""
    here = _world_of(project)
    values = {
        "person": here.people["technician"],
        "rule": "WF-022",
        "level": "criticism",
        "reason": "约定上门未到，也未告知",
        "source": rectification(project=here.project),
    } | values
    return workforce.propose_sanction(project=here.project, act=here.act(at, by), **values)


def retention(*, project: Project | None = None, **values) -> RetentionClass:
    """The company keeps its patrol forms for five years."""
    project = project or newest().project
    values = {
        "code": f"patrol{next(_numbers)}",
        "name": "巡查表",
        "keep": "5 years",
        "source": "档案管理办法",
        "starts_on": date(2026, 1, 1),
    } | values
    return rulebook.set_retention(project=project.company, act=founding(project), **values)


def duties(thing, rule: str, stage: str = "") -> list[Obligation]:
    """What a clause asked about a subject, oldest first, met and void ones too."""
    return list(Obligation.objects.unscoped("tests").about(thing).filter(rule=rule, stage=stage).order_by("opened_at", "id"))


def facts_about(thing) -> list[str]:
    """The names of the facts about a subject, oldest first."""
    return [entry.fact for entry in reversed(timeline_of(thing))]


# What is made of the above stands in files of its own.
from tests.people import *  # noqa: E402, F403
from tests.places import *  # noqa: E402, F403

"""Factories: each builds the smallest valid thing. A test states only what matters to it.

A factory that needs a project takes it by keyword; without one it uses the newest world's.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from guanjia.customers import services as customers
from guanjia.customers.models import Customer, Occupancy
from guanjia.estate import services as estate
from guanjia.estate.models import Building, Entrance, House
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.querysets import trusted
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import Company, Person, Post, Project

_numbers = count(1)
SERVICE_HOURS = {str(day): [[480, 1200]] for day in range(7)}      # 08:00-20:00 every day
BEGINNING = datetime(2026, 1, 1, 1, 0, tzinfo=UTC)

POSTS = {
    "desk_agent": "李客服", "desk_supervisor": "周主管", "office_manager": "陈经理", "steward": "孙管家", "dept_head": "何部长",
    "engineering_head": "马工", "foreman": "赵班长", "technician": "王师傅", "security_leader": "钱队长", "quality_inspector": "冯质检",
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
    calendar = org.create_calendar(project=company, name="服务时间", hours=SERVICE_HOURS, act=system)
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
    return org.register_person(project=project or newest().project, login=f"p{next(_numbers)}", name=name, act=newest().system, **values)


def post(*, project: Project | None = None, role: str = "desk_agent", **values) -> Post:
    return org.create_post(project=project or newest().project, role=role, act=newest().system, **values)


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


def house(*, project: Project | None = None, number: str = "1801", by: Entrance | None = None, **values) -> House:
    """A flat that was handed over: 「3-2-1801」, or another number by the entrance given."""
    project = by.project if by else project or newest().project
    if by is None:
        block = Building.objects.unscoped("tests").filter(project=project, code="3").first() or building(project=project)
        by = Entrance.objects.unscoped("tests").filter(building=block, name="2").first() or entrance(block)
    values = {"area_m2": Decimal("89.50"), "floor": 18, "state": "handed_over"} | values
    return estate.register_house(project=project, building=by.building, entrance=by, number=number, act=founding(project), **values)


# -- customers -----------------------------------------------------------------------------------
def customer(*, project: Project | None = None, name: str = "王小明", phones: tuple[str, ...] = ("13800138000",), **values) -> Customer:
    project = project or newest().project
    return customers.register_customer(project=project, name=name, phones=phones, act=founding(project), **values)


def occupancy(*, house: House, customer: Customer, role: str = "owner", starts_on: date = date(2026, 1, 1), **values) -> Occupancy:
    return customers.move_in(project=house.project, house=house, customer=customer, role=role, starts_on=starts_on,
                             act=founding(house.project), **values)

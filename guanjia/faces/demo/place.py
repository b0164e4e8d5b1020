"""The demo's company, project, staff, houses and people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from django.contrib.auth.hashers import make_password

from guanjia.customers import services as customers
from guanjia.customers.models import Customer
from guanjia.estate import services as estate
from guanjia.estate.models import House
from guanjia.kernel import clock
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.usecase import whole
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import Company, Person, Project
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.models import ApprovalRequest

from . import cast

SERVICE_HOURS = {str(day): [[480, 1200]] for day in range(7)}
STAFF = (
    ("office_manager", "陈国华", ()),
    ("desk_supervisor", "周敏", ()),
    ("desk_agent", "李静", ()),
    ("desk_agent", "吴婷", ()),
    ("desk_agent", "郑晓红", ()),
    ("steward", "孙丽", ()),
    ("steward", "何娟", ()),
    ("steward", "许倩", ()),
    ("engineering_head", "马建国", ()),
    ("engineering_assistant", "曹宁", ()),
    ("foreman", "赵志强", ()),
    ("technician", "王伟", ("water", "civil")),
    ("technician", "刘强", ("electric", "lift")),
    ("technician", "张勇", ("water", "electric")),
    ("technician", "杨刚", ("other", "civil", "lift")),
    ("security_head", "韩磊", ()),
    ("security_leader", "钱军", ()),
    ("guard", "朱凯", ()),
    ("cleaning_head", "秦玉兰", ()),
    ("cleaner", "苗凤英", ()),
    ("cashier", "尤雪", ()),
    ("dept_head", "冯斌", ()),
    ("archivist", "严琳", ()),
    ("quality_inspector", "沈慧", ()),
    ("service_manager", "卫海燕", ()),
    ("general_manager", "高志远", ()),
)
LOGINS = {
    "desk_agent": "qiantai",
    "desk_supervisor": "zhuguan",
    "office_manager": "jingli",
    "steward": "guanjia",
    "foreman": "banzhang",
    "technician": "shifu",
    "engineering_head": "gongcheng",
    "quality_inspector": "zhijian",
    "service_manager": "kehubu",
    "general_manager": "zongjingli",
}
BUILDINGS, ENTRANCES, FLOORS, DOORS = 10, 2, 15, 4  # 1,200 houses
BATCH = 60
LAYOUTS = ((("二室一厅", "78.60")), ("三室一厅", "96.35"), ("三室两厅", "118.20"), ("四室两厅", "143.08"))


OF_THE_COMPANY = {"service_manager", "general_manager"}


@dataclass
class Place:
    """Everything that the year needs at hand."""

    company: Company
    project: Project
    random: Random
    staff: dict[str, list[Person]] = field(default_factory=dict)
    homes: list[tuple[House, Customer]] = field(default_factory=list)
    houses: list[House] = field(default_factory=list)

    def act(self, who: Person | str, at: datetime, via: str = "demo") -> Act:
        person = self.random.choice(self.staff[who]) if isinstance(who, str) else who
        return org_selectors.act_of(person, at, via)

    def system(self, at: datetime) -> Act:
        return system_act(at, company_id=self.company.pk, via="demo")


def found(begins: date, password: str, say: Callable[[str], None], *, buildings: int = BUILDINGS) -> Place:
    """Company, project, people in posts, houses and households as they stood when the year began."""
    moment = datetime(begins.year, begins.month, begins.day, 0, 30, tzinfo=UTC)
    with clock.travelling(moment):
        place = whole(lambda: _company(moment, password))
        say(f"公司、项目与 {len(STAFF)} 位员工")
        whole(lambda: _handbook(place, moment))
        say("采用物业标准手册")
        _houses(place, moment, say, buildings)
        _people(place, moment, say)
    return place


def _company(moment: datetime, password: str) -> Place:
    company = org.found_company(name="安居物业服务有限公司", credit_code="91350100MA0DEMO001")
    system = system_act(moment, company_id=company.pk, via="demo")
    calendar = org.create_calendar(project=company, name="服务时间 8:00-20:00", hours=SERVICE_HOURS, act=system)
    for year in (moment.year, moment.year + 1):
        org.publish_calendar(calendar, year=year, act=system)
    project = org.open_project(
        project=company,
        name="翠湖花园",
        code="CH",
        calendar=calendar,
        district="鼓楼区",
        address="湖滨路 88 号",
        phone="0591-87650000",
        act=system,
    )
    place = Place(company, project, Random(20260302))
    seats: dict[str, int] = {}
    for role, *_rest in STAFF:
        seats[role] = seats.get(role, 0) + 1
    posts = {
        role: org.create_post(project=company if role in OF_THE_COMPANY else project, role=role, seats=n, act=system)
        for role, n in seats.items()
    }
    for role, name, skills in STAFF:
        number = len(place.staff.setdefault(role, []))
        login = LOGINS.get(role, role) + (str(number + 1) if number else "")
        person = org.register_person(
            project=project, login=login, name=name, phone=cast.mobile(place.random), skills=list(skills), act=system
        )
        org.appoint(posts[role], person=person, starts_on=moment.date(), act=system)
        place.staff[role].append(person)
    hashed = make_password(password)  # one for all, hashed once: hashing is slow on purpose
    Person.objects.unscoped("demo").filter(company=company).update(password=hashed)
    return place


def _handbook(place: Place, moment: datetime) -> None:
    """The project lives by the property standard from its first day: asked for by its manager, approved by the company."""
    manager, director = place.act("office_manager", moment), place.act("service_manager", moment)
    editions = rulebook.install_handbooks(project=place.company, act=manager)
    standard = next(edition for edition in editions if edition.handbook.key == "property-standard")
    adoption = rulebook.propose_adoption(
        project=place.project, edition=standard, starts_on=moment.date(), reason="按公司统一标准服务", act=manager
    )
    request = ApprovalRequest.objects.visible_to(director).get(about_id=adoption.pk)
    rulebook.decide_approval(request, yes=True, words="同意", act=director)


def _houses(place: Place, moment: datetime, say: Callable[[str], None], buildings: int) -> None:
    act = place.act("office_manager", moment)
    for number in range(1, buildings + 1):
        whole(lambda number=number: _building(place, act, number))
        say(f"{number} 栋房屋")


def _building(place: Place, act: Act, number: int) -> None:
    building = estate.register_building(project=place.project, code=str(number), act=act)
    for nth in range(ENTRANCES):
        entrance = estate.register_entrance(building, name=str(nth + 1), act=act)
        for floor in range(1, FLOORS + 1):
            for door in range(1, DOORS + 1):
                layout, area = LAYOUTS[(door - 1) % len(LAYOUTS)]
                place.houses.append(
                    estate.register_house(
                        project=place.project,
                        building=building,
                        entrance=entrance,
                        floor=floor,
                        number=f"{floor}{door:02d}",
                        area_m2=Decimal(area),
                        layout=layout,
                        state="handed_over",
                        act=act,
                    )
                )


def _people(place: Place, moment: datetime, say: Callable[[str], None]) -> None:
    act = place.act("steward", moment)
    lived_in = [house for house in place.houses if place.random.random() < 0.93]
    for start in range(0, len(lived_in), BATCH):
        batch = lived_in[start : start + BATCH]
        whole(lambda batch=batch: [_household(place, act, house, moment) for house in batch])
        say(f"住户 {min(start + BATCH, len(lived_in))} / {len(lived_in)} 户")


def _household(place: Place, act: Act, house: House, moment: datetime) -> None:
    random = place.random
    since = moment.date() - timedelta(days=random.randrange(30, 3000))
    let = random.random() < 0.18
    owner = _person(place, act)
    customers.move_in(project=place.project, house=house, customer=owner, role="owner", starts_on=since, contact="", act=act)
    lives_there = owner
    if let:
        lives_there = _person(place, act)
        customers.move_in(
            project=place.project,
            house=house,
            customer=lives_there,
            role="tenant",
            starts_on=moment.date() - timedelta(days=random.randrange(1, 20)),
            use="let",
            act=act,
        )
    else:
        estate.change_use(house, use="owner_occupied", starts_on=since, act=act)
    for _nth in range(random.choice((1, 1, 2, 2, 3))):
        customers.move_in(
            project=place.project,
            house=house,
            customer=_person(place, act),
            role="family",
            starts_on=since if not let else moment.date(),
            act=act,
        )
    place.homes.append((house, lives_there))


def _person(place: Place, act: Act) -> Customer:
    random = place.random
    born = date(random.randrange(1945, 2003), random.randrange(1, 13), random.randrange(1, 28))
    return customers.register_customer(
        project=place.project, name=cast.person_name(random), phones=[cast.mobile(random)], birth_date=born, act=act
    )

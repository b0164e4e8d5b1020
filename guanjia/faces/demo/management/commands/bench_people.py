"""manage.py bench_people: a hundred thousand customers in a database of its own, and how fast an agent finds one, as JSON."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.utils import timezone

from guanjia.customers import duplicates, names, selectors
from guanjia.customers.models import ContactPoint, Customer, Household, Occupancy
from guanjia.customers.phones import tail_of
from guanjia.estate.models import Building, Entrance, House
from guanjia.faces.demo import cast
from guanjia.kernel.act import Act, system_act
from guanjia.kernel.bulk import copy_in
from guanjia.kernel.ids import uuid7
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import Person, Project

from .bench import measure, use_own_database

PROJECTS, DOORS, AGENT = 4, 4, "bench_agent"
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
TYPED = ("w", "wa", "wang", "wxm", "zhangw", "lij", "王", "王小", "张伟", "李", "8000", "13800", "1-1-1", "3-2-1801", "zzz")


class Command(BaseCommand):
    help = "在单独的数据库里装入大量客户并测查找速度，结果为 JSON"

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--rounds", type=int, default=40)

    def handle(self, *args, customers: int, rounds: int, **options):
        use_own_database(customers)
        call_command("migrate", interactive=False, verbosity=0)
        if not Customer.objects.unscoped("bench").exists():
            fill(customers)
        project = Project.objects.unscoped("bench").order_by("code").first()
        agent = org_selectors.act_of(Person.objects.unscoped("bench").get(login=AGENT), timezone.now(), "console")
        found: dict[str, Any] = {"customers": Customer.objects.unscoped("bench").count(), "found": {}}
        for typed in TYPED:
            found["found"][typed] = measure(lambda typed=typed: list(selectors.people_matching(typed, agent)[:20]), rounds)
        found["calling"] = measure(lambda: selectors.who_is_calling("+86138" + "0" * 8, agent), rounds)
        found["suggestions"] = measure(lambda: duplicates.suggestions(project, agent), 6, warm=1)
        found["p95_ms_worst"] = max(one["p95_ms"] for one in found["found"].values())
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=1))


def fill(customers: int) -> None:
    """Projects of equal size, a house for three people, a name and a number for each; some of them twice."""
    random = Random(7)
    company = org.found_company(name="测速物业", credit_code="91350100MA0BENCH02")
    act = system_act(SINCE, company_id=company.pk)
    calendar = org.create_calendar(project=company, name="全天", hours={}, act=act)
    for nth in range(PROJECTS):
        project = org.open_project(
            project=company, name=f"小区{nth + 1}", code=f"P{nth + 1}", calendar=calendar, district="鼓楼区", act=act
        )
        _people(project, customers // PROJECTS, random, act)
        if nth == 0:
            post = org.create_post(project=project, role="desk_agent", act=act)
            org.appoint(
                post, person=org.register_person(project=project, login=AGENT, name="测速", act=act), starts_on=SINCE.date(), act=act
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(project: Project, count: int, random: Random, act: Act) -> None:
    houses = list(_houses(project, count // 3, act))
    base = {"company": project.company, "project": project, "created_at": SINCE}
    rows = []
    for nth in range(count):
        name = cast.person_name(random)
        sound = {"name_pinyin": names.pinyin(name), "name_initials": names.initials(name)}
        rows.append(Customer(number=f"KH-{project.code}-{nth:06}", name=name, **sound, **base))
    Customer.objects.bulk_create(rows, batch_size=2000)
    values = [f"+861{random.randrange(30, 99)}{random.randrange(10**8):08}" for _one in rows]
    points = [
        ContactPoint(customer=row, value=value, tail=tail_of(value), is_primary=True, **base)
        for row, value in zip(rows, values, strict=True)
    ]
    ContactPoint.objects.bulk_create(points, batch_size=2000)
    _live(project, houses, rows)


def _houses(project: Project, count: int, act: Act) -> Iterator[House]:
    made = []
    for code in range(1, count // 240 + 2):
        building = Building.objects.create(
            company=project.company,
            project=project,
            code=str(code),
            name=f"{code}栋",
            address_district="鼓楼区",
            address_community=project.name,
        )
        for name in ("1", "2"):
            entrance = Entrance.objects.create(company=project.company, project=project, building=building, name=name)
            for floor in range(1, 31):
                for door in range(1, DOORS + 1):
                    house = House(
                        company=project.company, project=project, building=building, entrance=entrance, floor=floor,
                        number=f"{floor}{door:02}", area_m2=90, state="handed_over",
                    )  # fmt: skip
                    house.locate()
                    made.append(house)
    yield from House.objects.bulk_create(made[:count], batch_size=2000)


def _live(project: Project, houses: list[House], rows: list[Customer]) -> None:
    """A household for each house, an owner and two of his family in it, by COPY."""
    since, households = date(2025, 1, 1), [uuid7() for _house in houses]
    copy_in(
        Household,
        ("id", "number", "version", "company_id", "project_id", "house_id", "kind", "starts_on"),
        ((pk, "", 1, project.company_id, project.pk, house.pk, "owners", since) for pk, house in zip(households, houses, strict=True)),
    )
    copy_in(
        Occupancy,
        ("id", "number", "version", "company_id", "project_id", "household_id", "house_id", "customer_id", "role", "starts_on"),
        (
            (
                uuid7(),
                "",
                1,
                project.company_id,
                project.pk,
                households[nth // 3],
                houses[nth // 3].pk,
                row.pk,
                "family" if nth % 3 else "owner",
                since,
            )
            for nth, row in enumerate(rows[: len(houses) * 3])
        ),
    )

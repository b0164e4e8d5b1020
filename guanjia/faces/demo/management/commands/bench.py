"""manage.py bench: fills a database of its own with many cases and prints how fast the desk is, as JSON.

Server time is measured inside one process, through the whole stack of middleware, without a network.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guanjia.desk import facts
from guanjia.desk import selectors as desk_selectors
from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.estate.models import House
from guanjia.faces.demo import bulk, figures, place, year
from guanjia.kernel import clock
from guanjia.kernel.act import Act
from guanjia.kernel.ids import uuid7
from guanjia.kernel.journal import plain
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.postgres.owner import as_owner
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.org.models import Company, Person, Project
from guanjia.rulebook import climbing, engine
from guanjia.rulebook.models import OPEN, Escalation, Notice, Obligation

PROJECTS = 20
SAMPLE = 60
JOURNALLED = 250_000  # so many cases, the newest, have their journal


class Command(BaseCommand):
    help = "在单独的数据库里装入大量诉求并测速，结果为 JSON"

    def add_arguments(self, parser):
        parser.add_argument("--cases", type=int, default=100_000)
        parser.add_argument("--obligations", type=int, default=0, help="另外复制应办事项，直到这么多；其余的表不动")
        parser.add_argument("--rounds", type=int, default=60)
        parser.add_argument("--creating", type=float, default=0, help="内部用：本进程不断登记诉求的秒数")
        parser.add_argument("--nth", type=int, default=1, help="内部用：登记在第几个小区")

    def handle(self, *args, cases: int, obligations: int, rounds: int, creating: float, nth: int, **options):
        use_own_database(cases)
        if creating:
            self.stdout.write(str(create_for(creating, nth)))
            return
        self.began = time.monotonic()
        call_command("migrate", verbosity=0)
        if not Company.objects.exists():
            self.fill(cases)
        with as_owner(connection):
            bulk.grow_obligations(obligations, list(Project.objects.unscoped("bench").values_list("pk", flat=True)), self.say)
        counted = {"cases": Case, "obligations": Obligation, "journal_lines": JournalEntry}
        report = {name: model.objects.unscoped("bench").count() for name, model in counted.items()}
        report |= self.pages(rounds) | self.moves(rounds)
        report["create_case_per_s_two_processes"] = self.two_processes(cases)
        report |= figures.backtest_figures() | tick_figures()
        self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))

    def say(self, what: str) -> None:
        self.stderr.write(f"  [{time.monotonic() - self.began:5.0f} s] {what}")

    def fill(self, cases: int) -> None:
        until = clock.now()
        begins = timezone.localtime(until).date() - timedelta(days=60)
        built = place.found(begins, "bench-password-1", self.say, buildings=1)
        year.Year(built, begins, until, SAMPLE).play(self.say)
        act = built.system(until)
        projects = [built.project.pk]
        for nth in range(2, PROJECTS + 1):
            project = org.open_project(
                project=built.company, name=f"小区 {nth}", code=f"P{nth}", calendar=built.project.calendar, district="鼓楼区", act=act
            )
            projects.append(project.pk)
        sample = Case.objects.unscoped("bench").count()
        with as_owner(connection):  # who alone may take indexes off
            bulk.multiply(max(1, cases // sample), projects, self.say, journalled=JOURNALLED // sample)

    # -- pages -----------------------------------------------------------------------------------
    def pages(self, rounds: int) -> dict[str, Any]:
        figures: dict[str, Any] = {}
        for who, role in (("one_project", "desk_agent"), ("all_projects", "service_manager")):
            client = Client()
            person = Person.objects.unscoped("bench").filter(holdings__post__role_id=role).first()
            client.force_login(person)
            act = org_selectors.act_of(person, clock.now(), "console")
            newest = list(Case.objects.visible_to(act).order_by("-opened_at").values_list("pk", flat=True)[:rounds])
            page50 = self.page_fifty(act)
            figures[f"queue_page_1_{who}"] = measure(lambda client=client: client.get("/"), rounds)
            figures[f"queue_page_50_{who}"] = measure(lambda client=client, page50=page50: client.get("/", {"after": page50}), rounds)
            turn = iter(newest * 3)
            figures[f"case_page_{who}"] = measure(lambda client=client, turn=turn: client.get(f"/cases/{next(turn)}/"), rounds)
            words = iter(["漏水", "电梯", "保洁", "车位", "门禁", "扰民", "电表", "水压", "不在", "孩子"] * rounds)
            figures[f"search_two_characters_{who}"] = measure(
                lambda client=client, words=words: client.get("/search", {"q": next(words)}), rounds
            )
        return figures

    def page_fifty(self, act: Any) -> str:
        after = ""
        for _page in range(49):
            found = desk_selectors.queue(act, after=after)
            if not found.next:
                break
            after = found.next
        return after

    def moves(self, rounds: int) -> dict[str, Any]:
        opened: list[Case] = []
        figures = {"create_case": measure(lambda: opened.append(create_one()), rounds)}
        turn = iter(opened)
        figures["resolve_case"] = measure(lambda: resolve_one(next(turn)), rounds - 1, warm=0)
        act = act_in_role("desk_agent")
        project = Project.objects.visible_to(act).order_by("code")[0]
        with transaction.atomic():  # one for all, and nothing of it is kept
            figures["obligations_of_one_fact"] = measure(lambda: engine.hear([(opened_line(project, act), act)]), rounds)
            transaction.set_rollback(True)
        return figures

    def two_processes(self, cases: int, seconds: float = 8.0) -> float:
        """Cases a second, opened by two processes at once with the whole use case, each in a project of its own.

        Within one project they would wait for each other: its numbers leave no gap.
        """
        command = [sys.executable, "manage.py", "bench", "--cases", str(cases), "--creating", str(seconds), "--nth"]
        running = [
            subprocess.Popen([*command, str(nth)], cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, env=os.environ)
            for nth in (1, 2)
        ]
        return round(sum(float(process.communicate()[0].strip().splitlines()[-1]) for process in running) / seconds, 1)


def use_own_database(cases: int) -> None:
    """A database beside the project's own, kept between runs of the same size."""
    name = f"guanjia_bench_{cases}"
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connections.close_all()
    connections["default"].settings_dict["NAME"] = name
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def measure(act: Callable[[], Any], rounds: int, *, warm: int = 3) -> dict[str, float]:
    """Milliseconds over the rounds after some that do not count: p50 and p95 by the clock on the wall, the mean of this process's
    own work (without the database's, and whatever else the machine does), and the queries of one more.
    """
    for _nth in range(warm):
        act()
    taken, worked = [], time.process_time()
    for _nth in range(rounds - warm - 1 if warm else rounds - 1):
        began = time.perf_counter()
        answer = act()
        taken.append((time.perf_counter() - began) * 1000)
        assert getattr(answer, "status_code", 200) == 200, answer
    worked = (time.process_time() - worked) * 1000 / len(taken)
    with CaptureQueriesContext(connection) as queries:
        act()
    taken.sort()
    return {
        "p50_ms": round(statistics.median(taken), 1),
        "p95_ms": round(taken[int(len(taken) * 0.95) - 1], 1),
        "cpu_ms": round(worked, 1),
        "queries": len(queries),
    }


def act_in_role(role: str) -> Act:
    """The act of the first who holds a post of that role."""
    person = Person.objects.unscoped("bench").filter(holdings__post__role_id=role).first()
    return org_selectors.act_of(person, clock.now(), "console")


def create_one(nth: int | None = None) -> Case:
    """What an agent's click does: a repair is opened, accepted with a promise; with `nth` in that project of the company."""
    act = act_in_role("desk_agent" if nth is None else "service_manager")
    project = Project.objects.visible_to(act).order_by("code")[nth or 0]
    entry = {
        "part": "厨房",
        "someone_home": True,
        "spare_key_left": False,
        "may_use_key": False,
        "visit_time": "现在",
        "convenient_time": "现在",
    }
    house = House.objects.unscoped("bench").filter(project=project).first()
    where = {"place": "home", "house": house} if house else {"place": "public", "area_text": "楼道"}
    return desk.open_case(
        project=project, type="repair", content="水管下面渗水", customer_name="测速", customer_phone="+8619900000000", **where,
        repair=entry, promise_at=act.at + timedelta(hours=4), explanation="安排师傅上门", act=act,
    )  # fmt: skip


def opened_line(project: Project, act: Act) -> JournalEntry:
    """The line of a repair that was just taken in, as the engine hears it; it is not stored."""
    fact = facts.CaseOpened(type="repair", place="home", requester="customer", owner_id=str(act.person_id))
    return JournalEntry(
        id=uuid7(), company_id=project.company_id, project_id=project.pk, happened_at=act.at, recorded_at=act.at,
        fact=fact.name, subject_kind=Case._meta.label_lower, subject_id=uuid7(), payload=plain(vars(fact)),
    )  # fmt: skip


def resolve_one(case: Case) -> Case:
    agent = Person.objects.unscoped("bench").get(pk=case.owner_id)
    return desk.resolve_case(case, result="更换软管", process="上门更换", act=org_selectors.act_of(agent, clock.now(), "console"))


def create_for(seconds: float, nth: int) -> int:
    create_one(nth)
    done, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        create_one(nth)
        done += 1
    return done


def tick_figures() -> dict[str, Any]:
    """A tick with nothing due, then one with as many past their time as 1 % of all obligations (at least 5,000), where so many are open."""
    now = clock.now()
    for _batch in climbing.climb(now):
        pass
    began = time.perf_counter()
    for _batch in climbing.climb(now):
        pass
    idle = (time.perf_counter() - began) * 1000
    waiting = Obligation.objects.unscoped("bench").filter(OPEN)
    some = list(waiting.values_list("pk", flat=True)[: max(5000, Obligation.objects.unscoped("bench").count() // 100)])
    past = now - timedelta(seconds=1)
    Obligation.objects.unscoped("bench").filter(pk__in=some).update(
        due_at=past,
        next_rung_at=past,
        starts_at=past - timedelta(hours=1),
        opened_at=past - timedelta(hours=1),
        climbed=0,
        overdue_at=None,
    )
    Notice.objects.unscoped("bench").filter(obligation__in=some).delete()
    Escalation.objects.filter(obligation__in=some).delete()
    began = time.perf_counter()
    done = sum(climbing.climb(now), start=climbing.Climbed())
    spent = time.perf_counter() - began
    return {
        "tick_idle_ms": round(idle, 1),
        "tick_due": done.looked_at,
        "tick_told": done.told,
        "tick_ms": round(spent * 1000, 1),
        "tick_due_per_s": round(done.looked_at / spent) if spent else 0,
    }

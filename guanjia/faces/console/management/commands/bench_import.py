"""manage.py bench_import: a table of many homes, made by hand for ten years, is read, looked at and taken in; figures as JSON.

In a database of its own, thrown away afterwards. The table is made by another process, so that its memory does not count.
"""

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from guanjia.faces.console.rolls import RollImporter
from guanjia.kernel import clock, journal
from guanjia.kernel.act import system_act
from guanjia.org import selectors as org_selectors
from guanjia.org import services as org
from guanjia.web import imports
from guanjia.web.models import ImportRun

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文红志"
HEADERS = ("房号", "建筑面积", "业主", "联系电话", "租户", "租户电话", "入住日期", "备注")


class Command(BaseCommand):
    help = "导入一张大名册并测速、测内存，结果为 JSON"

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--rows", type=int, default=100_000)
        parser.add_argument("--write", type=Path, help="内部用：只把表写到这里")

    def handle(self, *args: Any, rows: int, write: Path | None, **options: Any) -> None:
        if write is not None:
            write.write_bytes(table(rows))
            return
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "roll.xlsx"
            command = [sys.executable, sys.argv[0], "bench_import", "--rows", str(rows), "--write", str(path)]
            subprocess.run(command, check=True)
            content = path.read_bytes()
        name = "guanjia_bench_import"
        home = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        self.use(name)
        try:
            call_command("migrate", verbosity=0)
            self.stdout.write(json.dumps(measured(content), ensure_ascii=False, indent=1))
        finally:
            self.use(home)
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def use(self, name: str) -> None:
        connections.close_all()
        connections["default"].settings_dict["NAME"] = name


def measured(content: bytes) -> dict[str, Any]:
    """Seconds on the wall and of this process for each step, the memory at its height, and what came in."""
    person, project = manager()
    act = org_selectors.act_of(person, clock.now(), "import")
    importer, told = RollImporter(), {"file_mb": round(len(content) / 2**20, 1), "memory_before_mb": memory_mb()}
    run: list[ImportRun] = []

    def read() -> None:
        run.append(imports.receive(importer, name="roll.xlsx", content=content, into=project, act=act, by=person))
        imports.say_columns(run[0], run[0].mapping, importer, act)

    def go_on() -> None:
        while imports.advance(run[0], importer, act):
            pass

    told["read"] = timed(read)
    told["look"] = timed(go_on)
    imports.start_committing(run[0], act)
    told["commit"] = timed(go_on)
    told["total_s"] = round(sum(told[step]["wall_s"] for step in ("read", "look", "commit")), 1)
    told["memory_mb"] = memory_mb()
    told["lines"] = imports.tally(run[0])
    again = imports.receive(importer, name="roll.xlsx", content=content, into=project, act=act, by=person)
    run[0] = again
    told["look_again"] = timed(go_on)
    told["lines_again"] = imports.tally(again)
    told["journal"] = journal.verify(project.company_id)
    return told


def timed(step: Any) -> dict[str, float]:
    wall, own = time.perf_counter(), time.process_time()
    step()
    return {"wall_s": round(time.perf_counter() - wall, 1), "own_s": round(time.process_time() - own, 1)}


def memory_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def manager() -> tuple[Any, Any]:
    company = org.found_company(name="测量物业", credit_code="91350000BENCH00001")
    system = system_act(clock.now(), company_id=company.pk)
    hours = {str(day): [[480, 1200]] for day in range(7)}
    calendar = org.create_calendar(project=company, name="服务时间", hours=hours, act=system)
    project = org.open_project(project=company, name="翠湖花园", code="CH", calendar=calendar, district="鼓楼区", act=system)
    person = org.register_person(project=project, login="bench", name="陈经理", act=system)
    post = org.create_post(project=project, role="office_manager", seats=1, act=system)
    org.appoint(post, person=person, starts_on=clock.now().date(), act=system)
    return person, project


def table(rows: int) -> bytes:
    """The workbook: a title, headers, a sub-total after each hundred lines, and every way of writing that offices have."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("住户")
        sheet.write_row(0, 0, ["翠湖花园住户一览表"])
        sheet.write_row(1, 0, HEADERS)
        line = 2
        for number in range(rows):
            if number % 100 == 99:
                sheet.write_row(line, 0, ["小计", 8950])
                line += 1
            sheet.write_row(line, 0, home(number))
            line += 1
    return file.getvalue()


def home(number: int) -> list[Any]:
    """One home in one of the hands in which tables are written."""
    building, rest = divmod(number, 400)
    entrance, rest = divmod(rest, 200)
    floor, room = divmod(rest, 8)
    code = f"{floor + 1}{room + 1:02d}"
    where = (
        f"{building + 1}#{entrance + 1}单元{code}",
        f"{building + 1}-{entrance + 1}-{code}",
        f"{building + 1}栋{entrance + 1}单元{floor + 1}楼{code}室",
    )[number % 3]
    owner = person(number)
    if number % 5 == 0:
        owner += f"、{person(number + 7_000_000)}"
    phone = f"138{number % 10**8:08d}"
    if number % 4 == 0:
        phone += f" / 0591-8{number % 10**7:07d}"
    let = number % 7 == 0
    day = ("2019.3.5", "2019年3月", 43529, "2019-03-05")[number % 4]
    area = (f"{80 + number % 60}平", 80 + number % 60, f"{80 + number % 60}.5")[number % 3]
    return [where, area, owner, phone, person(number + 3_000_000) if let else "", f"139{number % 10**8:08d}" if let else "", day, ""]


def person(number: int) -> str:
    given, surname = divmod(number, len(SURNAMES))
    second, first = divmod(given, len(GIVEN))
    return SURNAMES[surname] + GIVEN[first] + GIVEN[second % len(GIVEN)]

"""An import is killed at any moment, begun again, and ends where an undisturbed one ends."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.db.models import Count

from guanjia.desk.models import Case, CaseLink, Contact
from guanjia.kernel import environment
from guanjia.kernel.models import JournalEntry
from guanjia.rulebook.models import Obligation
from guanjia.web.models import ImportRun
from tests import make

from .test_import_cases import MAP, sheet

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROWS = [
    [str(n % 50), f"A{n}", f"第 {n} 件", f"2026-01-{n % 28 + 1:02d} 09:{n % 60:02d}", f"第 {n % 100} 种噪音扰民，物业没人管", "", "电话",
     *(("已处理", f"2026-02-{n % 28 + 1:02d} 10:00") if n % 3 else ("", ""))]
    for n in range(120)
]  # fmt: skip
KILLS = 5
SECONDS_MAX = 240


def start(path, project):
    command = [sys.executable, "-u", "manage.py", "import_cases", str(path), "--map", MAP, "--project", project.code]
    return subprocess.Popen(command, cwd=environment.CHECKOUT, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def finished(path, project) -> str:
    process = start(path, project)
    said, _ = process.communicate(timeout=SECONDS_MAX)
    assert process.returncode == 0, said.decode()
    return said.decode()


def brought(project):
    """What an import left, but for keys and moments of the machine."""
    cases = Case.objects.unscoped("tests").filter(project=project)
    duties = Obligation.objects.unscoped("tests").filter(project=project).values_list("rule", "stage", "due_at", "met_at")
    facts = JournalEntry.objects.unscoped("tests").filter(project_id=project.pk, fact__startswith="desk.").order_by()
    return {
        "cases": sorted(cases.values_list("external_id", "number", "opened_at", "resolved_at", "state", "type", "rank", "content")),
        "contacts": Contact.objects.unscoped("tests").filter(project=project).count(),
        "links": CaseLink.objects.unscoped("tests").filter(case__project=project).count(),
        "duties": sorted(duties, key=str),
        "facts": sorted(facts.values_list("fact").annotate(n=Count("pk"))),
    }


def test_killed_again_and_again_it_loses_and_doubles_nothing(tmp_path):
    world = make.world()
    calm = make.world(name="另一处", code="LY", company=world.company)
    path = tmp_path / "rows.csv"
    path.write_bytes(sheet(ROWS))
    chance, alive = random.Random(20260302), 0
    for _kill in range(KILLS):
        process = start(path, world.project)
        while process.poll() is None and not ImportRun.objects.unscoped("tests").filter(into=world.project).exists():
            time.sleep(0.05)  # not before it has begun
        time.sleep(chance.uniform(0, 3))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        alive += process.returncode == 0
    assert alive < KILLS, "no kill came in time"
    finished(path, world.project)
    finished(path, calm.project)
    assert brought(world.project) == brought(calm.project)
    assert len(brought(world.project)["cases"]) == 100
    before = brought(world.project)
    assert "导入 0，不变 120，" in finished(path, world.project)
    assert brought(world.project) == before

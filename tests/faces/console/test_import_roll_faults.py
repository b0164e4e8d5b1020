"""An import of the roll is killed with -9 again and again, begun again, and ends as if nobody had touched it."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from guanjia.customers.models import ContactPoint, Customer, Household, Occupancy
from guanjia.estate.models import House
from guanjia.faces.console.rolls import RollImporter
from guanjia.kernel import clock, environment, journal
from guanjia.kernel.models import JournalEntry
from guanjia.web import imports
from guanjia.web.models import ImportRun
from tests import make

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROWS = 2_000
KILLS = 4
HEADERS = "房屋地址,建筑面积,业主姓名,业主电话,租户姓名,租户电话,入住日期\n"
GO_ON = """
from guanjia.web import jobs
from guanjia.faces.console.rolls import RollImporter
RollImporter.chunk = 100
jobs.go_on(run_id="{run}")
"""


def content() -> bytes:
    lines = (
        f"{n // 100 + 1}-1-{n % 100 // 4 + 1}{n % 4 + 1:02d},{80 + n % 50},业主{'甲乙丙丁'[n % 4]},138{n:08d},{'租客' if n % 5 == 0 else ''},"
        f"{f'139{n:08d}' if n % 5 == 0 else ''},2019.3.5\n"
        for n in range(ROWS)
    )
    return (HEADERS + "".join(lines)).encode()


def everything() -> dict[str, int]:
    models = (House, Customer, ContactPoint, Household, Occupancy)
    counted = {model.__name__: model.objects.unscoped("tests").count() for model in models}
    return counted | {"journal": JournalEntry.objects.unscoped("tests").filter(via="import").count()}


def test_killed_in_any_chunk_nothing_is_half_done_or_doubled():
    world = make.world(roles=("office_manager",))
    person = world.people["office_manager"]
    act = world.act(clock.now(), "office_manager", "import")
    importer = RollImporter()
    run = imports.receive(importer, name="roll.csv", content=content(), into=world.project, act=act, by=person)
    assert run.state == ImportRun.LOOKING
    while imports.advance(run, importer, act):
        pass
    imports.start_committing(run, act)
    chance = random.Random(20260302)
    for _kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", GO_ON.format(run=run.pk)],
            cwd=environment.CHECKOUT,
            env=dict(os.environ),
        )
        before = imports.tally(run)["done"]
        while process.poll() is None and imports.tally(run)["done"] == before:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        done, there = imports.tally(run)["done"], everything()
        assert there["House"] == done  # whole chunks, or nothing of them
        assert there["Occupancy"] == there["Customer"] == there["ContactPoint"]
    while imports.advance(run, importer, act):
        pass
    assert imports.tally(run)["done"] == ROWS
    assert everything() == {
        "House": ROWS,
        "Customer": ROWS + ROWS // 5,
        "ContactPoint": ROWS + ROWS // 5,
        "Household": ROWS + ROWS // 5,
        "Occupancy": ROWS + ROWS // 5,
        "journal": everything()["journal"],
    }
    assert journal.verify(world.company.pk)[1] == ""
    before = everything()
    again = imports.receive(importer, name="roll.csv", content=content(), into=world.project, act=act, by=person)
    while imports.advance(again, importer, act):
        pass
    assert imports.tally(again)["unchanged"] == ROWS
    assert everything() == before

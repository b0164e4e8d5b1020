"""An export is what the list shows, a valid import, and a fact."""

import io

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanjia.kernel import sheets
from guanjia.kernel.models import JournalEntry
from guanjia.org.services import change_person
from guanjia.web import imports
from guanjia.web.importers import RegisterImporter
from guanjia.web.register import REGISTERS
from tests import make
from tests.conftest import moment


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["office_manager"])
    return client


def content(answer) -> bytes:
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def rows_in(answer) -> list[dict]:
    return [{header: cell.value for header, cell in row.cells.items()} for row in sheets.read(io.BytesIO(content(answer)))]


def test_a_file_holds_what_the_list_shows_and_personal_data_masked(manager):
    make.person(name="欧阳铁柱", phone="13800138000")
    rows = rows_in(manager.get("/r/person/export.csv?q=欧阳"))
    assert [(row["姓名"], row["手机"], row["在职"]) for row in rows] == [("欧阳铁柱", "138****8000", "是")]
    assert rows_in(manager.get("/r/person/export.xlsx?q=欧阳")) == rows


def test_every_export_is_written_down(manager, world):
    manager.get("/r/person/export.csv")
    entry = JournalEntry.objects.unscoped("tests").get(fact="kernel.export.made")
    assert entry.by_id == world.people["office_manager"].pk
    assert entry.payload["rows"] == len(world.people)
    assert entry.payload["personal"] is False


def test_whole_numbers_leave_only_for_a_purpose_and_with_the_permission(manager, world, client):
    make.person(name="欧阳铁柱", phone="13800138000")
    assert manager.post("/r/person/export?q=欧阳", {"kind": "csv", "purpose": ""}).status_code == 422
    rows = rows_in(manager.post("/r/person/export?q=欧阳", {"kind": "csv", "purpose": "停水通知"}))
    assert rows[0]["手机"] == "13800138000"
    entry = JournalEntry.objects.unscoped("tests").get(fact="kernel.export.made")
    assert (entry.payload["personal"], entry.payload["purpose"]) == (True, "停水通知")
    client.force_login(world.people["steward"])
    assert client.post("/r/house/export", {"kind": "csv", "purpose": "停水通知"}).status_code == 403


def test_formulas_stay_words(manager):
    make.person(name="=1+1")
    text = content(manager.get("/r/person/export.csv")).decode("utf-8-sig")
    assert "\n=1+1" not in text
    assert "'=1+1" in text


WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).map(str.strip).filter(bool)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=WORDS, skills=st.lists(st.sampled_from(["水", "电", "土建"]), unique=True), kind=st.sampled_from(["csv", "xlsx"]))
@example(name="=SUM(A1)", skills=[], kind="csv")
@example(name="'铁柱", skills=["水"], kind="xlsx")
@example(name="007", skills=["水"], kind="xlsx")
@example(name="2026-03-02", skills=["水"], kind="xlsx")
def test_exported_and_imported_again_nothing_has_changed(manager, world, name, skills, kind):
    person = getattr(world, "guinea_pig", None) or make.person(name="铁柱", phone="13800138000")
    world.guinea_pig = person
    act = world.act(moment("10:00"), "office_manager", "import")
    change_person(person, name=name, skills=skills, act=act)
    data = content(manager.get(f"/r/person/export.{kind}"))
    importer = RegisterImporter(REGISTERS["person"])
    run = imports.receive(importer, name=f"x.{kind}", content=data, into=world.project, act=act, by=world.people["office_manager"])
    while imports.advance(run, importer, act):
        pass
    verdicts = set(run.rows.values_list("verdict", flat=True))
    assert verdicts == {"unchanged"}, list(run.rows.exclude(verdict="unchanged").values_list("cells", "changes", "reasons"))

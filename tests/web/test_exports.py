"""An export is what the list shows, a valid import, and a fact."""

import io
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from guanjia.kernel import clock, exporting, sheets
from guanjia.kernel.models import Export, JournalEntry, ReadLog
from guanjia.org import selectors as org
from guanjia.org import services as org_services
from guanjia.org.models import Person
from guanjia.org.services import change_person
from guanjia.rulebook import services as approvals
from guanjia.rulebook.models import ApprovalRequest
from guanjia.web import imports
from guanjia.web.importers import RegisterImporter
from guanjia.web.register import REGISTERS
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk


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


@pytest.fixture
def ouyang(world):
    return make.customer(name="欧阳铁柱", phones=("13800138000",), id_no="110101199003070097")


@pytest.fixture
def asked(world, ouyang, desk):
    """The supervisor's request for the list of one customer in full, at 10:00."""
    make.staff(world, "privacy_officer", name="孔专员")
    answer = desk("desk_supervisor").send("/r/customer/export?q=欧阳", purpose="serving", reason="停水通知逐户电话")
    assert answer.status_code == 302, answer.content.decode()
    return Export.objects.unscoped("tests").get()


@pytest.fixture
def desk(world):
    with clock.travelling(moment("10:00")):
        yield lambda role: signed_in(world.people[role])


def signed_in(person):
    client = Desk()
    client.force_login(person)
    return client


def let_through(export, world):
    """Both say yes, at 10:10 and 10:20."""
    leave = ApprovalRequest.objects.unscoped("tests").get(about_id=export.pk)
    officer = Person.objects.unscoped("tests").get(name="孔专员", company=world.company)
    approvals.decide_approval(leave, yes=True, act=world.act(moment("10:10"), "office_manager"))
    approvals.decide_approval(make.fresh(leave), yes=True, act=org.act_of(officer, moment("10:20"), "console"))


@pytest.mark.rule("CUS-030")
def test_whole_numbers_leave_when_two_others_said_yes(asked, world, desk):
    supervisor = desk("desk_supervisor")
    assert "等待陈经理批准" in supervisor.get(f"/exports/{asked.pk}/").content.decode()
    assert supervisor.send(f"/exports/{asked.pk}/making/", page=f"/exports/{asked.pk}/").status_code == 422
    let_through(asked, world)
    supervisor.send(f"/exports/{asked.pk}/making/", page=f"/exports/{asked.pk}/")
    [row] = rows_in(supervisor.post(f"/exports/{asked.pk}/file.xlsx"))
    assert row["电话"].replace(" ", "") == "13800138000"
    assert row["证件号"] == "110101199003070097"
    assert row["水印"].startswith("周主管 2026-03-02 10:00")


@pytest.mark.rule("CUS-030")
def test_every_download_is_noted_row_by_row(asked, world, desk, ouyang):
    let_through(asked, world)
    supervisor = desk("desk_supervisor")
    supervisor.send(f"/exports/{asked.pk}/making/", page=f"/exports/{asked.pk}/")
    for _time in range(2):
        content(supervisor.post(f"/exports/{asked.pk}/file.xlsx"))
    lines = ReadLog.objects.unscoped("tests").filter(subject_id=ouyang.pk, how="download")
    assert [(line.by_name, line.purpose) for line in lines] == [("周主管", "serving")] * 2


def test_after_a_day_it_is_gone(asked, world, desk):
    let_through(asked, world)
    supervisor = desk("desk_supervisor")
    supervisor.send(f"/exports/{asked.pk}/making/", page=f"/exports/{asked.pk}/")
    with clock.travelling(moment("03-03 10:00")):
        assert supervisor.post(f"/exports/{asked.pk}/file.xlsx").status_code == 409


@pytest.mark.rule("CUS-007")
def test_a_list_is_not_exported_for_marketing(world, desk, ouyang):
    answer = desk("desk_supervisor").send("/r/customer/export?q=欧阳", purpose="marketing", reason="新年问候")
    assert answer.status_code == 422
    assert not Export.objects.unscoped("tests").exists()


def test_more_rows_than_may_leave_are_not_even_asked_for(world, desk, monkeypatch):
    monkeypatch.setattr(exporting, "ROWS_MAX", 2)
    for n in range(3):
        make.customer(name=f"住户{n}", phones=())
    answer = desk("desk_supervisor").send("/r/customer/export", purpose="serving", reason="停水通知逐户电话")
    assert answer.status_code == 422
    assert "一次最多导出 2 行" in answer.content.decode()


def test_nobody_downloads_what_another_asked_for(asked, world, desk):
    let_through(asked, world)
    assert desk("office_manager").get(f"/exports/{asked.pk}/").status_code == 404
    assert desk("office_manager").post(f"/exports/{asked.pk}/file.xlsx").status_code == 404
    assert desk("steward").get("/r/customer/export").status_code == 403


@pytest.fixture
def next_door(world):
    """Another project of the company with a customer; our desk agent is its supervisor too, and there alone may let lists out."""
    here = make.world(name="芳草苑", code="FC", company=world.company, roles=("desk_supervisor", "office_manager"))
    make.customer(project=here.project, name="隔壁住户", phones=())
    holder = world.people["desk_agent"]
    org_services.appoint(here.posts["desk_supervisor"], person=holder, starts_on=date(2026, 1, 1), act=here.system)
    return here


def given_leave(here, desk) -> Export:
    """What the desk agent asked for, let through by the manager next door and the privacy officer."""
    officer = make.staff(here, "privacy_officer", name="孔专员")[0]
    desk("desk_agent").send("/r/customer/export", purpose="serving", reason="停水通知逐户电话")
    asked = Export.objects.unscoped("tests").get()
    leave = ApprovalRequest.objects.unscoped("tests").get(about_id=asked.pk)
    approvals.decide_approval(leave, yes=True, act=here.act(moment("10:10"), "office_manager"))
    approvals.decide_approval(make.fresh(leave), yes=True, act=org.act_of(officer, moment("10:20"), "console"))
    desk("desk_agent").send(f"/exports/{asked.pk}/making/", page=f"/exports/{asked.pk}/")
    return asked


@pytest.mark.rule("CUS-030")
def test_a_list_in_full_holds_only_rows_of_where_lists_may_be_let_out(world, ouyang, next_door, desk):
    agent = desk("desk_agent")
    assert {row["姓名"] for row in rows_in(agent.get("/r/customer/export.csv"))} == {"欧阳铁柱", "隔壁住户"}  # masked: as the list
    asked = given_leave(next_door, desk)
    assert asked.project_id == next_door.project.pk
    assert [row["姓名"] for row in rows_in(agent.post(f"/exports/{asked.pk}/file.xlsx"))] == ["隔壁住户"]


@pytest.mark.rule("CUS-030")
def test_leave_for_one_project_lets_nothing_of_another_out(world, ouyang, next_door, desk):
    """Not even once one may let lists out there, too."""
    asked = given_leave(next_door, desk)
    org_services.appoint(world.posts["desk_supervisor"], person=world.people["desk_agent"], starts_on=date(2026, 3, 1), act=world.system)
    assert [row["姓名"] for row in rows_in(desk("desk_agent").post(f"/exports/{asked.pk}/file.xlsx"))] == ["隔壁住户"]


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

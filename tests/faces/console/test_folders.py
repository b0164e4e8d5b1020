"""The folders on the screen: filed in two clicks, lent and brought back, told of by leave, bound; shut to those who may not look."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.customers.models import Archive, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from guanjia.kernel import clock
from guanjia.rulebook.models import ApprovalRequest
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward(world):
    return visitor(world, "steward")


def visitor(world, role):
    client = Desk()
    client.force_login(world.people[role])
    return client


def pdf(name="合同.pdf"):
    return SimpleUploadedFile(name, make.PAPER_PDF, "application/pdf")


def test_two_files_and_a_tap_on_what_they_are_is_all(world, steward):
    folder = make.archive()
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        answer = steward.send(f"{page}papers/", page=page, paper="move_in", copies=[pdf(), pdf("IMG_0041.pdf")])
        assert answer.status_code == 302, answer.content.decode()
        shown = steward.get(page).content.decode()
    rows = ArchiveItem.objects.unscoped("tests").order_by("item_no")
    assert [(item.number[-5:], item.title) for item in rows] == [("1-001", "合同"), ("1-002", "入住资料")]
    assert shown.count("入住资料") >= 3
    assert "同意书" in shown


@pytest.mark.rule("CUS-015")
def test_without_a_file_the_page_says_what_is_missing(world, steward):
    folder = make.occupancy().household.archive
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        answer = steward.send(f"{page}papers/", page=page, paper="move_in")
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "请附上电子件" in said
    assert "柜号" in said
    assert not ArchiveItem.objects.unscoped("tests").exists()


def test_all_of_the_files_or_none(world, steward):
    folder = make.archive()
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        broken = SimpleUploadedFile("坏.pdf", b"MZ\x90", "application/pdf")
        answer = steward.send(f"{page}papers/", page=page, paper="move_in", copies=[pdf(), broken])
    assert (answer.status_code, ArchiveItem.objects.unscoped("tests").count()) == (422, 0)


def test_a_folder_goes_out_and_comes_back_late(world, steward):
    folder = make.archive()
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        answer = steward.send(f"{page}loans/", page=page, borrower=str(world.people["steward"].pk), due_on="2026-03-03", purpose="核对")
        assert answer.status_code == 302, answer.content.decode()
        assert "在孙管家手里" in steward.get(page).content.decode()
        again = steward.send(f"{page}loans/", page=page, borrower=str(world.people["steward"].pk), due_on="2026-03-03", purpose="核对")
        assert again.status_code == 409
    loan = ArchiveLoan.objects.unscoped("tests").get()
    with clock.travelling(moment("03-06 10:00")):
        assert "逾期 3 天" in steward.get("/folders/loans/").content.decode()
        assert steward.send(f"/folders/loans/{loan.pk}/return/", page="/folders/loans/", condition="完好").status_code == 302
        shown = steward.get("/folders/loans/").content.decode()
    assert "档案都在柜里" in shown
    assert "完好" in shown


@pytest.mark.rule("CUS-009")
def test_somebody_who_may_not_look_is_no_borrower_and_finds_no_page(world, steward):
    folder = make.archive()
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        refused = steward.send(f"{page}loans/", page=page, borrower=str(world.people["desk_agent"].pk), due_on="2026-03-03", purpose="看")
        assert refused.status_code == 422
        assert "不能查阅客户资料" in refused.content.decode()
        agent = visitor(world, "desk_agent")
        assert agent.get(page).status_code == 404
        assert agent.get("/folders/").status_code == agent.get("/folders/loans/").status_code == 403
        item = make.archive_item(archive=folder)
        assert agent.get(f"/files/{item.attachment_id}").status_code in (403, 404)
        assert "档案柜" not in agent.get("/").content.decode()


@pytest.mark.rule("CUS-010")
def test_telling_somebody_outside_is_sent_to_the_manager_and_done_as_he_allowed(world, steward):
    folder = make.archive()
    said = {"to_whom": "某派出所", "reason": "协查函", "what": "住户登记表"}
    with clock.travelling(moment("10:00")):
        page = f"/folders/{folder.pk}/"
        refused = steward.send(f"{page}disclosures/", page=page, **said)
        assert refused.status_code == 422
        shown = refused.content.decode()
        assert "送审" in shown
        move = re.search(r'name="move" value="([^"]+)"', shown).group(1)
        assert steward.send("/approvals/ask/", page=page, move=move).status_code == 302
        request = ApprovalRequest.objects.unscoped("tests").get()
        boss = visitor(world, "office_manager")
        assert "某派出所" in boss.get(f"/approvals/{request.pk}/").content.decode()
    make.approve(folder, by=world.people["office_manager"], at=moment("10:30"))
    with clock.travelling(moment("10:31")):
        assert "可以披露" in steward.get(page).content.decode()
        assert steward.send(f"{page}disclosures/", page=page, **said).status_code == 302
        assert "可以披露" not in steward.get(page).content.decode()
    assert ArchiveDisclosure.objects.unscoped("tests").count() == 1


def test_the_least_complete_stand_first_and_those_without_get_theirs(world, steward):
    whole, _half = make.archive(), make.archive_item()
    for paper in ("move_in", "consent"):
        make.archive_item(archive=whole, paper=paper)
    bare = make.archive()
    household = bare.household
    Archive.objects.unscoped("tests").filter(pk=bare.pk).delete()
    with clock.travelling(moment("10:00")):
        shown = steward.get("/folders/").content.decode()
        assert str(household) in shown
        assert "66%" in shown
        assert whole.holder not in shown
        assert steward.send(f"/folders/open/{household.pk}/", page="/folders/").status_code == 302
    assert Archive.objects.unscoped("tests").filter(household=household).exists()


@pytest.mark.rule("CUS-018")
def test_last_years_papers_are_bound_from_the_page(world, steward):
    make.archive_item()
    january = moment("03-02 10:00").replace(year=2027)
    with clock.travelling(january):
        shown = steward.get("/folders/").content.decode()
        assert "2026 年度及以前，1 件" in shown
        answer = steward.send("/folders/bindings/", page="/folders/", project=str(world.project.pk), kind="household", year="2026")
        assert answer.status_code == 302
        assert "待装订" not in steward.get("/folders/").content.decode()


def test_a_folder_costs_as_many_queries_full_as_empty(world, steward, django_assert_max_num_queries):
    folder = make.archive()
    for _turn in range(12):
        make.archive_item(archive=folder, dated_on=date(2026, 1, 1))
    with clock.travelling(moment("10:00")):
        steward.get(f"/folders/{folder.pk}/")
        with django_assert_max_num_queries(30):
            assert steward.get(f"/folders/{folder.pk}/").status_code == 200

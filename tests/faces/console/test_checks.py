"""Lists are written and walked in the browser; what speaks of me is mine to read and to answer; the retention table is one page."""

from datetime import date

import pytest

from guanjia.customers import seed as customers
from guanjia.kernel import clock
from guanjia.quality.models import Checklist, CheckRun
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.models import ApprovalRequest, RetentionClass
from guanjia.workforce.models import Sanction
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk


@pytest.fixture
def now():
    with clock.travelling(moment("10:30")):
        yield


@pytest.fixture
def signed_in(world, now):
    def as_(role):
        client = Desk()
        client.force_login(world.people[role])
        return client

    return as_


def test_a_list_is_written_published_walked_and_read(signed_in, world):
    desk = signed_in("desk_supervisor")
    wrong = desk.send("/checks/lists/new/", code="大堂", name="", pass_score="200", items="灯 | 看看")
    assert wrong.status_code == 422
    for word in ("作答方式", "请填写"):
        assert word in wrong.content.decode(), word
    text = "消防通道畅通 | 是否 | 5 | 关键\n室温 | 数值 | 1 | 18~26\n整洁 | 评分 | 2"
    assert desk.send("/checks/lists/new/", code="lobby", name="大堂检查", pass_score="80", rectify_from="5", items=text).status_code == 302
    drafted = Checklist.objects.unscoped("tests").get(code="lobby")
    assert "消防通道畅通 | 是否 | 5 | 关键" in desk.get(f"/checks/lists/{drafted.pk}/edit/").content.decode()
    assert desk.send(f"/r/checklist/{drafted.pk}/publish/", page=f"/r/checklist/{drafted.pk}/").status_code == 302
    assert "大堂检查" in desk.get("/checks/").content.decode()

    begin = f"/checks/lists/{drafted.pk}/check/"
    assert "翠湖花园" in desk.get(begin).content.decode()
    assert desk.send(begin, subject=str(world.project.pk)).status_code == 302
    run = CheckRun.objects.unscoped("tests").get()
    page = f"/checks/{run.pk}/"
    fire, warm, clean = drafted.items.order_by("position")
    saved = desk.send(page, **{f"item_{fire.pk}": "no", f"note_{fire.pk}": "堆放纸箱", "save": "1"})
    assert saved.status_code == 302
    assert "堆放纸箱" in desk.get(page).content.decode()
    half = desk.send(page, **{f"item_{fire.pk}": "no", f"item_{warm.pk}": "热", "complete": "1"})
    assert half.status_code == 422
    assert "不是数字" in half.content.decode()
    half = desk.send(page, **{f"item_{fire.pk}": "no", f"item_{warm.pk}": "20", "complete": "1"})
    assert half.status_code == 422
    assert "还没有作答：整洁" in half.content.decode()
    said = {f"item_{fire.pk}": "no", f"note_{fire.pk}": "堆放纸箱", f"item_{warm.pk}": "20", f"item_{clean.pk}": "5", "remark": "每日巡查"}
    assert desk.send(page, **said, complete="1").status_code == 302
    told = desk.get(page).content.decode()
    for word in ("不合格", "消防通道畅通：堆放纸箱", "每日巡查", "38"):
        assert word in told, word
    assert desk.send(f"{page}findings/", page=page, matter="门禁松动").status_code == 302
    assert "门禁松动" in desk.get("/checks/").content.decode()


def test_who_has_no_business_with_checks_finds_no_page(signed_in, world):
    technician = signed_in("technician")
    assert technician.get("/checks/").status_code == 403
    assert technician.get("/checks/lists/new/").status_code == 403
    run = make.check_run()
    assert technician.get(f"/checks/{run.pk}/").status_code == 404


@pytest.mark.rule("WF-022")
def test_what_speaks_of_me_is_read_and_answered_by_me_alone(signed_in, world, act):
    sanction = make.sanction()
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=sanction.pk)
    manager = signed_in("office_manager")
    asked = manager.get(f"/approvals/{request.pk}/").content.decode()
    assert "批评教育" in asked
    assert "约定上门未到" not in asked
    assert "约定上门未到" in manager.get(f"/r/sanction/{sanction.pk}/").content.decode()
    rulebook.decide_approval(request, yes=True, act=act("10:10", by="office_manager"))
    mine = signed_in("technician")
    page = mine.get("/sanctions/mine/").content.decode()
    assert "约定上门未到" in page
    assert "2026-03-10" in page
    assert signed_in("desk_agent").get("/sanctions/mine/").content.decode().count(sanction.number) == 0
    assert signed_in("desk_agent").send(f"/sanctions/{sanction.pk}/appeal/", page="/sanctions/mine/", appeal="不服").status_code == 404
    blank = mine.send(f"/sanctions/{sanction.pk}/appeal/", page="/sanctions/mine/", appeal=" ")
    assert blank.status_code == 422
    assert mine.send(f"/sanctions/{sanction.pk}/appeal/", page="/sanctions/mine/", appeal="当天在抢修").status_code == 302
    assert make.fresh(sanction).state == "appealed"


@pytest.mark.rule("WF-022")
def test_a_sanction_is_proposed_in_the_browser_with_what_it_rests_on(signed_in, world):
    supervisor = signed_in("desk_supervisor")
    given = {"person": str(world.people["technician"].pk), "kind": "penalty", "level": "criticism", "rule": "wf-022", "reason": "约定未到"}
    for source, words in (("", "须先查实"), ("XX-1", "找不到编号")):
        refused = supervisor.send("/sanctions/new/", **given, source=source)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert supervisor.send("/sanctions/new/", **given, source=make.rectification().number).status_code == 302
    [sanction] = Sanction.objects.unscoped("tests").all()
    assert (sanction.state, sanction.person, sanction.proposed_by.name) == ("proposed", world.people["technician"], "周主管")
    assert signed_in("technician").get("/sanctions/new/").status_code == 403


@pytest.mark.rule("KB-021")
def test_the_retention_table_is_read_by_many_and_set_by_management(signed_in, world):
    agent = signed_in("desk_agent").get("/rulebook/retention/").content.decode()
    assert "工作任务单" in agent
    assert "另定期限" not in agent
    manager = signed_in("office_manager")
    page = "/rulebook/retention/"
    wrong = manager.send(page, code="task_slip", keep="1 year", source="", starts_on="2026-03-02")
    assert wrong.status_code == 422
    assert "不能短于" in wrong.content.decode()
    assert manager.send(page, code="daily_report", keep="10 years", source="档案办法", starts_on="2026-03-02").status_code == 302
    assert RetentionClass.objects.unscoped("tests").get().starts_on == date(2026, 3, 2)
    assert "档案办法" in manager.get(page).content.decode()
    assert signed_in("technician").get(page).status_code == 403


@pytest.mark.rule("CUS-020", "CUS-039")
def test_folders_are_checked_from_here_those_first_that_nobody_looked_at(signed_in, world, act):
    customers.plant(world.company, act("09:00", by="office_manager"))
    seen, unseen, empty = make.archive_item().archive, make.archive_item().archive, make.archive()
    truth = Checklist.objects.unscoped("tests").get(code=customers.TRUTH, state="published")
    manager = signed_in("office_manager")
    begin = f"/checks/lists/{truth.pk}/check/"
    assert manager.send(begin, subject=f"{world.project.pk}/{seen.pk}").status_code == 302
    run = CheckRun.objects.unscoped("tests").get()
    assert (run.subject_kind, run.subject_id) == ("customers.archive", seen.pk)
    answers = {f"item_{item.pk}": "yes" for item in truth.items.all()}
    assert manager.send(f"/checks/{run.pk}/", **answers, remark="无", complete="1").status_code == 302
    page = manager.get(begin).content.decode()
    assert page.index(str(unseen.pk)) < page.index(str(seen.pk))
    assert str(empty.pk) not in page


def test_no_folder_of_another_project_is_checked(signed_in, world, act):
    customers.plant(world.company, act("09:00", by="office_manager"))
    truth = Checklist.objects.unscoped("tests").get(code=customers.TRUTH, state="published")
    theirs = make.archive_item(project=make.world(name="别处", code="BC").project).archive
    assert (
        signed_in("office_manager").send(f"/checks/lists/{truth.pk}/check/", subject=f"{world.project.pk}/{theirs.pk}").status_code == 422
    )

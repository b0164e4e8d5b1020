"""A manager writes in the browser: somebody trapped in a lift is reached within thirty minutes, or the case does not close.

She sees what it would have touched, another approves, and the next day it opens a duty, holds the case open, and is met.
"""

import re
from datetime import date

import pytest
from django.test import Client

from guanjia.desk import services as desk
from guanjia.kernel import clock
from guanjia.kernel.errors import GateClosed
from guanjia.org import selectors as people
from guanjia.rulebook import replay, services
from guanjia.rulebook.models import ApprovalRequest, AuthoredEdition, Obligation
from guanjia.work import services as work
from tests import make
from tests.conftest import moment


class Browser(Client):
    """Sends a form with the key it was shown."""

    def send(self, path, *, page, **values):
        key = re.search(r'name="form_key" value="([^"]+)"', self.get(page).content.decode()).group(1)
        return self.post(path, values | {"form_key": key})


FORM = {
    "mechanism": "duty",
    "title": "电梯困人三十分钟内到场",
    "source": "2026 年安全例会",
    "d-stages-0-opens-0-fact": "desk.case.opened",
    "d-stages-0-opens-0-where-category": ["", "lift_trapped"],
    "d-stages-0-owner": "engineering_head",
    "d-stages-0-amount": "30",
    "d-stages-0-unit": "minute",
    "d-stages-0-calendar": "clock",
    "d-stages-0-met-0-fact": "work.order.arrived",
    "d-stages-0-blocks": ["", "desk.case.close"],
    "d-stages-0-voided-0-fact": "desk.case.withdrawn",
}


@pytest.fixture
def manager(world):
    browser = Browser()
    browser.force_login(world.people["office_manager"])
    return browser


def trapped(at):
    return make.case(
        at, category=make.category("lift_trapped"), place="public", area_text="2 号梯", requester="staff", content="两个人困在 2 号梯"
    )


def test_a_rule_of_our_own(world, act, manager):
    person, _post = make.staff(world, "service_manager", name="郑总")
    earlier = trapped(moment("08:00"))
    with clock.travelling(moment("10:00")):
        # the editor answers every choice with what may be said next
        shown = manager.post("/rulebook/own/sketch/", FORM | {"ask": "ask:stages-0-opens-0-where:type"}).content.decode()
        assert "电梯困人" in shown
        assert 'name="d-stages-0-opens-0-where-type"' in shown
        shown = manager.post("/rulebook/own/sketch/", FORM).content.decode()
        assert "当「诉求已登记」（分类：电梯困人），工程主管须在30 分钟内（昼夜连续计时）「已到场」。" in shown
        # what it would have done: this morning's case is late, with a link to it
        seen = manager.post("/rulebook/own/preview/", FORM).content.decode()
        assert "逾期未办" in seen
        assert f"/cases/{earlier.pk}/" in seen or earlier.number in seen
        # a rule that could never be kept is refused with the reason, beside the blank
        answer = manager.send("/rulebook/own/new/", page="/rulebook/own/new/?mechanism=duty", **FORM)
        assert answer["Location"] == "/rulebook/own/OWN-001/"
        senseless = FORM | {"d-stages-0-met-0-fact": "desk.case.closed"}
        manager.send("/rulebook/own/OWN-001/draft/", page="/rulebook/own/OWN-001/draft/", **senseless)
        assert "正要经过那里" in manager.get("/rulebook/own/OWN-001/draft/").content.decode()
        refused = manager.send("/rulebook/own/OWN-001/proposal/", page="/rulebook/own/OWN-001/", starts_on="2026-03-03")
        assert refused.status_code == 422
        manager.send("/rulebook/own/OWN-001/draft/", page="/rulebook/own/OWN-001/draft/", **FORM)
        assert manager.send("/rulebook/own/OWN-001/proposal/", page="/rulebook/own/OWN-001/", starts_on="2026-03-03").status_code == 302
        assert "正在审批" in manager.get("/rulebook/own/OWN-001/").content.decode()
    # another approves
    request = ApprovalRequest.objects.unscoped("tests").get()
    director = people.act_of(person, moment("11:00"), "console")
    with clock.travelling(moment("11:00")):
        asked = manager.get(f"/approvals/{request.pk}/").content.decode()
        assert "工程主管须在30 分钟内" in asked
        assert "/rulebook/own/OWN-001/" in asked
    services.decide_approval(request, yes=True, act=director)
    assert AuthoredEdition.objects.unscoped("tests").get().starts_on == date(2026, 3, 3)
    # the next day
    case = trapped(moment("03-03 09:00"))
    [duty] = Obligation.objects.unscoped("tests").filter(rule="OWN-001")
    assert (duty.subject_id, duty.due_at, duty.owner_role) == (case.pk, moment("03-03 09:30"), "engineering_head")
    with clock.travelling(moment("03-03 09:05")):
        page = manager.get("/rulebook/OWN-001/").content.decode()
        assert "电梯困人三十分钟内到场" in page
        assert "2026 年安全例会" in page
        assert "当「诉求已登记」（分类：电梯困人）" in page
        assert "本公司规则" in manager.get("/rulebook/").content.decode()
        assert "电梯困人三十分钟内到场" in manager.get(f"/cases/{case.number}/").content.decode()
        assert manager.get(f"/duties/{duty.pk}/").status_code == 200
    case = desk.accept_case(case, explanation="马上派人", promise_at=moment("03-03 12:00"), act=act("03-03 09:02"))
    order = desk.order_work(case, craft="lift", act=act("03-03 09:03"))
    with pytest.raises(GateClosed) as no:
        desk.close_case(make.fresh(case), outcome="fixed", act=act("03-03 09:10"))
    assert "OWN-001" in no.value.rules
    technician = act("03-03 09:12", by="technician")
    order = work.assign_order(order, technician=world.people["technician"], act=act("03-03 09:04", by="foreman"))
    work.arrive_order(work.accept_order(order, act=technician), act=act("03-03 09:25", by="technician"))
    assert make.fresh(duty).met_at == moment("03-03 09:25")
    with pytest.raises(GateClosed) as no:
        desk.close_case(make.fresh(case), outcome="fixed", act=act("03-03 09:40"))
    assert "OWN-001" not in no.value.rules
    assert replay.differences(world.company.pk)[1] == []


def test_others_see_no_editor_and_no_foreign_rule(world, manager):
    services.write_rule(
        project=world.company, title="甲", definition={"mechanism": "duty"}, act=world.act(moment("10:00"), "office_manager")
    )
    other = make.world(name="别家花园", code="OT")
    stranger, agent = Browser(), Browser()
    stranger.force_login(other.people["office_manager"])
    agent.force_login(world.people["desk_agent"])
    with clock.travelling(moment("10:00")):
        assert stranger.get("/rulebook/own/OWN-001/").status_code == stranger.get("/rulebook/own/OWN-777/").status_code == 404
        assert agent.get("/rulebook/own/OWN-001/").status_code == 200
        assert agent.get("/rulebook/own/new/").status_code == 403
        for mechanism in ("duty", "periodic", "need", "fields", "window", "approval", "coverage"):
            assert manager.get(f"/rulebook/own/new/?mechanism={mechanism}").status_code == 200
        for gate in ("need", "fields", "window", "approval"):
            assert manager.post("/rulebook/own/sketch/", {"mechanism": gate, "d-gate": "desk.case.close"}).status_code == 200
        assert manager.get("/rulebook/own/").status_code == 200
        assert manager.get("/rulebook/own/file.yaml").status_code == 200
        bad = manager.send("/rulebook/own/import/", page="/rulebook/own/import/", text="rules:\n- title: 乙\n  mechanism: magic\n")
        assert "rules.0.mechanism" in bad.content.decode()
        good = "rules:\n- title: 乙\n  mechanism: window\n  gate: desk.case.close\n  from: '08:00'\n  to: '20:00'\n"
        assert "新增草稿" in manager.send("/rulebook/own/import/", page="/rulebook/own/import/", text=good).content.decode()
        assert manager.send("/rulebook/own/import/", page="/rulebook/own/import/", text=good, commit="1").status_code == 302
    assert AuthoredEdition.objects.unscoped("tests").count() == 2

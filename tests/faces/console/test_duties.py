"""One duty's page: its clock drawn and told, more time given."""

import pytest

from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.kernel import clock
from guanjia.rulebook.models import DueChange, Obligation
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk


@pytest.fixture
def waiting(world, act):
    """The clock of resolving a complaint that waits for its customer."""
    case = make.case(moment("09:00"), type="complaint")
    desk.accept_case(case, answer="马上处理", act=act("09:10"))
    desk.grade_complaint(case, rank=1, act=act("09:20"))
    desk.ask_customer(make.fresh(case), question="请补一张照片", act=act("03-03 10:00"))
    return Obligation.objects.unscoped("tests").get(subject_id=case.pk, rule="DESK-038")


@pytest.fixture
def manager(world):
    client = Desk()
    client.force_login(world.people["office_manager"])
    return client


def test_a_clock_that_waited_is_drawn_and_told_with_every_change(waiting, manager, act):
    address = f"/duties/{waiting.pk}/"
    with clock.travelling(moment("03-03 12:00")):
        page = manager.get(address).content.decode()
        assert "暂停中，剩 1天14小时" in page
        assert "因「等客户回复：请补一张照片」暂停计时（李客服），时限由 2026-03-05 00:00 改为 2026-03-10 00:00。" in page
    desk.resume_case(Case.objects.unscoped("tests").get(pk=waiting.subject_id), answer="已发", act=act("03-03 15:00"))
    with clock.travelling(moment("03-03 16:00")):
        assert manager.send(f"{address}extension/", page=address, until="2026-03-05T18:00", reason="等总部批复").status_code == 302
        page = manager.get(address).content.decode()
    assert make.fresh(waiting).due_at == moment("03-05 18:00")
    for words in ("恢复计时", "延期（陈经理）：", "等总部批复", "3月3日 10:00 至 3月3日 15:00 暂停 5 小时。", "起延期至"):
        assert words in page
    for kind in ("running", "paused", "shut", "extended"):
        assert f'class="strip-{kind}"' in page
    assert 'role="img" aria-label="昨天 09:20 开始' in page


def test_more_time_that_cannot_be_given_says_why_beside_the_field(waiting, manager):
    address = f"/duties/{waiting.pk}/"
    with clock.travelling(moment("03-03 16:00")):
        answer = manager.send(f"{address}extension/", page=address, until="2026-03-04T18:00", reason="等总部批复")
    assert answer.status_code == 422
    assert "新时限须晚于原时限" in answer.content.decode()
    assert DueChange.objects.filter(obligation=waiting).count() == 1

"""What was handled elsewhere arrives once, with its own times."""

import pytest

from guanjia.desk import services as desk
from guanjia.desk.models import Case, Contact
from guanjia.kernel.errors import BadInput, NotAllowed
from guanjia.kernel.models import OutboundMessage
from tests import make
from tests.conftest import moment

from .life import met, owed

ROW = {
    "source": "留言", "external_id": "200514", "type": "complaint", "title": "停车乱收费", "content": "物业停车乱收费，多次反映无人处理",
    "customer_name": "A0005827", "channel": "website", "rank": 2,
}  # fmt: skip


@pytest.fixture
def bring(world):
    """`bring(at, **values)` imports the row, or a change of it, as the supervisor."""

    def run(at="02-01 10:00", **values):
        return desk.import_case(project=world.project, **{**ROW, **values}, act=world.act(moment(at), "desk_supervisor", "import"))

    return run


def test_it_keeps_its_own_times(bring):
    case, is_new = bring(replied_at=moment("02-05 09:00"), reply="已责令整改")
    assert is_new
    assert (case.state, case.opened_at, case.resolved_at) == ("resolved", moment("02-01 10:00"), moment("02-05 09:00"))
    assert case.number == "CS-20260201-0001"
    assert case.replies.get().text == "已责令整改"
    assert Contact.objects.unscoped("tests").get(case=case).received_at == moment("02-01 10:00")


def test_duties_are_computed_as_of_those_days(bring):
    case, _ = bring(replied_at=moment("02-05 09:00"), reply="已责令整改")
    assert {"DESK-037/resolved", "DESK-039", "DESK-067"} <= met(case)
    assert owed(case)["DESK-007/follow"].due_at < moment("02-10 00:00")
    unanswered, _ = bring(external_id="2", content="没有回音的投诉")
    assert owed(unanswered)["DESK-037/resolved"].due_at == moment("02-05 00:00")


def test_importing_again_changes_nothing(bring):
    case, _ = bring()
    again, is_new = bring(content="别的内容", reply="x", replied_at=moment("02-02 10:00"))
    assert (again, is_new) == (case, False)
    assert Case.objects.unscoped("tests").count() == 1
    assert make.fresh(case).version == case.version


def test_the_same_words_are_linked_to_the_first(bring):
    first, _ = bring()
    second, _ = bring("02-03 10:00", external_id="7")
    third, _ = bring("02-04 10:00", external_id="8")
    assert [(link.other, link.kind) for case in (second, third) for link in case.links.all()] == [(first, "duplicate")] * 2
    assert not first.links.exists()


def test_nothing_is_sent(bring):
    bring(replied_at=moment("02-05 09:00"), reply="已责令整改", customer_phone="+8613800138000")
    assert not OutboundMessage.objects.unscoped("tests").exists()


def test_a_bad_row_names_every_bad_value(bring):
    with pytest.raises(BadInput) as no:
        bring(type="?", channel="?", content="", rank=9, external_id="", replied_at=moment("01-01 10:00"))
    assert {reason.field for reason in no.value.reasons} == {"type", "channel", "content", "rank", "external_id", "replied_at", "reply"}
    assert not Case.objects.unscoped("tests").exists()


def test_agents_do_not_import(world):
    with pytest.raises(NotAllowed):
        desk.import_case(project=world.project, **ROW, act=world.act(moment("10:00"), via="import"))

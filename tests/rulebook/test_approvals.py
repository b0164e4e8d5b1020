"""A yes by somebody who is not the asker, to exactly what was shown."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import signing

from guanjia.faces.console.pages import approvals as pages
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.gates import Gate
from guanjia.kernel.journal import Fact, record
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as people
from guanjia.org import services as org
from guanjia.rulebook import Approval, Step, replay, selectors, services, ticking
from guanjia.rulebook.models import ApprovalRequest, Obligation
from tests import make
from tests.conftest import SHANGHAI, moment

BOTH = (Step("office_manager"), Step("service_manager"))


class Paid(Fact, name="kernel.test_purse.paid", zh="已付"):
    amount: int


class Pay(Gate, name="kernel.test_purse.pay"):
    amount: int = 0
    to: str = ""
    until: datetime | None = None


@usecase("kernel.test_purse.pay", gate=Pay)
def pay(*, project, amount, to="甲", until=None, act):
    record(make.newest().people["technician"], Paid(amount=amount), act=act, project=project)
    return amount


@pytest.fixture
def ask(world, act):
    """Ask for something that the office manager and then the service manager must approve."""
    make.staff(world, "service_manager", name="郑总")

    def build(by="desk_supervisor", at="10:00", steps=BOTH):
        return services.request_approval(
            project=world.project, matter="test.matter", title="换一个数", steps=steps, content={"value": "2 days"}, act=act(at, by=by)
        )

    return build


@pytest.fixture
def manager(world, act):
    return lambda at="10:10": act(at, by="office_manager")


@pytest.fixture
def director(world):
    def build(at="10:20"):
        [person] = people.people_in_role("service_manager", world.company.pk, world.project.pk, moment(at))
        return people.act_of(person, moment(at), "console")

    return build


def test_each_step_says_yes_in_turn(ask, manager, director, act):
    request = ask()
    assert [r.pk for r in selectors.approvals_waiting(manager())] == [request.pk]
    assert selectors.approvals_waiting(director()) == []

    services.decide_approval(request, yes=True, words="可以", act=manager())
    assert make.fresh(request).state == "requested"
    assert selectors.approvals_waiting(manager()) == []
    assert [r.pk for r in selectors.approvals_waiting(director())] == [request.pk]

    services.decide_approval(request, yes=True, act=director())
    assert make.fresh(request).state == "approved"
    assert [step.decisions[0].words for step in selectors.steps_of(request, moment("11:00"))] == ["可以", ""]


def test_nobody_approves_what_he_asked_for(ask, manager, world):
    request = ask(by="office_manager", steps=(Step("desk_supervisor"),))
    with pytest.raises(NotAllowed):
        services.decide_approval(request, yes=True, act=manager())
    make.staff(world, "general_manager", name="总经理")
    with pytest.raises(BadInput, match="除申请人外无人可审批"):
        services.request_approval(
            project=world.project,
            matter="test.alone",
            title="只有自己",
            steps=(Step("general_manager"),),
            content={},
            act=_act_of(world, "general_manager", "10:00"),
        )


def _holder(world, role):
    return people.people_in_role(role, world.company.pk, world.project.pk, moment("10:00"))[0]


def test_where_only_the_asker_holds_the_role_the_superior_decides(ask, world):
    make.staff(world, "general_manager", name="总经理")
    request = ask(by="office_manager", steps=(Step("office_manager"),))
    assert [r.pk for r in selectors.approvals_waiting(world.act(moment("10:30"), "office_manager"))] == []
    assert selectors.steps_of(request, moment("10:30"))[0].asked == ("总经理",)


def test_a_no_ends_it_and_says_why(ask, manager, director):
    request = ask()
    with pytest.raises(BadInput, match="理由"):
        services.decide_approval(request, yes=False, words=" ", act=manager())
    services.decide_approval(request, yes=False, words="数太大", act=manager())
    assert make.fresh(request).state == "refused"
    with pytest.raises(IllegalMove):
        services.decide_approval(request, yes=True, act=director())


def test_all_of_them_means_each_but_the_asker(ask, world, act):
    second, _post = make.staff(world, "office_manager", name="另一位经理")
    request = ask(steps=(Step("office_manager", mode="all"),))
    services.decide_approval(request, yes=True, act=act("10:10", by="office_manager"))
    assert make.fresh(request).state == "requested"
    with pytest.raises(BadInput, match="已审批过"):
        services.decide_approval(request, yes=True, act=act("10:11", by="office_manager"))
    services.decide_approval(request, yes=True, act=people.act_of(second, moment("10:12"), "console"))
    assert make.fresh(request).state == "approved"


def test_a_deputy_decides_while_nobody_holds_the_post_and_it_is_seen_for_whom(ask, world, act, manager):
    request = ask(steps=(Step("foreman"),))
    deputy = make.person(name="代班")
    org.appoint(world.posts["foreman"], person=deputy, starts_on=date(2026, 3, 1), kind="deputy", act=world.system)
    acting = people.act_of(deputy, moment("03-03 10:00"), "console")
    with pytest.raises(NotAllowed):
        services.decide_approval(request, yes=True, act=acting)
    held = world.posts["foreman"].holdings.get(kind="main")
    org.end_holding(held, ends_on=date(2026, 3, 3), act=world.system)
    services.decide_approval(request, yes=True, act=acting)
    assert make.fresh(request).state == "approved"


def test_a_stranger_finds_nothing_and_the_asker_may_take_it_back(ask, act):
    request = ask()
    with pytest.raises(NotFound):
        selectors.approval(request.pk, act("10:00", by="technician"))
    other = make.world(name="别处", code="BC")
    with pytest.raises(NotFound):
        selectors.approval(request.pk, other.act(moment("10:00"), "office_manager"))
    with pytest.raises(NotAllowed):
        services.withdraw_approval(request, act=act("10:05", by="desk_agent"))
    services.withdraw_approval(request, act=act("10:05", by="desk_supervisor"))
    assert make.fresh(request).state == "withdrawn"


def test_the_same_is_not_asked_twice_at_a_time(world, act):
    thing = world.people["technician"]
    asking = {"project": world.project, "matter": "test.matter", "title": "同一件", "steps": (Step("office_manager"),), "content": {}}
    services.request_approval(**asking, about=thing, act=act())
    with pytest.raises(BadInput, match="已在审批中"):
        services.request_approval(**asking, about=thing, act=act("10:01"))


def test_a_late_step_opens_to_the_superior_and_is_written_down_once(ask, world, act):
    request = ask(steps=(Step("foreman", within="4 hours"),))
    at = moment("10:00") + timedelta(hours=4, minutes=1)
    assert ticking.approvals_late(at) == 1
    assert ticking.approvals_late(at) == 0
    assert JournalEntry.objects.unscoped("tests").filter(fact="rulebook.approval.overdue").count() == 1
    assert [r.pk for r in selectors.approvals_waiting(world.act(at, "engineering_head"))] == [request.pk]


def test_a_gate_opens_for_exactly_what_was_approved_and_once(book, world, act, manager):
    book(Approval("BILL-018", gate="kernel.test_purse.pay", chain=(Step("office_manager"),)))
    make.staff(world, "general_manager", name="总经理")
    with pytest.raises(GateClosed) as no:
        pay(project=world.project, amount=300, act=manager("10:00"))
    assert no.value.rules == ["BILL-018"]
    supervisor = act("10:01", by="office_manager")
    [request] = services.ask_at_gate(no.value.context, act=supervisor)
    assert request.content["amount"] == 300
    boss = _act_of(world, "general_manager", "10:05")
    services.decide_approval(request, yes=True, act=boss)

    with pytest.raises(GateClosed):
        pay(project=world.project, amount=301, act=manager("10:06"))
    assert pay(project=world.project, amount=300, act=manager("10:07")) == 300
    assert make.fresh(request).applied_at == moment("10:07")
    with pytest.raises(GateClosed):
        pay(project=world.project, amount=300, act=manager("10:08"))


def test_a_step_is_owed_by_its_role_until_it_is_decided(book, world, act):
    binding = Approval("BILL-018", gate="kernel.test_purse.pay", chain=(Step("office_manager", within="1 day"),))
    book(binding, binding.duty)
    with pytest.raises(GateClosed) as no:
        pay(project=world.project, amount=5, act=world.system.at_moment(moment("10:00")))
    [request] = services.ask_at_gate(no.value.context, act=act("10:00", by="desk_supervisor"))
    [owed] = Obligation.objects.unscoped("tests").filter(rule="BILL-018")
    assert (owed.stage, owed.owner_role, owed.due_at) == ("approve", "office_manager", moment("03-04 00:00"))
    services.decide_approval(request, yes=True, act=act("10:30", by="office_manager"))
    assert make.fresh(owed).met_at == moment("10:30")
    assert replay.differences(world.company.pk)[1] == []
    assert ApprovalRequest.objects.unscoped("tests").get().state == "approved"


def _act_of(world, role, at):
    return people.act_of(_holder(world, role), moment(at), "console")


def test_what_travelled_through_the_browser_is_the_same_move(book, world, act, manager):
    """The refusal's button carries the move as plain values; a moment in local time is still the same moment."""
    book(Approval("BILL-018", gate="kernel.test_purse.pay", chain=(Step("office_manager"),)))
    make.staff(world, "general_manager", name="总经理")
    until = moment("03-05 18:00").astimezone(SHANGHAI)
    asker = manager("10:00")
    with pytest.raises(GateClosed) as no:
        pay(project=world.project, amount=300, until=until, act=asker)
    button = pages.asking(SimpleNamespace(refusal=no.value, act=asker))
    said = signing.loads(button["fields"]["move"], salt=pages.SALT)
    tried = pages.as_tried(Pay, said["values"], SimpleNamespace(act=manager("10:01")))
    [request] = services.ask_at_gate(tried, act=manager("10:01"))
    services.decide_approval(request, yes=True, act=_act_of(world, "general_manager", "10:05"))
    assert pay(project=world.project, amount=300, until=until, act=manager("10:07")) == 300

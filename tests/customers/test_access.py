"""Whose post does not look customers up asks the supervisor; within scope and days, and no longer (CUS-008)."""

import pytest

from guanjia.customers import selectors, services
from guanjia.customers.models import AccessRequest
from guanjia.kernel import clock
from guanjia.kernel.errors import BadInput, NotAllowed, NotFound
from guanjia.rulebook import services as approvals
from guanjia.rulebook.models import ApprovalRequest
from tests import make
from tests.conftest import moment


@pytest.fixture
def act(world):
    """Acts of the engineering head, who looks nobody up, unless somebody else is named."""
    return lambda said="10:00", by="engineering_head": world.act(moment(said), by)


@pytest.fixture
def wang(world):
    return make.customer()


@pytest.fixture
def asks(world, act, wang):
    def build(days=2, at="10:00", **values):
        values = {"customer": wang} | values
        return services.request_access(project=world.project, purpose="serving", reason="核对漏水赔付", days=days, act=act(at), **values)

    return build


def decide(row, act, yes=True, at="10:30", by="desk_supervisor"):
    leave = ApprovalRequest.objects.unscoped("tests").get(about_id=row.pk)
    approvals.decide_approval(leave, yes=yes, words="" if yes else "与工作无关", act=act(at, by))


@pytest.mark.rule("CUS-008")
def test_looking_people_up_takes_the_supervisors_yes(asks, act, wang):
    row = asks()
    assert not selectors.may_look(wang, act())
    with pytest.raises(NotAllowed):
        decide(row, act, by="engineering_head")
    decide(row, act)
    assert selectors.may_look(wang, act("10:31"))


@pytest.mark.rule("CUS-008")
def test_it_stays_within_its_scope(asks, act, wang):
    other = make.customer(name="李四", phones=())
    decide(asks(), act)
    assert not selectors.may_look(other, act("10:31"))


@pytest.mark.rule("CUS-008")
def test_it_ends_by_itself(asks, act, wang):
    decide(asks(days=2), act)
    assert selectors.may_look(wang, act("03-04 10:29"))
    assert not selectors.may_look(wang, act("03-04 10:30"))


def test_those_of_a_house_and_nobody_else(world, asks, act, wang):
    house = make.house()
    make.occupancy(house=house, customer=wang)
    other = make.customer(name="李四", phones=())
    decide(asks(customer=None, house=house), act)
    assert list(selectors.allowed(act("10:31"))) == [wang]
    assert other not in selectors.allowed(act("10:31"))


def test_a_no_ends_it(asks, act, wang):
    row = asks()
    decide(row, act, yes=False)
    assert make.fresh(row).state == "ended"
    assert not selectors.may_look(wang, act("10:31"))


def test_who_asked_gives_it_back(asks, act, wang):
    row = asks()
    decide(row, act)
    with pytest.raises(NotAllowed):
        services.end_access(make.fresh(row), act=act("10:40", "technician"))
    services.end_access(make.fresh(row), act=act("11:00"))
    assert not selectors.may_look(wang, act("11:01"))


@pytest.mark.rule("CUS-008")
def test_purpose_reason_and_days_are_all_asked_at_once(world, act, wang):
    with pytest.raises(BadInput) as no:
        services.request_access(project=world.project, purpose="marketing", reason="", days=90, customer=wang, act=act())
    assert [one.field for one in no.value.reasons] == ["purpose", "reason", "days"]
    assert not AccessRequest.objects.unscoped("tests").exists()


def test_a_customer_of_another_project_is_not_found(world, act):
    elsewhere = make.world(name="别处", code="BC")
    theirs = make.customer(project=elsewhere.project)
    with pytest.raises(NotFound):
        services.request_access(project=world.project, purpose="serving", reason="核对赔付", days=1, customer=theirs, act=act())


def test_the_page_of_a_customer_opens_with_leave_and_is_not_there_without(client, world, asks, act, wang):
    client.force_login(world.people["engineering_head"])
    with clock.travelling(moment("10:31")):
        assert client.get(f"/customers/{wang.pk}/").status_code == 404
        assert client.get("/access/").status_code == 200
        decide(asks(), act)
        answer = client.get(f"/customers/{wang.pk}/")
    assert answer.status_code == 200
    assert "王小明" in answer.content.decode()

"""The table of how houses stand: what it says of a month, signed by the steward, received by the cashier."""

from datetime import date

import pytest

from guanjia.estate import services, status
from guanjia.kernel import documents
from guanjia.kernel.errors import BadInput, Conflict, NotAllowed
from guanjia.quality import services as quality
from guanjia.rulebook import ticking
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db

FEBRUARY = "2026-02"


def signed(world, act, period=FEBRUARY, by="steward"):
    content = status.compose(world.project, period, act(by=by))
    return services.sign_house_status(project=world.project, period=period, digest=documents.digest(content), act=act(by=by))


@pytest.mark.rule("EST-001")
def test_the_table_has_the_columns_of_the_clause_and_a_colour_for_each_state(world, act):
    make.vacancy(house=make.house(), use="vacant", starts_on=date(2026, 2, 1))
    make.vacancy(house=make.house(number="1802"), use="let")
    content = status.compose(world.project, FEBRUARY, act())
    [building] = content["buildings"]
    assert set(building["rows"][0]) == set(load()["EST-001"].fields)
    assert [(row["room_no"], row["state"], row["vacant"]) for row in building["rows"]] == [
        ("3-2-1801", "空置", "自 2026-02-01，28 天；业主在外地"),
        ("3-2-1802", "出租", ""),
    ]
    assert [(one["code"], one["count"], one["sign"]) for one in content["states"]] == [("let", 1, "租"), ("vacant", 1, "空")]
    assert status.paper_of(content, at=moment("10:00")).startswith(b"%PDF")


@pytest.mark.rule("EST-001")
def test_a_month_says_what_was_so_on_its_last_day(world, act):
    house = make.house()
    make.vacancy(house=house, use="vacant")
    before = status.compose(world.project, FEBRUARY, act())
    services.change_use(house, use="let", starts_on=date(2026, 3, 1), act=act())
    make.split(house)
    assert status.compose(world.project, FEBRUARY, act()) == before
    assert status.compose(world.project, "2026-03", act())["count"] == 2


@pytest.mark.rule("EST-002")
def test_each_month_the_steward_owes_it_until_the_cashier_has_received_it(world, act):
    cashier, _post = make.staff(world, "cashier", name="尤雪")
    make.house()
    ticking.draw_due(moment("03-01 09:00"))
    [duty] = make.duties(world.project, "EST-002")
    assert (duty.owner_role, duty.due_at) == ("steward", moment("04-01 00:00"))
    signoff = signed(world, act)
    assert make.fresh(duty).met_at is None
    quality.receive_signoff(signoff, act=make.org_selectors.act_of(cashier, moment("11:00"), "console"))
    assert make.fresh(duty).met_at == moment("11:00")


@pytest.mark.rule("EST-002")
def test_nobody_receives_his_own_table_nor_signs_without_the_right(world, act):
    make.house()
    with pytest.raises(NotAllowed):
        signed(world, act, by="technician")
    signoff = signed(world, act, by="desk_supervisor")
    with pytest.raises((BadInput, NotAllowed)):
        quality.receive_signoff(signoff, act=act(by="desk_supervisor"))


def test_a_month_is_signed_once_it_is_over_once_and_as_it_was_looked_at(world, act):
    house = make.house()
    for period in ("2026-03", "2026-W08", "soon", ""):
        with pytest.raises(BadInput):
            services.sign_house_status(project=world.project, period=period, digest="", act=act())
    content = status.compose(world.project, FEBRUARY, act())
    make.vacancy(house=house)
    with pytest.raises(Conflict):
        services.sign_house_status(project=world.project, period=FEBRUARY, digest=documents.digest(content), act=act())
    signed(world, act)
    with pytest.raises(Conflict):
        signed(world, act)

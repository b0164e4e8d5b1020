"""An agent asks for a number, the manager lets it through, it is shown and gone after half an hour; at night the glass is broken, and judged next day.

With GUANJIA_PICTURES=docs/stories the pictures of the guide are taken on the way.
"""

import pytest

from guanjia.kernel import alarms
from guanjia.kernel.models import Alarm, ReadLog
from guanjia.rulebook.models import Obligation
from tests import make
from tests.conftest import SHANGHAI, moment
from tests.stories.test_a_leak_at_midnight import DESKTOP, PASSWORD, PHONE, night  # noqa: F401  (a fixture)

ID_NO = "110101199003070097"
SHOWN = ".reveal dd.reveal-value"


@pytest.fixture
def village(transactional_db):
    world = make.world()
    world.people["privacy_officer"], _post = make.staff(world, "privacy_officer", name="孔专员")
    for person in world.people.values():
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
    return world


@pytest.fixture
def wang(village):
    house = make.house(number="1801", floor=18, by=make.entrance(make.building(code="3"), name="2"))
    customer = make.customer(name="王小明", phones=("13900001801",), id_no=ID_NO)
    make.occupancy(house=house, customer=customer)
    make.case(moment("09:00"), customer=customer, customer_phone="13900001801", house=house)
    return customer


def picture(night, page, name):  # noqa: F811
    if night.pictures:
        page.screenshot(path=str(night.pictures / f"reveal-{name}.png"))


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_seen_with_leave(night, village, wang):  # noqa: F811
    people = village.people

    # 10:00 — the agent sees masks; the eye asks what for, and on which matter
    night.at("10:00")
    agent = night.visitor(DESKTOP, people["desk_agent"].login)
    agent.goto(f"{night.live.url}/customers/{wang.pk}/")
    assert ID_NO not in agent.content()
    picture(night, agent, "01-masked")
    agent.click("a.masked-eye[href*='field=id_no']")
    picture(night, agent, "02-purpose")
    agent.click("main form button[type=submit]")
    agent.wait_for_selector("text=等待陈经理批准")
    picture(night, agent, "03-waiting")

    # 10:05 — everything the manager needs is on one page
    night.at("10:05")
    manager = night.visitor(DESKTOP, people["office_manager"].login)
    manager.goto(f"{night.live.url}/approvals/")
    manager.click("a.row-link")
    manager.wait_for_selector("text=证件号")
    picture(night, manager, "04-approval")
    manager.click("button[name=yes][value='1']")
    manager.wait_for_load_state()

    # the agent's page has seen it by itself; the half hour begins when she opens it
    agent.click("text=现在查看")
    agent.click("form[action$='/values/'] button")
    agent.wait_for_selector(SHOWN)
    assert agent.text_content(SHOWN).strip() == ID_NO
    picture(night, agent, "05-shown")
    [line] = ReadLog.objects.unscoped("tests").filter(how="shown")
    assert (line.by_name, line.fields) == ("李客服", ["id_no"])

    # 10:36 — gone
    night.at("10:36")
    agent.reload()
    agent.wait_for_selector("text=已到期")
    assert ID_NO not in agent.content()

    # 02:13 — gas, and nobody answers the door: at once, on the telephone's small screen, with an alarm
    night.at("03-03 02:13")
    watch = night.visitor(PHONE, people["steward"].login)
    watch.goto(f"{night.live.url}/customers/{wang.pk}/")
    watch.click("a.masked-eye[href*='field=phones']")
    watch.check("[name=purpose][value=emergency]")
    watch.fill("[name=reason]", "燃气泄漏，敲门无人应")
    picture(night, watch, "06-glass")
    watch.click("main form button[type=submit]")
    watch.click("form[action$='/values/'] button")
    watch.wait_for_selector(SHOWN)
    assert watch.text_content(SHOWN).strip() == "139 0000 1801"
    picture(night, watch, "07-glass-shown")
    alarm = Alarm.objects.unscoped("tests").get()
    duty = Obligation.objects.unscoped("tests").open().about(alarm).get()
    assert duty.due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") == "03-04 02:13"

    # 09:00 — somebody else judges it
    night.at("03-03 09:00")
    officer = night.visitor(DESKTOP, people["privacy_officer"].login)
    officer.goto(f"{night.live.url}/readings/alarms/{alarm.pk}/")
    picture(night, officer, "08-review")
    officer.check("[name=justified][value=yes]")
    officer.fill("[name=finding]", "当晚有燃气报警记录，属实")
    officer.click("main form button[type=submit]")
    officer.wait_for_url("**/readings/alarms/")
    assert make.fresh(alarm).is_justified
    assert not Obligation.objects.unscoped("tests").open().about(alarm).exists()
    officer.goto(f"{night.live.url}/readings/")
    picture(night, officer, "09-readings")
    assert alarms.alarms(village.act(moment("03-03 09:05"), "office_manager")).count() == 1

"""The profile on the screen: a blank saves by itself, what is sensitive is for two, the print leaves it out."""

from datetime import date

import pytest

from guanjia.customers import portraits, services
from guanjia.customers.models import ProfileAnswer
from guanjia.kernel import clock
from guanjia.kernel.models import ReadLog
from tests import make
from tests.conftest import moment
from tests.faces.console.test_folders import visitor

pytestmark = pytest.mark.django_db
SECRET = "家里的官司"


@pytest.fixture
def drawn(world, act):
    """A customer kept by the steward, with a nickname and a secret."""
    for rule, key in (("CUS-021", "on"), ("CUS-022", "record_sensitive")):
        make.parameter(rule=rule, key=key, value=True, starts_on=date(2026, 2, 1))
    customer = make.customer()
    services.entrust_profile(customer, keeper=world.people["steward"], act=act(by="desk_supervisor"))
    customer = make.fresh(customer)
    services.give_consent(customer, purpose="sensitive", act=act(by="steward"))
    for item, value in (("1.nickname", "老王"), ("38.taboo_topics", SECRET)):
        services.revise_profile(customer, item=item, value=value, source="said", act=act(by="steward"))
    return customer


def test_a_blank_saves_by_itself_and_gives_its_line_back(world, drawn):
    steward, page = visitor(world, "steward"), f"/customers/{drawn.pk}/profile/"
    with clock.travelling(moment("10:30")):
        assert "老王" in steward.get(page).content.decode()
        answer = steward.send(f"{page}2.job_title/", page=page, value="工程师", source="call")
        assert answer.status_code == 302
        shown = steward.get(page).content.decode()
        assert "工程师" in shown
        assert "通话" in shown
        wrong = steward.send(f"{page}2.job_title/", page=page, value="所长", source="rumour")
        assert wrong.status_code == 422
        steward.send(f"{page}2.job_title/", page=page, value="主任", source="said")
        told = steward.get(f"{page}2.job_title/").content.decode()
    assert told.index("主任") < told.index("工程师")


@pytest.mark.rule("CUS-022")
def test_what_is_sensitive_is_shown_to_two_and_noted_and_never_printed(world, act, drawn):
    page = f"/customers/{drawn.pk}/profile/?group=interests"
    with clock.travelling(moment("10:30")):
        for role in ("steward", "desk_supervisor", "desk_agent", "office_manager"):
            client, reads = visitor(world, role), role in ("steward", "desk_supervisor")
            shown = client.get(page).content.decode() + client.get(f"/customers/{drawn.pk}/profile/38.taboo_topics/").content.decode()
            assert (SECRET in shown) == reads, role
            assert "忌谈" in client.get(f"/customers/{drawn.pk}/").content.decode() or reads, role
        paper = visitor(world, "steward").get(f"/customers/{drawn.pk}/profile/paper.pdf")
        assert paper.content.startswith(b"%PDF-")
    noted = ReadLog.objects.unscoped("tests").filter(subject_id=drawn.pk, fields__contains=["机密忌谈之事"])
    assert {line.by_name for line in noted} == {"孙管家", "周主管"}
    said = str(portraits._composed(drawn, "mackay", act(by="steward")))
    assert "老王" in said
    assert SECRET not in said
    assert "忌谈" not in said


def test_a_technician_sees_no_profile(world, drawn):
    with clock.travelling(moment("10:30")):
        assert visitor(world, "technician").get(f"/customers/{drawn.pk}/profile/").status_code in (403, 404)
    assert ProfileAnswer.objects.unscoped("tests").count() == 2

"""The registers of work and follow-up on the screen."""

import pytest
from django.test import Client

from guanjia.followup import services as followup
from guanjia.quality import services as quality
from guanjia.quality.models import Rectification
from guanjia.registers.followup import FORM, ReturnVisitRegister
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment


@pytest.fixture
def client_of(world):
    def build(role: str) -> Client:
        client = Client()
        client.force_login(world.people[role])
        return client

    return build


@pytest.mark.rule("FUP-023")
def test_the_return_visit_form_has_every_field_of_the_clause_in_its_order(world):
    assert list(FORM) == list(load()["FUP-023"].fields)
    labels = [column.label for column in ReturnVisitRegister().default_columns]
    assert labels[2:] == list(load()["FUP-023"].fields.values())


@pytest.mark.rule("FUP-023")
def test_a_visit_is_read_and_taken_out_as_that_form(world, act, client_of):
    visit = make.visit(made=False)
    visit = followup.make_visit(
        visit,
        way="visit",
        quality=4,
        effect=5,
        satisfaction=4,
        shortcomings="地面未清理",
        suggestions="无",
        result="ok",
        content="看过厨房",
        resident_name="王小明",
        resident_signature=make.glass(),
        act=act("15:00", by="steward"),
    )
    visit = followup.hand_in_visit(visit, act=act("15:30", by="steward"))
    followup.review_visit(visit, result="failed", opinion="须清理", act=act("16:00", by="office_manager"))
    rectification = Rectification.objects.unscoped("tests").get(source_id=visit.pk)
    quality.plan_rectification(
        rectification,
        person=world.people["dept_head"],
        due_on=moment("03-05 10:00").date(),
        opinion="收工先清场",
        act=act("16:10", by="office_manager"),
    )
    manager = client_of("office_manager")
    exported = b"".join(manager.get("/r/return-visit/export.csv").streaming_content).decode("utf-8-sig")
    for words in ("王小明", "上门", "地面未清理", "看过厨房", "孙管家", "须清理", "收工先清场"):
        assert words in exported, words
    page = manager.get(f"/r/return-visit/{visit.pk}/").content.decode()
    assert "收工先清场" in page
    assert "孙管家" in page


def test_a_technicians_list_holds_his_own_orders(world, client_of):
    colleague, _post = make.staff(world, "technician", name="李师傅")
    mine, his = make.order(state="assigned"), make.order(state="assigned", technician=colleague)
    page = client_of("technician").get("/r/work-order/").content.decode()
    assert mine.number in page
    assert his.number not in page


def test_an_order_is_called_off_from_its_page(world, client_of):
    order = make.order()
    manager = client_of("engineering_head")
    answer = manager.post(f"/r/work-order/{order.pk}/cancel/", {"reason": "住户改期", "form_key": "k" * 20})
    assert answer.status_code == 302
    assert make.fresh(order).state == "cancelled"


def test_a_window_is_moved_from_the_list_of_windows(world, client_of):
    window = make.appointment()
    answer = client_of("foreman").post(
        f"/r/appointment/{window.pk}/move/",
        {"starts_at": "2027-03-03T09:00", "ends_at": "2027-03-03T10:00", "reason": "住户要出门", "form_key": "k" * 20},
    )
    assert answer.status_code == 302, answer.content.decode()
    assert make.fresh(window).state == "moved"


def test_a_complete_order_offers_no_more_reminders(world, client_of):
    order = make.order(state="completed")
    page = client_of("engineering_head").get(f"/r/work-order/{order.pk}/").content.decode()
    assert f"/r/work-order/{order.pk}/chase/" not in page
    assert f"/r/work-order/{order.pk}/reject/" in page

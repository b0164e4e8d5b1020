"""The resident reads how things stand, and answers with one tap."""

import re
from secrets import token_hex

import pytest

from guanjia.desk import services as desk
from guanjia.kernel import files
from guanjia.work import services as work
from tests import make
from tests.conftest import moment

from .conftest import key_for, key_sent, opened, repaired, story_title


def test_the_message_about_the_repair_leads_to_the_page(resident, world, act):
    case, _order = repaired(act)
    page = resident.read(key_sent(case))
    assert page.status_code == 200
    assert story_title(page) == "修好了吗？"
    assert "更换角阀，不再渗漏" in page.content.decode()


@pytest.mark.parametrize(("answer", "satisfaction"), [("5", 5), ("4", 4)])
def test_one_tap_closes_the_case(resident, world, act, answer, satisfaction):
    case, _order = repaired(act)
    key = key_sent(case)
    done = resident.tap(key, answer, text="师傅很细心")
    assert (done.status_code, done["Location"]) == (302, f"/portal/c/{key}/")
    case = make.fresh(case)
    assert (case.state, case.satisfaction) == ("closed", satisfaction)
    page = resident.read(key)
    assert story_title(page) == "这件事办完了"
    assert '<form class="answer"' not in page.content.decode()


def test_not_fixed_opens_it_again(resident, world, act):
    case, _order = repaired(act)
    key = key_sent(case)
    assert resident.tap(key, "not_fixed", text="还在滴").status_code == 302
    assert make.fresh(case).state == "open"
    assert "我们接着办" in resident.read(key).content.decode()


def test_fixed_but_not_content_is_heard_by_a_person(resident, world, act):
    case, _order = repaired(act)
    resident.tap(key_sent(case), "2", text="等了一天")
    assert make.fresh(case).state == "open"


def test_a_double_tap_is_one_answer(resident, world, act):
    case, _order = repaired(act)
    key, form_key = key_sent(case), token_hex(8)
    resident.read(key)
    answers = [resident.tap(key, "5", form_key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert make.facts_about(case).count("followup.return_visit.made") == 1


def test_who_taps_again_on_an_old_page_is_thanked_not_counted(resident, world, act):
    case, _order = repaired(act)
    key = key_sent(case)
    resident.tap(key, "5")
    again = resident.tap(key, "not_fixed")
    assert again.status_code == 409
    assert "您的评价已经收到，谢谢。" in again.content.decode()
    assert make.fresh(case).state == "closed"


@pytest.mark.parametrize("answer", ["", "3", "9", "yes", "not fixed"])
def test_an_answer_that_is_none_changes_nothing(resident, world, act, answer):
    case, _order = repaired(act)
    assert resident.tap(key_sent(case), answer).status_code == 422
    assert make.fresh(case).state == "resolved"


@pytest.mark.rule("FUP-001")
def test_a_complaint_is_asked_about_by_a_person(resident, world, act):
    case = make.case(moment("09:00"), type="complaint", promise_at=moment("18:00"), explanation="正在了解")
    desk.grade_complaint(case, rank=1, act=act("09:10"))
    case = desk.resolve_case(make.fresh(case), result="已向您书面道歉", act=act("10:00"))
    key = key_for(case)
    page = resident.read(key).content.decode()
    assert "专人给您打电话" in page
    assert '<form class="answer"' not in page
    assert resident.tap(key, "5").status_code == 422
    assert make.fresh(case).state == "resolved"


def test_each_stretch_of_the_way_has_its_sentence(resident, world, act):
    case = opened("09:00")
    key = key_for(case, "09:01")

    def title():
        return story_title(resident.read(key))

    assert title() == "正在办理"
    order = desk.order_work(case, technician_on_duty=True, act=act("09:10"))
    assert title() == "正在安排师傅"
    technician = act("09:20", by="technician", via="field")
    order = work.assign_order(order, technician=world.people["technician"], act=act("09:12", by="foreman"))
    order = work.accept_order(order, act=technician)
    assert title() == "王师傅正在过来"
    order = work.start_order(work.arrive_order(order, act=technician), act=technician)
    assert title() == "王师傅正在维修"
    order = work.pause_order(order, reason="parts", act=technician)
    assert title() == "维修先停一停"
    assert "等配件" in resident.read(key).content.decode()
    work.finish_order(work.resume_order(order, act=technician), result="换软管", act=technician)
    assert title() == "修完了，请您看一看"


def test_the_promise_and_the_appointment_are_told(resident, world, act):
    case = opened("09:00")
    key = key_for(case, "09:01")
    assert "今天 18:00前答复" in resident.read(key).content.decode()
    order = desk.order_work(case, technician_on_duty=True, act=act("09:10"))
    work.assign_order(order, technician=world.people["technician"], act=act("09:12", by="foreman"))
    work.book_appointment(order, starts_at=moment("14:00"), ends_at=moment("15:00"), act=act("09:15"))
    page = resident.read(key).content.decode()
    assert "王师傅会按约上门" in page
    assert "今天 14:00 至 15:00" in page


def test_a_promise_that_was_not_kept_is_owned_up_to(resident, world):
    page = resident.read(key_for(opened("09:00", promise_at=moment("10:45")), "09:01")).content.decode()
    assert "说好今天 10:45前答复您，我们迟了，对不起" in page
    assert "count-down" not in page


def test_what_the_desk_asks_is_asked_here_too(resident, world, act):
    case = desk.ask_customer(opened("09:00"), question="请告诉我们水表读数", act=act("09:30"))
    assert "请告诉我们水表读数" in resident.read(key_for(case)).content.decode()


def test_pictures_of_the_finished_work_and_no_others(resident, world, act):
    case, order = repaired(act)
    doer = act("10:15", by="technician", via="field")
    before, after = (
        files.attach(order, name=f"{role}.png", content=make.glass(n), role=role, act=doer) for n, role in enumerate(("before", "after"), 1)
    )
    key = key_sent(case)
    page = resident.read(key).content.decode()
    assert f"/portal/c/{key}/photos/{after.pk}/" in page
    assert str(before.pk) not in page
    shown = resident.get(f"/portal/c/{key}/photos/{after.pk}/")
    assert (shown["Content-Type"], b"".join(shown.streaming_content)) == ("image/png", make.glass(2))
    for other in (before.pk, order.sign_off.image_id, case.pk):
        assert resident.get(f"/portal/c/{key}/photos/{other}/").status_code == 404


def test_no_staff_telephone_and_no_inner_word_is_told(resident, world, act):
    case, _order = repaired(act)
    desk.add_note(case, text="住户脾气大，小心", act=act("10:40"))
    page = resident.read(key_sent(case)).content.decode()
    assert "脾气" not in page
    assert "FUP-" not in page


def test_what_people_write_stays_text(resident, world, act):
    hostile = '<script>alert("x")</script>'
    case = opened(title=hostile, content=f"漏水 {hostile}", customer_name=hostile)
    page = resident.read(key_for(case)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_page_holds_nothing_inline(resident, world, act):
    case, _order = repaired(act)
    page = resident.read(key_sent(case)).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
    assert page.count('name="answer"') == 4

"""An order from the stair to the signature, by phone."""

import base64
import re
from datetime import date
from secrets import token_hex

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.desk import services as desk
from guanjia.kernel import files
from guanjia.work import services as work
from tests import make
from tests.conftest import moment

from .conftest import GLASS

SIGNED = {"signer_name": "王小明", "capacity": "owner", "image": GLASS + base64.b64encode(make.glass()).decode()}


def picture(name="水管.png", colour=0):
    return SimpleUploadedFile(name, make.glass(colour), "image/png")


def step_of(page) -> str:
    """The label of the one large button."""
    bar = page.content.decode().partition('class="action-bar"')[2]
    found = re.search(r"button-primary[^>]*>(?:<svg.*?</svg>)?<span>([^<]+)</span>", bar, re.DOTALL)
    return found[1] if found else ""


def test_the_whole_order_by_phone(phone, order):
    walk = [
        ("接单", "acceptance", {}, "accepted"),
        ("我到了", "arrival", {}, "on_site"),
        ("开始修", "work", {}, "working"),
        ("修好了", "result", {"result": "更换角阀", "materials": "角阀 1 只", "dry": "yes", "photos": [picture()]}, "finished"),
        ("请签名", "signature", SIGNED, "completed"),
    ]
    for label, noun, values, state in walk:
        assert step_of(phone.read(order)) == label
        answer = phone.send(order, noun, **values)
        assert (answer.status_code, answer["Location"]) == (302, f"/field/orders/{order.pk}/?done={noun}")
        assert make.fresh(order).state == state
    done = make.fresh(order)
    assert (done.result, done.materials, done.water_tested_at) == ("更换角阀", "角阀 1 只", moment("10:00"))
    assert [one.role for one in files.of(done)] == ["after", "signature"]
    assert done.sign_off.signer_name == "王小明"
    assert step_of(phone.read(order)) == ""
    assert "今天做完" in phone.get("/field/").content.decode()


def test_the_day_is_grouped_by_what_comes_next(phone, world):
    for state in ("assigned", "accepted", "on_site", "working", "finished", "completed"):
        make.order(state=state, at=moment("09:00"))
    groups = re.findall(r'class="job-group">\s*([^<\s]+)\s*<span[^>]*>\s*(\d+)', phone.get("/field/").content.decode())
    assert groups == [("新派给我", "1"), ("在路上", "1"), ("正在修", "2"), ("等签名", "1"), ("今天做完", "1")]


def test_nothing_in_hand_is_said_in_words(phone):
    assert "手里没有工单" in phone.get("/field/").content.decode()


def test_what_one_needs_on_the_way(phone, world, act):
    case = make.case(
        moment("08:00"),
        promise_at=moment("18:00"),
        explanation="师傅随后上门",
        repair=make.AT_HOME | {"someone_home": False, "spare_key_left": True, "may_use_key": True},
    )
    mine = desk.order_work(case, content="换软管", technician_on_duty=True, act=act("09:00"))
    work.assign_order(mine, technician=world.people["technician"], act=act("09:05", by="foreman"))
    page = phone.read(mine).content.decode()
    for words in (
        mine.house.code,
        "家里没人",
        "备用钥匙在前台，可以用",
        "tel:+8613800138000",
        "卫生间天花板往下滴水",
        "卫生间顶部",
        "换软管",
    ):
        assert words in page


def test_the_house_above_is_named_when_it_leaked_too(phone, world):
    below = make.house(number="1801", floor=18)
    above = make.house(by=below.entrance, number="1901", floor=19)
    make.case(
        moment("08:50"), house=above, title="厨房漏水", promise_at=moment("18:00"), explanation="师傅随后上门", customer_name="钱秘密"
    )
    page = phone.read(make.order(state="assigned", at=moment("09:00"), house=below)).content.decode()
    assert "楼上" in page
    assert above.code in page
    assert "钱秘密" not in page


def test_only_the_clocks_that_wait_for_him_are_shown(phone, world):
    order = make.order(state="accepted", at=moment("09:58"), urgency=3)
    page = phone.read(order).content.decode()
    assert "WORK-002" in page
    assert "WORK-012" in page
    assert "WORK-014" not in page


def test_declining_needs_a_reason_and_gives_the_order_back(phone, order):
    assert phone.send(order, "refusal", reason=" ").status_code == 422
    assert make.fresh(order).state == "assigned"
    answer = phone.send(order, "refusal", reason="在别处抢修")
    assert (answer.status_code, answer["Location"]) == (302, "/field/")
    assert make.fresh(order).technician is None
    assert phone.read(order).status_code == 404


def test_pausing_and_going_on(phone, world):
    order = make.order(state="working", at=moment("09:00"))
    assert phone.send(order, "pause", reason="parts", note="缺角阀").status_code == 302
    assert step_of(phone.read(order)) == "接着修"
    phone.send(order, "resumption")
    assert make.fresh(order).state == "working"


def test_where_one_arrived_may_be_said(phone, world):
    order = make.order(state="accepted", at=moment("09:00"))
    assert phone.send(order, "arrival-place", place="24.47980, 118.08940 ±12 m").status_code == 302
    assert order.attendances.get().place == "24.47980, 118.08940 ±12 m"


@pytest.mark.rule("WORK-020")
def test_paid_work_waits_for_the_price(phone, world):
    order = make.order(state="on_site", at=moment("09:00"), kind="paid_service", paid=True, reporter_name="王小明")
    assert step_of(phone.read(order)) == "谈费用"
    refused = phone.send(order, "work")
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "WORK-020" in page
    assert f'href="/field/orders/{order.pk}/price/"' in page
    assert phone.send(order, "price", price="120.50", payer="王小明", agreed="yes").status_code == 302
    assert (make.fresh(order).price_fen, step_of(phone.read(order))) == (12050, "开始修")


def test_a_price_may_be_told_before_anybody_agrees(phone, world):
    order = make.order(state="on_site", at=moment("09:00"), kind="paid_service", paid=True)
    phone.send(order, "price", price="80", payer="", agreed="")
    order = make.fresh(order)
    assert (order.price_fen, order.price_agreed_at) == (8000, None)
    assert phone.send(order, "price", price="80", payer=" ", agreed="yes").status_code == 422


@pytest.mark.rule("WORK-009")
def test_a_childs_name_does_not_complete_the_order(phone, world):
    order = make.order(state="finished", at=moment("09:00"))
    child = make.customer(name="小宝", birth_date=date(2018, 6, 1))
    make.occupancy(house=order.house, customer=child, role="family", contact="13800138000")
    assert phone.send(order, "signature", **SIGNED | {"signer_name": "小宝", "capacity": "adult_member"}).status_code == 302
    page = phone.read(order)
    assert make.fresh(order).state == "finished"
    assert "WORK-009" in page.content.decode()
    assert step_of(page) == "完工"
    assert phone.send(order, "completion").status_code == 422
    assert phone.send(order, "signature", **SIGNED | {"image": GLASS + base64.b64encode(make.glass(90)).decode()}).status_code == 302
    assert make.fresh(order).state == "completed"


@pytest.mark.rule("WORK-010")
def test_public_work_is_signed_by_somebody_of_rank(phone, world):
    order = make.order(state="finished", at=moment("09:00"), place="public", place_text="3 栋大堂")
    page = phone.get(f"/field/orders/{order.pk}/signature/").content.decode()
    assert "孙管家" in page
    assert "李客服" not in page
    phone.send(order, "signature", signer=str(world.people["steward"].pk), image=SIGNED["image"])
    assert make.fresh(order).state == "completed"


@pytest.mark.parametrize(
    "image", ["", "data:image/png;base64,AAAA", "data:text/html;base64,PGI+", "javascript:alert(1)", "data:image/png;base64,A"]
)
def test_a_broken_signature_signs_nothing(phone, world, image):
    order = make.order(state="finished", at=moment("09:00"))
    assert phone.send(order, "signature", **SIGNED | {"image": image}).status_code == 422
    assert make.fresh(order).sign_off is None


def test_pictures_that_are_none_are_refused_all_at_once(phone, world):
    order = make.order(state="working", at=moment("09:00"))
    bad = [SimpleUploadedFile(f"{n}.jpg", b"<script>alert(1)</script>", "image/jpeg") for n in (1, 2)]
    answer = phone.send(order, "photos", role="after", photos=[picture(), *bad])
    assert answer.status_code == 422
    assert all(f"{n}.jpg" in answer.content.decode() for n in (1, 2))
    assert files.of(order) == []
    assert phone.send(order, "photos", role="before", photos=[picture(), picture("b.png", 90)]).status_code == 302
    assert [one.role for one in files.of(order)] == ["before", "before"]


def test_a_picture_is_shown_on_the_order_and_nowhere_else(phone, world):
    order, other = make.order(state="working", at=moment("09:00")), make.order(state="working", at=moment("09:00"))
    phone.send(order, "photos", role="before", photos=[picture()])
    (kept,) = files.of(order)
    answer = phone.get(f"/field/orders/{order.pk}/files/{kept.pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content) == make.glass()
    assert phone.get(f"/field/orders/{other.pk}/files/{kept.pk}/").status_code == 404


def test_a_double_tap_acts_once(phone, order):
    key = token_hex(8)
    first, second = (phone.send(order, "acceptance", key=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert make.facts_about(order).count("work.order.accepted") == 1


def test_the_second_of_two_taps_on_two_pages_is_told(phone, order):
    phone.send(order, "acceptance")
    late = phone.send(order, "acceptance")
    assert late.status_code == 409
    assert "已接单" in late.content.decode()


def test_what_people_write_stays_text(phone, world):
    hostile = '<script>alert("x")</script><img src=x onerror=alert(1)>'
    order = make.order(
        state="assigned", at=moment("09:00"), content=hostile, reporter_name=hostile[:50], reporter_phone='1380013"><script>'
    )
    for address in ("/field/", f"/field/orders/{order.pk}/", f"/field/orders/{order.pk}/refusal/"):
        page = phone.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert '"><script>' not in page


def test_pages_hold_nothing_inline_and_forms_wait_for_a_network(phone, world):
    order = make.order(state="working", at=moment("09:00"))
    for noun in ("", "result/", "pause/", "photos/", "note/", "water-test/"):
        page = phone.get(f"/field/orders/{order.pk}/{noun}").content.decode()
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)
        if noun:
            assert re.search(r'<form[^>]*data-once data-queue data-draft="', page)
            assert page.count('name="form_key"') == 1
    assert f'data-draft-done="{order.pk}-note"' in phone.read(order, done="note").content.decode()


@pytest.mark.parametrize("noun", ["nothing", "files", "..", "acceptance"])
def test_only_known_moves_are_there(phone, order, noun):
    expected = 302 if noun == "acceptance" else 404
    assert phone.get(f"/field/orders/{order.pk}/{noun}/").status_code == expected

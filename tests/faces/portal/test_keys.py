"""A key opens one case for as long as it should, and tells nothing to anybody else."""

import logging
import re
from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe

import pytest
from django.test import Client

from guanjia.desk import services as desk
from guanjia.faces.portal.links import KEPT_AFTER_CLOSING, KEY_BYTES
from guanjia.faces.portal.models import PortalLink
from guanjia.kernel import clock
from tests import make
from tests.conftest import moment

from .conftest import Resident, key_for, key_sent, opened, repaired, story_title

DOOR = "这个链接打不开了"


def words(answer) -> str:
    """The page without what differs each time, the visitor's own address among it."""
    return re.sub(r'value="[^"]*"|content="[^"]*"|X-CSRFToken[^}]*', "", answer.content.decode())


def test_a_key_is_long_and_kept_only_as_a_hash(resident, world):
    case = opened()
    key = key_for(case)
    assert KEY_BYTES * 8 == 256
    assert len(key) == 43
    (link,) = PortalLink.objects.unscoped("tests").filter(subject_id=case.pk)
    assert link.key_hash == sha256(key.encode()).hexdigest()
    assert (link.company_id, link.project_id) == (case.company_id, case.project_id)
    assert key_for(case) != key


def test_wrong_keys_meet_the_same_closed_door(resident, world):
    key = key_for(opened())
    wrong = ["x", key[:-1], key + "A", key.swapcase(), token_urlsafe(32), "%00", "..%2f..", "é" * 43, "'" * 43, key + "%0a", "%20" + key]
    answers = [resident.get(path) for path in ("/portal/", "/portal/c/", "/portal/anything", *(f"/portal/c/{one}/" for one in wrong))]
    assert {answer.status_code for answer in answers} == {404}
    assert {words(answer) for answer in answers} == {words(answers[0])}
    assert story_title(answers[0]) == DOOR
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"strict-origin"}


def test_every_way_in_is_behind_the_key(resident, world):
    case = opened()
    wrong = token_urlsafe(32)
    assert resident.tap(wrong, "5").status_code == 404
    assert resident.get(f"/portal/c/{wrong}/photos/{case.pk}/").status_code == 404
    assert resident.get(f"/portal/c/{case.pk}/").status_code == 404
    assert resident.get(f"/portal/c/{case.number}/").status_code == 404


def test_a_key_opens_its_own_case_only(resident, world, act):
    mine, theirs = opened(title="我家的事"), opened(title="别家的事", customer_name="李大明")
    page = resident.read(key_for(mine)).content.decode()
    assert "我家的事" in page
    assert "别家的事" not in page
    assert theirs.number not in page


def test_a_key_whose_case_is_another_projects_opens_nothing(resident, world):
    key = key_for(opened())
    PortalLink.objects.unscoped("tests").update(project_id=make.world(name="枫林苑", code="FL", company=world.company).project.pk)
    assert resident.read(key).status_code == 404


def test_a_key_ends_a_month_after_closing(world, act):
    case, _order = repaired(act)
    key, resident = key_sent(case), Resident()
    with clock.travelling(moment("11:00")):
        resident.tap(key, "5")
    closed_at = make.fresh(case).closed_at
    for later, status in ((timedelta(0), 200), (KEPT_AFTER_CLOSING - timedelta(minutes=1), 200), (KEPT_AFTER_CLOSING, 404)):
        with clock.travelling(closed_at + later):
            assert resident.read(key).status_code == status
            assert resident.tap(key, "5").status_code == (409 if status == 200 else 404)


def test_a_key_ends_a_month_after_the_case_was_withdrawn(world, act):
    case = opened()
    key, resident = key_for(case), Resident()
    desk.withdraw_case(case, reason="自己修好了", act=act("11:00", by="desk_supervisor"))
    for at, status in ((moment("12:00"), 200), (moment("11:00") + KEPT_AFTER_CLOSING, 404)):
        with clock.travelling(at):
            assert resident.read(key).status_code == status


def test_a_key_lasts_while_the_case_goes_on(resident, world):
    key = key_for(opened())
    with clock.travelling(moment("10:00") + timedelta(days=400)):
        assert resident.read(key).status_code == 200


def test_a_key_needs_no_session_and_gives_none(resident, world):
    answer = resident.read(key_for(opened()))
    assert "sessionid" not in answer.cookies
    assert resident.get("/").status_code == 302


def test_staff_who_open_a_link_do_not_answer_in_the_residents_name_unseen(world, act):
    """The key is the identity: the journal says portal and resident, whoever else is signed in on that machine."""
    case, _order = repaired(act)
    browser = Resident()
    browser.force_login(world.people["desk_agent"])
    with clock.travelling(moment("11:00")):
        browser.tap(key_sent(case), "5")
    made = next(entry for entry in make.timeline_of(case) if entry.fact == "followup.return_visit.made")
    assert (made.by_kind, made.via) == ("customer", "portal")


def test_forgery_protection_and_form_keys_hold_without_a_session(world, act):
    case, _order = repaired(act)
    key, strict = key_sent(case), Client(enforce_csrf_checks=True)
    with clock.travelling(moment("11:00")):
        assert strict.post(f"/portal/c/{key}/answer/", {"form_key": "k" * 20, "answer": "5"}).status_code == 403
        assert Resident().post(f"/portal/c/{key}/answer/", {"answer": "5"}).status_code == 400
    assert make.fresh(case).state == "resolved"


def test_browsers_keep_and_tell_nothing(resident, world):
    answer = resident.read(key_for(opened()))
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "https://" not in re.sub(r"<meta[^>]*>", "", answer.content.decode())


def test_no_log_holds_a_key(world, act, caplog):
    case, _order = repaired(act)
    key, strict = key_sent(case), Client(enforce_csrf_checks=True)
    with clock.travelling(moment("11:00")), caplog.at_level(logging.DEBUG):
        strict.post(f"/portal/c/{key}/answer/", {"answer": "5"})
        Resident().tap(key, "nonsense")
        Resident().get(f"/portal/c/{key[:-1]}/")
    assert "/portal/c/…" in caplog.text
    assert key[:-1] not in caplog.text


@pytest.mark.parametrize("by", ["desk_agent", "technician"])
def test_the_key_is_not_in_the_journal(resident, world, act, by):
    case, _order = repaired(act)
    key = key_sent(case)
    assert all(key not in str(entry.payload) for entry in make.timeline_of(case))

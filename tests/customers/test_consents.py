"""What customers agreed to: to which words, proved by what, never changed; and whom a message that sells something may reach."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from guanjia.customers import selectors, services
from guanjia.customers.models import Consent
from guanjia.customers.states import PURPOSES
from guanjia.customers.wordings import editions, shown_today, wording
from guanjia.kernel import clock, files, messaging
from guanjia.kernel.errors import GateClosed
from guanjia.kernel.files import Upload
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import OutboundMessage
from guanjia.kernel.states import EMERGENCY, MARKETING
from tests import make
from tests.conftest import moment
from tests.faces.console.test_desk import Desk

pytestmark = pytest.mark.django_db
SHEET = Upload("同意书.pdf", make.PAPER_PDF)


@pytest.fixture
def wang(world):
    return make.customer(name="王小明", phones=("13900001801",))


# -- the ledger ------------------------------------------------------------------------------------
def test_a_word_names_what_was_shown_who_took_it_and_what_proves_it(wang, act):
    case = make.case(customer=wang)
    given = services.give_consent(wang, purpose="marketing", channel="sms", proof=SHEET, said_in=Ref.to(case), act=act("10:00"))
    assert wording(given.edition) == shown_today("marketing")
    assert (given.taken_by, given.said_in) == ("孙管家", Ref.to(case))
    [sheet] = files.of(given)
    assert sheet.is_secret


@pytest.mark.parametrize("purpose", list(PURPOSES))
def test_every_purpose_has_words_and_every_edition_its_key(purpose):
    keys = [one.key for one in editions(purpose)]
    assert len(set(keys)) == len(keys) > 0
    assert all(len(key) <= 24 for key in keys)
    assert all(wording(key) for key in keys)


def test_what_was_said_is_never_changed_nor_taken_out(wang, act):
    services.give_consent(wang, purpose="marketing", act=act("10:00"))
    rows = Consent.objects.unscoped("tests")
    for spoil in (lambda: rows.update(given=False), lambda: rows.update(edition="x"), lambda: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()


def test_what_holds_now_is_the_latest_word_on_each_way(wang, act):
    services.give_consent(wang, purpose="marketing", channel="sms", act=act("10:00"))
    services.give_consent(wang, purpose="survey", act=act("10:01"))
    services.withdraw_consent(wang, purpose="survey", channel="sms", act=act("10:02"))
    holds = selectors.in_force(selectors.consents_of(wang, act("10:03")))
    assert [(one.purpose, one.channel) for one in holds] == [("survey", "any"), ("marketing", "sms")]
    services.withdraw_consent(wang, purpose="survey", act=act("10:04"))
    services.withdraw_consent(wang, purpose="marketing", act=act("10:04"))
    assert selectors.in_force(selectors.consents_of(wang, act("10:05"))) == []


def test_the_word_of_a_merged_file_is_the_persons(wang, act):
    other = make.customer(name="王晓明", phones=("13900001802",))
    services.give_consent(other, purpose="marketing", act=act("10:00"))
    services.merge_customer(other, into=wang, act=act("10:01", by="desk_supervisor"))
    assert selectors.may_contact(wang, "marketing", "sms", act("10:02"))
    services.withdraw_consent(wang, purpose="marketing", act=act("10:03"))
    assert not selectors.may_contact(make.fresh(other), "marketing", "sms", act("10:04"))


# -- sending ---------------------------------------------------------------------------------------
@pytest.fixture
def campaign(monkeypatch):
    """`campaign(to, at)`: an offer by short message."""
    monkeypatch.setitem(messaging.TEMPLATES, "spring", messaging.Template("【{project}】春季保洁八折", MARKETING))

    def send(whom, act, channel="sms", about=None):
        return messaging.post(
            project=whom.project,
            channel=channel,
            to="+8613900001801",
            template="spring",
            context={"project": "翠湖花园"},
            about=about or whom,
            whom=Ref.to(whom),
            act=act,
        )

    return send


@pytest.mark.rule("CUS-007")
def test_an_offer_goes_only_to_who_agreed_and_that_way(wang, campaign, act):
    for channel in ("sms", "wechat"):
        with pytest.raises(GateClosed) as no:
            campaign(wang, act("09:00"), channel)
        assert no.value.rules == ["CUS-007"]
    services.give_consent(wang, purpose="marketing", channel="sms", act=act("10:00"))
    assert campaign(wang, act("10:01")).state == "queued"
    with pytest.raises(GateClosed):
        campaign(wang, act("10:02"), "wechat")
    services.withdraw_consent(wang, purpose="marketing", act=act("10:03"))
    with pytest.raises(GateClosed):
        campaign(wang, act("10:04"))
    assert OutboundMessage.objects.unscoped("tests").count() == 1


@pytest.mark.rule("CUS-007")
def test_an_offer_to_nobody_in_particular_is_not_sent(wang, world, act, monkeypatch):
    monkeypatch.setitem(messaging.TEMPLATES, "spring", messaging.Template("春季保洁八折", MARKETING))
    with pytest.raises(GateClosed):
        messaging.post(project=world.project, channel="sms", to="+8613900001801", template="spring", context={}, about=wang, act=act())


@pytest.mark.rule("CUS-007")
def test_what_serves_a_matter_or_warns_of_danger_asks_nobody(wang, campaign, act, monkeypatch):
    case = make.case(customer=wang)
    services.withdraw_consent(wang, purpose="service_notice", act=act("09:00"))
    context = {"project": "翠湖花园", "number": case.number, "text": "师傅在路上", "link": ""}
    kept = messaging.post(
        project=case.project, channel="sms", to="+8613900001801", template="case_progress", context=context, about=case, act=act("10:00")
    )
    assert kept.state == "queued"
    monkeypatch.setitem(messaging.TEMPLATES, "spring", messaging.Template("燃气泄漏，请立即离开", EMERGENCY))
    assert campaign(wang, act("10:01")).state == "queued"


# -- the page --------------------------------------------------------------------------------------
@pytest.fixture
def steward(world):
    with clock.travelling(moment("10:30")):
        client = Desk()
        client.force_login(world.people["steward"])
        yield client


def test_given_with_a_sheet_and_taken_back_in_one_click(world, wang, steward):
    page = f"/customers/{wang.pk}/consents/"
    assert "没有有效的同意" in steward.get(page).content.decode()
    sheet = SimpleUploadedFile("同意书.pdf", make.PAPER_PDF, "application/pdf")
    assert steward.send(page, purpose="marketing", channel="sms", proof=sheet).status_code == 302
    shown = steward.get(page).content.decode()
    assert all(words in shown for words in ("marketing-1", "同意书.pdf", "孙管家"))
    assert steward.send(f"{page}withdrawal/", page=page, purpose="marketing", channel="sms").status_code == 302
    shown = steward.get(page).content.decode()
    assert "没有有效的同意" in shown
    assert "marketing-1" in shown  # what he had agreed to stays to be read
    assert Consent.objects.unscoped("tests").count() == 2


def test_what_is_no_purpose_and_no_sheet_is_refused(wang, steward):
    page = f"/customers/{wang.pk}/consents/"
    assert steward.send(page, purpose="everything", channel="sms").status_code == 422
    broken = SimpleUploadedFile("x.pdf", b"MZ", "application/pdf")
    assert steward.send(page, purpose="marketing", channel="sms", proof=broken).status_code == 422
    assert steward.send(f"{page}withdrawal/", page=page, purpose="x", channel="sms").status_code == 404
    assert not Consent.objects.unscoped("tests").exists()


def test_the_page_of_a_merged_file_is_the_persons(wang, act, steward):
    other = make.customer(name="王晓明", phones=("13900001802",))
    services.merge_customer(other, into=wang, act=act("10:01", by="desk_supervisor"))
    page = f"/customers/{other.pk}/consents/"
    assert steward.send(page, purpose="survey", channel="any").status_code == 302
    assert Consent.objects.unscoped("tests").get().customer == wang


def test_whoever_does_not_look_customers_up_finds_no_page(world, wang):
    with clock.travelling(moment("10:30")):
        client = Desk()
        client.force_login(make.staff(world, "cashier", name="钱出纳")[0])
        page = f"/customers/{wang.pk}/consents/"
        assert client.get(page).status_code == 404
        assert client.send(f"{page}withdrawal/", page="/approvals/", purpose="survey", channel="any").status_code == 404

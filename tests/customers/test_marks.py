"""What is said of customers: tags, flags with approval and consent, notes, preferences, classes."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from guanjia.customers import segmenting, selectors, services
from guanjia.customers.models import Flag, Tag
from guanjia.customers.states import NOTE_CHANNELS, NOTE_KINDS, VULNERABLE
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.models import JournalEntry
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook import services as approvals
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)


def propose(act, **values):
    values = {"kind": "bad_customer", "reason": "多次辱骂员工", "review_on": JUNE} | values
    customer = values.pop("customer", None) or make.customer()
    return services.propose_flag(project=customer.project, customer=customer, act=act, **values)


def decide(world, act, yes, words="情况属实"):
    (request,) = rulebook.approvals_waiting(act(by="desk_supervisor"))
    approvals.decide_approval(request, yes=yes, words=words, act=act("11:00", by="desk_supervisor"))


# -- the mark of a bad customer (CUS-026) ----------------------------------------------------------
@pytest.mark.rule("CUS-026")
def test_a_bad_mark_holds_only_when_the_supervisor_has_confirmed_it(world, act):
    flag = propose(act(by="desk_agent"))
    assert flag.state == "proposed"
    with pytest.raises(GateClosed) as no:
        services.set_flag(flag, act=act())
    assert no.value.rules == ["CUS-026"]
    decide(world, act, yes=True)
    assert make.fresh(flag).state == "set"
    said = JournalEntry.objects.unscoped("tests").get(fact="customers.flag.set")
    assert said.by_name == "李客服"


@pytest.mark.rule("CUS-026")
def test_a_mark_that_was_refused_does_not_hold(world, act):
    flag = propose(act(by="desk_agent"))
    decide(world, act, yes=False, words="一时口角")
    assert make.fresh(flag).state == "proposed"
    with pytest.raises(GateClosed):
        services.set_flag(make.fresh(flag), act=act())
    services.lift_flag(make.fresh(flag), act=act())
    assert not selectors.flags_of(flag.customer, act()).exists()


@pytest.mark.rule("CUS-026")
def test_a_mark_is_looked_at_again_on_its_day(world, act):
    flag = propose(act(by="desk_agent"))
    decide(world, act, yes=True)
    (owed,) = make.duties(flag, "CUS-026", "review")
    assert (owed.owner_role, owed.due_at.date()) == ("desk_supervisor", JUNE)
    services.review_flag(make.fresh(flag), reason="仍有辱骂", review_on=date(2026, 9, 1), act=act("05-30 10:00", by="desk_supervisor"))
    met, again = make.duties(flag, "CUS-026", "review")
    assert (met.met_at, again.due_at.date()) == (moment("05-30 10:00"), date(2026, 9, 1))
    services.lift_flag(make.fresh(flag), act=act("08-01 10:00", by="desk_supervisor"))
    assert make.duties(flag, "CUS-026", "review")[1].met_at == moment("08-01 10:00")


@pytest.mark.rule("CUS-026")
def test_reason_and_day_are_asked_for_at_once(world, act):
    with pytest.raises(BadInput) as no:
        propose(act(), reason=" ", review_on=None)
    assert [reason.field for reason in no.value.reasons] == ["reason", "review_on"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.unscoped("tests").filter(pk=propose(act()).pk).update(review_on=None)


def test_what_a_mark_says_stays_out_of_the_journal(world, act):
    propose(act(), kind="sick", reason="心脏病", review_on=None)
    told = "".join(str(line.payload) for line in JournalEntry.objects.unscoped("tests").filter(fact__startswith="customers.flag"))
    assert "care" in told
    assert not any(secret in told for secret in ("sick", "患病", "心脏病"))


def test_a_customer_has_a_mark_once_until_it_is_lifted(world, act):
    customer = make.customer()
    first = propose(act(), customer=customer, kind="key_account")
    with pytest.raises(Conflict, match="已有这个标识"):
        propose(act(), customer=customer, kind="key_account")
    services.lift_flag(first, act=act())
    assert propose(act(), customer=customer, kind="key_account").state == "proposed"
    with pytest.raises(IllegalMove):
        services.set_flag(make.fresh(first), act=act())


# -- key accounts, and people who need care --------------------------------------------------------
@pytest.mark.rule("CUS-034")
def test_a_key_account_is_proposed_by_the_desk_and_confirmed_by_others(world, act):
    flag = propose(act(by="desk_agent"), kind="key_account", review_on=None)
    with pytest.raises(NotAllowed):
        services.set_flag(flag, act=act(by="desk_agent"))
    assert services.set_flag(flag, act=act(by="desk_supervisor")).state == "set"
    assert [one.kind for one in selectors.flags_of(flag.customer, act())] == ["key_account"]


@pytest.mark.rule("CUS-035")
@pytest.mark.parametrize("kind", list(VULNERABLE))
def test_marks_of_care_need_consent(world, act, kind):
    flag = propose(act(), kind=kind, review_on=None)
    with pytest.raises(GateClosed) as no:
        services.set_flag(flag, act=act())
    assert no.value.rules == ["CUS-035"]
    services.give_consent(flag.customer, purpose="care", act=act())
    assert services.set_flag(flag, act=act("10:30")).consent.given


@pytest.mark.rule("CUS-035")
def test_consent_that_was_withdrawn_is_none_and_the_database_knows(world, act):
    flag = propose(act(), kind="elderly", review_on=None)
    services.give_consent(flag.customer, purpose="care", act=act("09:00"))
    services.withdraw_consent(flag.customer, purpose="care", act=act("09:30"))
    with pytest.raises(GateClosed):
        services.set_flag(flag, act=act())
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.unscoped("tests").filter(pk=flag.pk).update(state="set")


@pytest.mark.rule("CUS-035")
def test_the_five_kinds_are_the_handbooks():
    assert {key: str(word) for key, word in VULNERABLE.items()} == load()["CUS-035"].param("kinds")


# -- tags (CUS-024) --------------------------------------------------------------------------------
@pytest.mark.rule("CUS-024")
def test_a_company_begins_with_the_five_type_tags(world, act):
    tags = dict(Tag.objects.visible_to(act()).values_list("code", "name"))
    assert tags == load()["CUS-024"].param("types")
    make.world(company=world.company, name="碧湖花园", code="BH")
    assert Tag.objects.visible_to(act()).count() == 5


def test_a_tag_is_put_on_once_and_taken_off(world, act):
    customer, tag = make.customer(), Tag.objects.visible_to(act()).first()
    services.tag_customer(customer, tag=tag, act=act())
    with pytest.raises(Conflict):
        services.tag_customer(customer, tag=tag, act=act())
    assert [one.tag for one in selectors.tags_of(customer, act())] == [tag]
    services.untag_customer(customer, tag=tag, act=act())
    with pytest.raises(BadInput):
        services.untag_customer(customer, tag=tag, act=act())
    assert not selectors.tags_of(customer, act()).exists()


def test_another_companys_tag_is_as_good_as_none(world, act):
    customer = make.customer()
    foreign = make.tag(project=make.world(name="别处", code="BC").project)
    with pytest.raises(NotFound):
        services.tag_customer(customer, tag=foreign, act=act())


# -- notes and preferences -------------------------------------------------------------------------
@pytest.mark.rule("CUS-002")
def test_what_customers_say_is_kept_by_kind_and_channel_and_not_in_the_journal(world, act):
    clause = load()["CUS-002"]
    note = make.note(kind="suggestion", channel="questionnaire", text="加装充电桩")
    assert (list(NOTE_KINDS), list(NOTE_CHANNELS)) == (clause.param("kinds"), clause.param("channels"))
    (line,) = JournalEntry.objects.unscoped("tests").filter(fact="customers.note.recorded")
    assert "充电桩" not in str(line.payload)
    assert [one.text for one in selectors.notes_of(note.customer, act())] == ["加装充电桩"]
    with pytest.raises(BadInput):
        make.note(text=" ")


@pytest.mark.rule("CUS-033")
def test_the_latest_word_on_how_to_be_served_counts_and_blanks_are_carried_on(world, act):
    customer = make.customer()
    for at, values in (("09:00", {"expectation": "先来电", "convenient_time": "周末"}), ("11:00", {"preferred_channel": "wechat"})):
        services.record_preference(project=world.project, customer=customer, act=act(at), **values)
    found = selectors.preference_of(customer, act())
    assert (found.expectation, found.preferred_channel, found.convenient_time) == ("先来电", "wechat", "周末")
    with pytest.raises(Conflict, match="至少填写一项"):
        make.preference(expectation="", preferred_channel="")


def test_what_was_said_of_a_merged_file_is_said_of_the_person(world, act):
    kept, gone = make.customer(), make.customer()
    make.note(customer=gone)
    make.preference(customer=gone)
    make.flag(customer=gone)
    services.merge_customer(gone, into=kept, act=act())
    assert selectors.notes_of(kept, act()).count() == 1
    assert selectors.preference_of(kept, act()) is not None
    assert selectors.flags_of(kept, act()).count() == 1


# -- classes ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("standing", "letter", "why"),
    [
        (segmenting.Standing(is_key_account=True, is_bad_customer=True), "D", "劣质"),
        (segmenting.Standing(is_key_account=True), "A", "大客户"),
        (segmenting.Standing(houses_owned=2, lives_here=True), "B", "2 套"),
        (segmenting.Standing(years_here=12, houses_owned=1, lives_here=True), "B", "12 年"),
        (segmenting.Standing(lives_here=True), "C", "在住"),
        (segmenting.Standing(), "D", "没有房屋"),
    ],
)
def test_a_class_says_why(standing, letter, why):
    found, because = segmenting.letter_of(standing)
    assert found == letter
    assert why in because


def test_a_class_lasts_until_the_rule_gives_another(world, act):
    customer = make.customer()
    make.occupancy(customer=customer)
    first = services.assign_segment(customer, act=act())
    assert (first.letter, services.assign_segment(customer, act=act("03-05 10:00")).pk) == ("C", first.pk)
    make.occupancy(house=make.house(number="1802"), customer=customer)
    second = services.assign_segment(customer, act=act("03-05 10:00"))
    assert (second.letter, make.fresh(first).ends_on, second.starts_on) == ("B", date(2026, 3, 5), date(2026, 3, 5))

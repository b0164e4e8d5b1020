"""Drawing a customer: sixty-six items of a person where a project adopts them, four parts of a business; what is sensitive is for two."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from guanjia.customers import answers, profiles, services
from guanjia.customers.models import ProfileAnswer
from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.models import JournalEntry
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(world):
    """The project keeps profiles of people since the beginning of the year."""
    make.parameter(rule="CUS-021", key="on", value=True, starts_on=date(2026, 2, 1))


@pytest.fixture
def sensitive_too(kept):
    make.parameter(rule="CUS-022", key="record_sensitive", value=True, starts_on=date(2026, 2, 1))


def say(customer, act, item="1.nickname", value="老王", **values):
    return services.revise_profile(customer, item=item, value=value, act=act, **({"source": "said"} | values))


def entrusted(world, customer, act, keeper="steward"):
    services.entrust_profile(customer, keeper=world.people[keeper], act=act(by="desk_supervisor"))
    return make.fresh(customer)


# -- the sheets ----------------------------------------------------------------------------------
@pytest.mark.rule("CUS-021", "CUS-016")
def test_the_sheets_are_the_handbooks():
    groups = profiles.sheet("mackay")
    numbers = [item.number for group in groups for item in group.items]
    assert (len(groups), sorted(set(numbers))) == (7, list(range(1, 67)))
    assert [group.code for group in profiles.sheet("business")] == ["basic", "traits", "competitors", "transactions"]
    assert profiles.sensitive_numbers() == [6, 12, 13, 16, 17, 35, 37, 38, 40, 41, 43, 58]


# -- answering -----------------------------------------------------------------------------------
@pytest.mark.rule("CUS-021")
def test_answers_come_one_by_one_and_none_is_lost(world, act, kept):
    customer = make.customer()
    say(customer, act("10:00"))
    say(customer, act("10:05"), "47.hobbies", "钓鱼", source="observed")
    say(customer, act("10:10"), value="王老师", source="call", learnt_on=date(2026, 3, 1))
    known = answers.answers(customer, "mackay", act())
    assert {key: (row.value, row.source) for key, row in known.items()} == {
        "1.nickname": ("王老师", "call"),
        "47.hobbies": ("钓鱼", "observed"),
    }
    _sheet, _group, nickname = profiles.find("1.nickname")
    told = [(row.value, str(row.answered_by), row.learnt_on.day) for row in answers.history(customer, nickname, act())]
    assert told == [("王老师", "孙管家", 1), ("老王", "孙管家", 2)]
    parts = {part.group.code: (part.filled, part.total) for part in answers.parts(customer, "mackay", act())}
    assert parts["customer"] == (1, len(profiles.sheet("mackay")[0].items))
    entry = JournalEntry.objects.visible_to(act()).filter(fact="customers.profile.revised").last()
    assert "王老师" not in str(entry.payload)


def test_what_changes_nothing_is_not_noted_again_and_a_blank_takes_back(world, act, kept):
    customer = make.customer()
    assert say(customer, act()).pk == say(customer, act("10:05"), value=" 老王 ").pk
    say(customer, act("10:06"), value="")
    assert answers.answers(customer, "mackay", act()) == {}
    assert ProfileAnswer.objects.visible_to(act()).count() == 2


def test_no_project_keeps_profiles_of_people_unless_it_says_so(world, act):
    with pytest.raises(IllegalMove) as no:
        say(make.customer(), act())
    assert no.value.rules == ["CUS-021"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"item": "67.x"}, "item"),
        ({"item": "basic.name"}, "item"),
        ({"source": "rumour"}, "source"),
        ({"learnt_on": date(2027, 1, 1)}, "learnt_on"),
    ],
)
def test_bad_answers_are_refused(world, act, kept, values, field):
    with pytest.raises(BadInput) as no:
        say(make.customer(), act(), **values)
    assert [reason.field for reason in no.value.reasons] == [field]


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_customers_of_another_project_are_not_drawn(world, act, kept, where, elsewhere):
    with pytest.raises(NotAllowed):
        say(make.customer(project=elsewhere[where]), act())


# -- businesses ----------------------------------------------------------------------------------
@pytest.mark.rule("CUS-016")
def test_a_business_has_a_file_only_once_each_of_its_four_parts_says_something(world, act):
    customer = make.customer(kind="organisation", name="福州某公司")
    for item in ("basic.name", "traits.customs", "competitors.attention"):
        say(customer, act(), item, "有")
    with pytest.raises(GateClosed) as no:
        services.open_archive(project=world.project, customer=customer, act=act())
    assert no.value.rules == ["CUS-016"]
    assert "交易情况" in str(no.value)
    assert "基础资料" not in str(no.value)
    say(customer, act(), "transactions.credit", "良好")
    folder = services.open_archive(project=world.project, customer=customer, act=act())
    assert (folder.kind, folder.customer, sorted(folder.volumes())) == ("business", customer, [1, 2, 3, 4])


def test_a_person_has_no_file_of_his_own(world, act):
    with pytest.raises(BadInput):
        services.open_archive(project=world.project, customer=make.customer(), act=act())


# -- what is sensitive ---------------------------------------------------------------------------
@pytest.mark.rule("CUS-022")
def test_what_is_sensitive_is_not_kept_unless_the_project_says_so_besides(world, act, kept):
    customer = entrusted(world, make.customer(), act)
    services.give_consent(customer, purpose="sensitive", act=act())
    with pytest.raises(IllegalMove) as no:
        say(customer, act(), "37.religion", "佛教")
    assert no.value.rules == ["CUS-022"]


@pytest.mark.rule("CUS-022")
def test_what_is_sensitive_is_not_kept_without_consent(world, act, sensitive_too):
    customer = entrusted(world, make.customer(), act)
    with pytest.raises(GateClosed) as no:
        say(customer, act(), "37.religion", "佛教")
    assert (no.value.rules, no.value.reasons[0].cure) == (["CUS-022"], "customers.consent.give")


def test_nobody_appoints_himself_the_keeper(world, act):
    with pytest.raises(BadInput):
        services.entrust_profile(make.customer(), keeper=world.people["desk_supervisor"], act=act(by="desk_supervisor"))
    with pytest.raises(NotAllowed):
        services.entrust_profile(make.customer(), keeper=world.people["desk_agent"], act=act())


@pytest.mark.rule("CUS-022")
def test_only_who_keeps_the_relation_and_the_supervisor_answer_and_read_what_is_sensitive(world, act, sensitive_too):
    customer = entrusted(world, make.customer(), act)
    services.give_consent(customer, purpose="sensitive", act=act())
    for item, value in (("37.religion", "佛教"), ("38.taboo_topics", "家里的官司")):
        say(customer, act(), item, value)
    _sheet, _group, religion = profiles.find("37.religion")
    for role in world.people:
        reader = act(by=role)
        if not reader.rights.projects():
            continue
        reads = role in ("steward", "desk_supervisor")
        seen = {line.item.key: line for part in answers.parts(customer, "mackay", reader) for line in part.lines}
        assert (seen["37.religion"].words, seen["37.religion"].is_hidden) == ("佛教" if reads else "", not reads), role
        assert answers.history(customer, religion, reader).exists() == reads, role
        assert (answers.caution(customer, reader).what == "家里的官司") == reads, role
    with pytest.raises(NotFound):
        say(customer, act(by="desk_agent"), "37.religion", "道教")
    assert all(row.value == "" and str(row.sealed) == "****" for row in ProfileAnswer.objects.visible_to(act()))
    lines = JournalEntry.objects.visible_to(act()).filter(fact="customers.profile.revised")
    assert not any(secret in str([line.payload for line in lines]) for secret in ("佛教", "官司", "宗教"))


@pytest.mark.rule("CUS-022")
def test_before_a_call_everybody_hears_that_something_is_to_be_avoided(world, act, sensitive_too):
    customer = entrusted(world, make.customer(), act)
    assert answers.caution(customer, act(by="desk_agent")) is None
    services.give_consent(customer, purpose="sensitive", act=act())
    say(customer, act(), "38.taboo_topics", "家里的官司")
    heard = answers.caution(customer, act(by="desk_agent"))
    assert (heard.what, heard.keeper) == ("", world.people["steward"])
    say(customer, act("11:00"), "38.taboo_topics", "")
    assert answers.caution(customer, act(by="desk_agent")) is None


@pytest.mark.rule("CUS-022")
def test_the_database_holds_nothing_sensitive_in_plain_words(world, act, sensitive_too):
    customer = entrusted(world, make.customer(), act)
    services.give_consent(customer, purpose="sensitive", act=act())
    answer = say(customer, act(), "37.religion", "佛教")
    rows = ProfileAnswer.objects.unscoped("tests").filter(pk=answer.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed, value FROM customers_profileanswer WHERE id = %s", [answer.pk])
        assert "佛教" not in str(cursor.fetchone())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(value="佛教")

"""A company's handbooks, and which a project lives by: from a day on, by approval, with everything that stands in the way."""

from datetime import date, timedelta

import pytest

from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.gates import Gate
from guanjia.kernel.journal import Fact, record
from guanjia.kernel.usecase import usecase
from guanjia.org import selectors as people
from guanjia.org import services as org
from guanjia.rulebook import Duty, Need, adopting, adoption, gates, handbooks, parameters, replay, services
from guanjia.rulebook.explain import explain
from guanjia.rulebook.handbooks import Entry
from guanjia.rulebook.models import Adoption, ApprovalRequest, Handbook, HandbookEntry, HandbookVersion, Obligation
from tests import make
from tests.conftest import moment

TOMORROW = date(2026, 3, 3)


class Leak(Fact, name="kernel.test_pipe.leaked", zh="漏水"):
    pass


class Mended(Fact, name="kernel.test_pipe.mended", zh="修好"):
    pass


class ShutPipe(Gate, name="kernel.test_pipe.shut"):
    pass


@usecase("kernel.test_pipe.say")
def say(person, *, fact, act):
    return record(person, fact, act=act, project=make.newest().project)


@pytest.fixture
def director(world):
    """The company's service manager, whose post belongs to no project."""
    person = org.register_person(project=world.company, login="director", name="郑总", act=world.system)
    post = org.create_post(project=world.company, role="service_manager", seats=2, act=world.system)
    org.appoint(post, person=person, starts_on=date(2026, 1, 1), act=world.system)
    make.staff(world, "privacy_officer", name="方专员")  # somebody answers for looking at personal data, whatever is adopted
    return lambda at="10:20": people.act_of(person, moment(at), "console")


@pytest.fixture
def manager(world, act, director):
    return lambda at="10:00": act(at, by="office_manager")


@pytest.fixture
def installed(world, manager):
    def of(key):
        services.install_handbooks(project=world.company, keys=[key], act=manager("09:00"))
        return HandbookVersion.objects.unscoped("tests").filter(handbook__key=key).order_by("-nth").first()

    return of


@pytest.fixture
def propose(world, manager, installed):
    def build(key="property-standard", starts_on=TOMORROW, at="10:00", **values):
        values = {"edition": installed(key) if isinstance(key, str) else key, "reason": "统一标准"} | values
        return services.propose_adoption(project=world.project, starts_on=starts_on, act=manager(at), **values)

    return build


@pytest.fixture
def adopted(propose, approve):
    """Proposed by the manager, approved by the company."""

    def build(key="property-standard", starts_on=TOMORROW, at="10:00"):
        return approve(propose(key, starts_on, at), at)

    return build


@pytest.fixture
def approve(director):
    def build(proposed, at="10:00", yes=True, words=""):
        request = ApprovalRequest.objects.unscoped("tests").get(about_id=proposed.pk, state="requested")
        services.decide_approval(request, yes=yes, words=words, act=director(at))
        return make.fresh(proposed)

    return build


def reasons(no) -> str:
    return "\n".join(str(reason.message) for reason in no.value.reasons)


def owed(rule=None):
    rows = Obligation.objects.unscoped("tests").order_by("opened_at")
    return list(rows.filter(rule=rule) if rule else rows)


# -- installing --------------------------------------------------------------------------------------
def test_the_shipped_handbooks_are_installed_once(world, manager):
    assert len(services.install_handbooks(project=world.company, act=manager())) == 23
    assert services.install_handbooks(project=world.company, act=manager()) == []
    assert HandbookEntry.objects.filter(edition__handbook__key="property-standard").count() == len(
        handbooks.shipped()["property-standard"].entries
    )


def test_a_new_wording_becomes_a_new_edition_and_the_old_one_stays(world, manager, installed):
    first = installed("retail")
    HandbookVersion.objects.unscoped("tests").filter(pk=first.pk).update(digest="0" * 64)
    [second] = services.install_handbooks(project=world.company, keys=["retail"], act=manager())
    assert (second.nth, second.handbook) == (2, first.handbook)
    assert adoption.entries_of(first.pk) == adoption.entries_of(second.pk)


# -- adopting ------------------------------------------------------------------------------------------
def test_a_handbook_is_in_force_from_its_day_and_leaves_older_duties_alone(book, world, adopted, manager):
    book(
        Duty("DESK-006", opens_on="kernel.test_pipe.leaked", met_by="kernel.test_pipe.mended", owner="desk_agent"),
        Duty("FUP-011", opens_on="kernel.test_pipe.leaked", met_by="kernel.test_pipe.mended", owner="desk_agent", due="1 hour"),
    )
    thing = world.people["technician"]
    say(thing, fact=Leak(), act=manager("09:30"))
    assert {(o.rule, o.handbook) for o in owed()} == {("DESK-006", ""), ("FUP-011", "")}
    row = adopted()
    assert (row.state, row.since) == ("adopted", moment("03-03 00:00"))
    say(thing, fact=Leak(), act=manager("11:00"))
    assert len(owed("FUP-011")) == 2  # still the day before
    say(thing, fact=Leak(), act=manager("03-03 09:00"))
    assert len(owed("FUP-011")) == 2  # the standard asks all repairs, not six in ten
    assert owed("DESK-006")[-1].handbook == "property-standard 1"
    assert "按《物业标准 第 1 版》执行。" in explain(owed("DESK-006")[-1])
    say(thing, fact=Mended(), act=manager("03-03 10:00"))
    assert all(o.met_at for o in owed())  # what was opened before is met as ever
    assert replay.differences(world.company.pk)[1] == []


def test_a_day_that_is_today_begins_after_the_decision_never_before(book, world, adopted, manager):
    book(Duty("FUP-011", opens_on="kernel.test_pipe.leaked", met_by="kernel.test_pipe.mended", owner="desk_agent", due="1 hour"))
    say(world.people["technician"], fact=Leak(), act=manager("09:00"))
    assert adopted(starts_on=date(2026, 3, 2)).since == moment("10:01")
    say(world.people["technician"], fact=Leak(), act=manager("10:30"))
    assert len(owed()) == 1
    assert replay.differences(world.company.pk) == (1, [])


def test_a_clause_that_is_not_adopted_keeps_no_gate_shut(book, world, adopted, manager):
    book(Need("FUP-011", gate="kernel.test_pipe.shut", missing=lambda gate: ["不行"]))

    def asked(at):
        return gates.unmet(ShutPipe(subject=None, at=moment(at), by=None, company_id=world.company.pk, project_id=world.project.pk))

    assert len(asked("10:00")) == 1
    adopted()
    assert len(asked("10:30")) == 1
    assert asked("03-03 10:00") == []


def test_a_number_is_the_projects_else_the_handbooks_else_the_catalogues(world, adopted, manager, installed, act):
    own = services.copy_handbook(project=world.company, source=installed("property-standard"), key="ours", name="我们的", act=manager())
    services.change_handbook(own, changes=[Entry("DESK-006", {"within": "30 minutes"})], act=manager())
    HandbookVersion.objects.unscoped("tests").filter(pk=own.pk).update(state="published", digest="x", published_at=moment("10:00"))
    adopted(make.fresh(own))

    def ask(rule, at):
        return parameters.value(rule, "within", world.project.pk, moment(at))

    assert (ask("DESK-006", "10:30"), ask("DESK-006", "03-03 10:30")) == ("1 hour", "30 minutes")
    assert ask("FUP-021", "03-03 10:30") == "24 hours"
    make.parameter(rule="DESK-006", key="within", value="45 minutes", starts_on=date(2026, 3, 4))
    assert (ask("DESK-006", "03-03 12:00"), ask("DESK-006", "03-04 12:00")) == ("30 minutes", "45 minutes")


def test_every_reason_against_an_adoption_comes_at_once(world, propose, installed, manager):
    own = services.copy_handbook(project=world.company, source=installed("retail"), key="ours", name="我们的", act=manager())
    HandbookEntry.objects.filter(edition=own, rule="CUS-001").delete()
    HandbookEntry.objects.bulk_create([HandbookEntry(edition=own, rule=rule) for rule in ("CUS-008", "CUS-009")])
    with pytest.raises(BadInput) as no:
        propose(own, starts_on=date(2026, 3, 1), reason=" ")
    said = reasons(no)
    for words in ("请写明为何采用", "草稿不能采用", "不能早于今天", "缺底座条款：CUS-001", "「谁可查阅客户资料」只能择一"):
        assert words in said
    assert not Adoption.objects.unscoped("tests").exists()


def test_a_handbook_whose_duties_nobody_would_answer_for_is_refused(world):
    bare = make.world(name="空项目", code="KK", roles=("security_leader",))
    [edition] = services.install_handbooks(project=bare.company, keys=["foundation"], act=bare.system)
    found = adopting.preview(bare.project, edition, TOMORROW, moment("10:00"))
    assert "DESK-008" not in {rule for rules in found.ownerless.values() for rule in rules}  # a gate has no owner
    assert "DESK-067" in found.ownerless["desk_agent"]
    assert any("没有人担任，也没有人代理" in str(reason.message) for reason in found.reasons)


def test_an_add_on_stands_on_a_base_and_outweighs_it(world, propose, adopted, manager):
    with pytest.raises(BadInput, match="请先采用基本手册"):
        propose("teaching")
    base = adopted(starts_on=date(2026, 3, 2))
    with pytest.raises(BadInput, match="「维修何时到门」只能择一"):
        propose("repair-department", at="11:00")
    promise = adopted("public-promise", at="11:00")
    assert adoption.in_use(world.project.pk, moment("03-04 10:00")).labels["DESK-023"] == "public-promise 1"
    with pytest.raises(BadInput, match="还有附加手册"):
        services.end_adoption(base, ends_on=date(2026, 3, 5), reason="不用了", act=manager("03-03 10:00"))
    services.end_adoption(promise, ends_on=date(2026, 3, 5), reason="不用了", act=manager("03-03 10:00"))
    services.end_adoption(base, ends_on=date(2026, 3, 5), reason="不用了", act=manager("03-03 10:00"))
    assert adoption.in_use(world.project.pk, moment("03-04 23:00")) is not None
    assert adoption.in_use(world.project.pk, moment("03-05 00:00")) is None


def test_another_base_takes_the_place_of_the_old_one(world, adopted, act):
    first = adopted("property-frontdesk")
    second = adopted("property-standard", starts_on=date(2026, 3, 10), at="03-04 10:00")
    first = make.fresh(first)
    assert (first.ends_on, first.until) == (second.starts_on, second.since)
    assert adoption.in_use(world.project.pk, moment("03-09 23:59")).labels["FUP-028"] == "property-frontdesk 1"
    assert adoption.in_use(world.project.pk, moment("03-10 00:00")).labels["FUP-028"] == "property-standard 1"


def test_what_is_planned_is_not_planned_over(adopted, propose):
    adopted("property-frontdesk", starts_on=date(2026, 3, 20))
    with pytest.raises(BadInput, match="已定自 2026-03-20 起采用"):
        propose("property-standard", starts_on=date(2026, 3, 10), at="11:00")


def test_refused_and_withdrawn_leave_everything_as_it_was(world, propose, approve, manager):
    assert approve(propose(), yes=False, words="再等等").settled_words == "再等等"
    again = propose(at="11:00")
    with pytest.raises(BadInput, match="已在审批中"):
        propose(at="11:10")
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=again.pk)
    services.withdraw_approval(request, act=manager("11:20"))
    assert make.fresh(again).state == "withdrawn"
    assert adoption.spells_of(world.project.pk) == ()


def test_nobody_adopts_alone(world, propose, manager, act):
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=propose().pk)
    with pytest.raises(NotAllowed):
        services.decide_approval(request, yes=True, act=manager("10:10"))
    with pytest.raises(NotAllowed):
        services.propose_adoption(
            project=world.project,
            edition=Handbook.objects.unscoped("tests").first().editions.get(),
            starts_on=TOMORROW,
            reason="",
            act=act(),
        )


def test_nobody_puts_into_force_what_was_not_approved(world, propose, ours, manager):
    proposed = propose()
    with pytest.raises(IllegalMove, match="还没有批准"):
        services.adopt(proposed, act=manager("10:30"))
    services.submit_handbook(ours, words="首版", act=manager("10:30"))
    with pytest.raises(IllegalMove, match="还没有批准"):
        services.publish_handbook(ours, digest=make.fresh(ours).digest, act=manager("10:31"))


def test_what_changed_while_it_was_decided_counts(world, propose, approve, manager):
    proposed = propose()
    for rule in ("CUS-008", "CUS-009"):
        make.parameter(rule=rule, key="on", value=True, starts_on=TOMORROW)
    settled = approve(proposed, "10:10")
    assert settled.state == "refused"
    assert "只能择一" in settled.settled_words


def test_a_handbook_of_another_company_is_not_found(world, manager, installed):
    other = make.world(name="别家", code="BJ")
    [edition] = services.install_handbooks(project=other.company, keys=["foundation"], act=other.system)
    with pytest.raises(NotFound):
        services.propose_adoption(project=world.project, edition=edition, starts_on=TOMORROW, reason="试", act=manager())


# -- what may not be put off ------------------------------------------------------------------------------
def test_what_the_law_asks_is_never_waived_nor_switched_off(book, world, adopted, manager):
    book(Duty("DESK-068", opens_on="kernel.test_pipe.leaked", met_by="kernel.test_pipe.mended", owner="desk_agent", due="1 hour"))
    say(world.people["technician"], fact=Leak(), act=manager("09:00"))
    with pytest.raises(BadInput, match="法律要求的条款不能豁免"):
        services.waive_duty(project=world.project, obligation_id=owed()[0].pk, reason="太忙", act=manager("09:10"))
    adopted(starts_on=date(2026, 3, 2))
    with pytest.raises(BadInput, match="不能停用"):
        make.parameter(rule="DESK-068", key="on", value=False, starts_on=TOMORROW, at=moment("10:30"))
    with pytest.raises(BadInput, match="只能择一"):
        make.parameter(rule="CUS-009", key="on", value=True, starts_on=TOMORROW, at=moment("10:30"))


def test_a_project_moves_a_number_only_within_its_bounds(world, manager):
    with pytest.raises(BadInput, match="最宽只能到 4 小时"):
        make.parameter(rule="DESK-006", key="within", value="5 hours", starts_on=TOMORROW)


# -- a handbook of one's own -----------------------------------------------------------------------------
@pytest.fixture
def ours(world, manager, installed):
    return services.copy_handbook(project=world.company, source=installed("property-frontdesk"), key="ours", name="我们的", act=manager())


def test_an_own_handbook_is_drafted_changed_and_published_by_another(world, ours, manager, director, adopted):
    services.change_handbook(
        ours, changes=[Entry("DESK-036", {"answer_within": "1 day"}), Entry("FUP-031", on=False, why="不适用")], act=manager()
    )
    services.submit_handbook(ours, words="重大投诉一天内答复", act=manager("10:05"))
    with pytest.raises(IllegalMove):
        services.change_handbook(ours, changes=[Entry("DESK-036")], act=manager("10:06"))
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=ours.pk)
    services.decide_approval(request, yes=True, act=director("10:20"))
    published = make.fresh(ours)
    assert (published.state, published.words) == ("published", "重大投诉一天内答复")
    adopted(published)
    assert parameters.value("DESK-036", "answer_within", world.project.pk, moment("03-04 10:00")) == "1 day"
    assert parameters.value("FUP-031", "on", world.project.pk, moment("03-04 10:00")) is False


def test_sent_back_it_is_a_draft_again_and_the_next_edition_follows(world, ours, manager, director):
    services.submit_handbook(ours, words="首版", act=manager())
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=ours.pk)
    services.decide_approval(request, yes=False, words="再改改", act=director())
    assert make.fresh(ours).state == "draft"
    services.submit_handbook(make.fresh(ours), words="首版，已改", act=manager("11:00"))
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=ours.pk, state="requested")
    services.decide_approval(request, yes=True, act=director("11:10"))
    second = services.draft_handbook(ours.handbook, act=manager("11:20"))
    assert second.nth == 2
    with pytest.raises(IllegalMove):
        services.draft_handbook(ours.handbook, act=manager("11:30"))


def test_slips_in_a_draft_are_all_named(ours, manager, installed):
    with pytest.raises(BadInput) as no:
        services.change_handbook(
            ours,
            changes=[Entry("DESK-036", {"answer_within": "9 days", "never": 1}), Entry("NONE-001"), Entry("DESK-008", on=False)],
            act=manager(),
        )
    said = reasons(no)
    for words in ("最宽只能到 3 天", "没有参数「never」", "NONE-001", "DESK-008 属于底座"):
        assert words in said
    with pytest.raises(IllegalMove):
        services.draft_handbook(installed("retail").handbook, act=manager())


def test_an_export_is_read_back_and_a_bad_file_says_where(world, ours, manager):
    page = handbooks.Page("ours-2", "base", "我们的第二部", adoption.entries_of(ours.pk))
    read = services.import_handbook(project=world.company, text=handbooks.write(page), act=manager())
    assert adoption.entries_of(read.pk) == adoption.entries_of(ours.pk)
    again = services.import_handbook(
        project=world.company,
        text=handbooks.write(page).replace("FUP-025: {target: 1.0}", "FUP-024: {target: 0.6}").replace("FUP-025", "FUP-024"),
        act=manager(),
    )
    assert again.pk == read.pk
    assert "FUP-024" in adoption.entries_of(again.pk)
    with pytest.raises(BadInput) as no:
        services.import_handbook(project=world.company, text=handbooks.write(page).replace("FUP-025", "FUP-999"), act=manager())
    assert "行 FUP-999：没有这一条款" in reasons(no)
    with pytest.raises(BadInput, match="随附手册的代号"):
        services.import_handbook(project=world.company, text=handbooks.write(handbooks.shipped()["retail"]), act=manager())


def test_what_is_remembered_is_forgotten_when_it_changes(world, adopted, settings):
    settings.GUANJIA_MEMO_SECONDS = 60
    assert adoption.in_use(world.project.pk, moment("03-03 10:00")) is None
    adopted()
    assert adoption.in_use(world.project.pk, moment("03-03 10:00")) is not None
    assert timedelta(minutes=1) <= services.adoptions.SETTLING

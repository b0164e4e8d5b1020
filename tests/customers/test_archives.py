"""Folders: opened by moving in, filled with copies in numbered volumes, lent and brought back, bound once a year, closed to most."""

from datetime import date
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from guanjia.customers import holdings, papers, seed, selectors, services
from guanjia.customers.gates import DiscloseArchive
from guanjia.customers.models import Archive, ArchiveDisclosure, ArchiveItem, ArchiveLoan
from guanjia.estate import services as estate
from guanjia.kernel import files
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotAllowed, NotFound
from guanjia.kernel.journal import settle_accounts
from guanjia.kernel.models import JournalEntry
from guanjia.quality import selectors as quality_rows
from guanjia.quality import services as quality
from guanjia.quality.services import Answer
from guanjia.rulebook import registry, replay, sampling, ticking
from guanjia.rulebook import services as rulebook
from guanjia.rulebook.models import Obligation
from guanjia.web.register import REGISTERS
from tests import make
from tests.conftest import moment

pytestmark = pytest.mark.django_db


def file(archive, act, paper="move_in", **values):
    return services.file_paper(archive, paper=paper, act=act, **({"copy": make.PAPER_PDF} | values))


def owed(rule):
    settle_accounts()
    return Obligation.objects.unscoped("tests").filter(rule=rule).order_by("opened_at", "subject_id")


# -- opening -------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-014", "EST-015")
def test_who_moves_in_has_a_folder_at_once_and_a_household_never_two(world, act):
    house = make.house()
    owner = make.occupancy(house=house)
    make.occupancy(house=house, customer=make.customer(name="李梅"), role="family")
    tenant = make.occupancy(house=house, customer=make.customer(name="赵六"), role="tenant", starts_on=date(2026, 2, 1))
    folders = list(holdings.archives(act()))
    assert {one.household for one in folders} == {owner.household, tenant.household}
    opened = JournalEntry.objects.visible_to(act()).filter(fact="customers.archive.opened")
    assert set(opened.values_list("subject_id", flat=True)) == {one.pk for one in folders}
    with pytest.raises(Conflict):
        services.open_archive(project=world.project, household=make.fresh(owner.household), act=act())
    with pytest.raises(IntegrityError), transaction.atomic():
        Archive(project=world.project, household=owner.household).save()


@pytest.mark.rule("EST-015")
def test_a_decoration_that_ends_owes_the_engineering_file_within_a_month(world, act):
    house = make.house()
    folder = make.archive(house=house)
    estate.change_use(house, use="decorating", starts_on=date(2026, 2, 1), act=make.founding(world.project))
    assert not owed("EST-015").exists()
    estate.change_use(house, use="owner_occupied", starts_on=date(2026, 3, 2), act=act("10:00"))
    [duty] = owed("EST-015")
    assert (duty.subject_id, duty.owner_role, duty.met_at) == (house.pk, "engineering_head", None)
    assert duty.due_at == moment("04-01 23:59:59") or duty.due_at.date() == date(2026, 4, 1)
    file(folder, act("03-09 10:00"), "decoration")
    assert owed("EST-015").get().met_at is None
    file(folder, act("03-10 10:00"), "engineering")
    assert owed("EST-015").get().met_at == moment("03-10 10:00")
    assert replay.differences(world.company.pk)[1] == []


# -- filing --------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-015", "CUS-004")
def test_a_paper_without_copy_and_place_is_refused_with_every_reason(world, act):
    folder = make.occupancy().household.archive
    with pytest.raises(GateClosed) as no:
        services.file_paper(folder, paper="move_in", act=act())
    assert no.value.rules == ["CUS-004", "CUS-015"]
    assert {reason.field for reason in no.value.reasons} >= {"cabinet", "folder"}
    with pytest.raises(GateClosed) as no:
        file(folder, act(), cabinet="A")
    assert [reason.field for reason in no.value.reasons] == ["folder"]
    item = file(folder, act(), cabinet="A", folder="12")
    assert (make.fresh(folder).place, item.place) == ("A 柜 12 夹", "A 柜 12 夹")
    assert files.read(item.attachment, act=act(by="office_manager")) == make.PAPER_PDF


@pytest.mark.rule("CUS-015")
def test_the_database_keeps_no_paper_without_its_copy(world):
    item = make.archive_item()
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveItem.objects.unscoped("tests").filter(pk=item.pk).update(attachment=None)


@pytest.mark.rule("CUS-017")
def test_papers_are_numbered_by_volume_without_gaps(world, act):
    folder = make.archive()
    made = [file(folder, act(), paper) for paper in ("move_in", "decoration", "consent", "extension", "other")]
    assert [(item.volume, item.item_no) for item in made] == [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1)]
    assert made[2].number == f"{folder.number}-1-002"
    assert {volume: len(items) for volume, items in holdings.contents(folder).items()} == {1: 2, 2: 2, 3: 0, 4: 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveItem.objects.unscoped("tests").filter(pk=made[2].pk).update(item_no=1)


def test_a_paper_may_lie_elsewhere_than_its_folder(world, act):
    folder = make.archive()
    item = file(folder, act(), "engineering", cabinet="图纸", folder="7")
    assert item.place == "图纸 柜 7 夹"
    assert make.fresh(folder).cabinet == "A"


def test_two_folders_never_hang_in_one_place(world, act):
    one, other = make.archive(), make.archive()
    with pytest.raises(Conflict) as no:
        services.place_archive(other, cabinet=one.cabinet, folder=one.folder, act=act())
    assert "已放着另一份档案" in str(no.value)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"paper": "credit"}, "paper"),
        ({"paper": "nonsense"}, "paper"),
        ({"dated_on": date(2027, 1, 1)}, "dated_on"),
        ({"copy": b"MZ"}, "file"),
    ],
)
def test_bad_papers_leave_nothing_behind(world, act, values, field):
    folder = make.archive()
    with pytest.raises(BadInput) as no:
        services.file_paper(folder, act=act(), **({"paper": "move_in", "copy": make.PAPER_PDF} | values))
    assert [reason.field for reason in no.value.reasons] == [field]
    assert not folder.items.exists()
    assert files.of(folder) == []


@pytest.mark.django_db(transaction=True)
def test_two_who_file_at_once_get_two_numbers(world, act):
    folder, ready, wrong = make.archive(), Barrier(2), []

    def do():
        try:
            ready.wait()
            file(folder, act())
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    both = [Thread(target=do) for _turn in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert wrong == []
    assert sorted(folder.items.values_list("item_no", flat=True)) == [1, 2]


@pytest.mark.rule("CUS-020")
def test_a_correction_is_remembered_and_says_no_title(world, act):
    item = make.archive_item(title="王小明购房合同")
    services.correct_paper(item, title="王小明租赁合同", dated_on=date(2026, 2, 2), act=act())
    entry = JournalEntry.objects.visible_to(act()).get(fact="customers.archive.corrected")
    assert entry.payload["fields"] == ["title", "dated_on"]
    assert "合同" not in str(entry.payload)


# -- finding -------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-019")
@pytest.mark.parametrize("typed", ["赵一鸣", "赵", "2026-02-03", "2026-02", "翠湖花园", "购房", "合同 赵"])
def test_a_paper_is_found_by_date_name_project_and_document(world, act, typed):
    wanted = make.archive_item(title="购房合同", dated_on=date(2026, 2, 3), act=act())
    other = make.occupancy(house=make.house(number="902"), customer=make.customer(name="李梅")).household.archive
    services.place_archive(other, cabinet="B", folder="1", act=act())
    also = file(other, act(), "service", title="报修单", dated_on=date(2026, 1, 9))
    register = REGISTERS["archive-item"]
    found = register.filtered(act(), {"q": typed}).narrow(register.rows(act()))
    assert wanted in found
    assert (also in found) == (typed == "翠湖花园")


# -- who may look --------------------------------------------------------------------------------
@pytest.mark.rule("CUS-009")
def test_only_manager_and_steward_look_into_folders(world):
    folder = make.archive()
    make.staff(world, "service_manager", name="卫总")
    looking = {role for role in world.people if holdings.archives(world.act(moment("10:00"), role)).exists()}
    assert looking == {"steward", "office_manager"}
    for role in set(world.people) - looking:
        with pytest.raises(NotFound):
            holdings.archive_for(world.act(moment("10:00"), role), folder.pk)
        with pytest.raises(NotAllowed):
            file(folder, world.act(moment("10:00"), role))


@pytest.mark.rule("CUS-009")
def test_a_folder_is_not_lent_to_whoever_may_not_look_into_it(world, act):
    folder = make.archive()
    with pytest.raises(GateClosed) as no:
        services.lend_archive(folder, borrower=world.people["desk_agent"], due_on=date(2026, 3, 4), purpose="看看", act=act())
    assert no.value.rules == ["CUS-009"]
    assert not ArchiveLoan.objects.unscoped("tests").exists()


@pytest.mark.parametrize("where", ["neighbour", "other_company"])
def test_folders_of_another_project_do_not_exist(world, act, where, elsewhere):
    folder = make.archive(project=elsewhere[where])
    with pytest.raises(NotFound):
        holdings.archive_for(act(), folder.pk)
    with pytest.raises(NotAllowed):
        file(folder, act())
    with pytest.raises(NotFound):
        services.open_archive(project=world.project, household=folder.household, act=act())


# -- lending -------------------------------------------------------------------------------------
def test_a_lent_folder_is_not_lent_again_until_it_is_back(world, act):
    loan = make.archive_loan()
    with pytest.raises(Conflict) as no:
        make.archive_loan(archive=loan.archive, borrower=world.people["office_manager"])
    assert "已经借出" in str(no.value)
    services.return_archive(loan, condition="完好", act=act("11:00"))
    with pytest.raises(IllegalMove):
        services.return_archive(loan, act=act("11:01"))
    again = services.lend_archive(loan.archive, borrower=world.people["steward"], due_on=date(2026, 3, 5), purpose="再看", act=act("11:00"))
    assert holdings.loan_of(loan.archive) == again


@pytest.mark.rule("CUS-006")
def test_a_folder_that_is_out_too_long_is_a_late_duty_until_it_is_back(world, act):
    loan = make.archive_loan()
    [duty] = owed("CUS-006").filter(stage="loan")
    assert (duty.subject_id, duty.assignee_id, duty.due_at.date()) == (loan.archive_id, world.people["steward"].pk, date(2026, 3, 4))
    ticking.tick(moment("03-05 09:00"))
    assert make.fresh(duty).met_at is None
    services.return_archive(loan, act=act("03-06 10:00"))
    duty = make.fresh(duty)
    assert duty.met_at == moment("03-06 10:00")
    assert duty.met_at > duty.due_at
    said = JournalEntry.objects.visible_to(act()).get(fact="customers.archive.returned")
    assert said.payload["was_late"] is True


@pytest.mark.parametrize(
    ("due", "purpose", "fields"), [(date(2026, 3, 1), "", ["due_on", "purpose"]), (date(2026, 3, 2), " ", ["purpose"])]
)
def test_a_loan_says_until_when_and_what_for(world, act, due, purpose, fields):
    folder = make.archive()
    with pytest.raises(BadInput) as no:
        services.lend_archive(folder, borrower=world.people["steward"], due_on=due, purpose=purpose, act=act())
    assert [reason.field for reason in no.value.reasons] == fields


# -- telling others ------------------------------------------------------------------------------
WHAT = {"to_whom": "某派出所", "reason": "协查函第 12 号", "what": "住户登记表"}


@pytest.mark.rule("CUS-010")
def test_nothing_is_disclosed_without_the_managers_leave_for_exactly_this(world, act):
    folder = make.archive()
    with pytest.raises(GateClosed) as no:
        services.disclose_archive(folder, act=act("10:00"), **WHAT)
    assert no.value.rules == ["CUS-010"]
    rulebook.ask_at_gate(DiscloseArchive.of(folder, act=act("10:01"), **WHAT), act=act("10:01"))
    make.approve(folder, by=world.people["office_manager"], at=moment("10:30"))
    with pytest.raises(GateClosed):
        services.disclose_archive(folder, act=act("10:40"), **(WHAT | {"to_whom": "某中介"}))
    told = services.disclose_archive(folder, act=act("10:41"), **WHAT)
    assert told.number == "PL-20260302-0001"
    with pytest.raises(GateClosed):  # it serves once
        services.disclose_archive(folder, act=act("10:42"), **WHAT)
    entry = JournalEntry.objects.visible_to(act()).get(fact="customers.archive.disclosed")
    assert "派出所" not in str(entry.payload)


@pytest.mark.rule("CUS-010")
@pytest.mark.parametrize("missing", list(WHAT))
def test_a_disclosure_says_whom_why_and_what(world, act, missing):
    with pytest.raises(GateClosed) as no:
        services.disclose_archive(make.archive(), act=act(), **(WHAT | {missing: " "}))
    assert len(no.value.reasons) == 2  # what is missing, and the leave


@pytest.mark.rule("CUS-010")
def test_the_ledger_of_disclosures_stays(world):
    told = make.archive_disclosure()
    rows = ArchiveDisclosure.objects.unscoped("tests").filter(pk=told.pk)
    for spoil in (lambda: rows.update(to_whom="别人"), lambda: rows.update(archive=make.archive()), lambda: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()
    assert rows.update(to_whom="", reason="", what="") == 1  # forgetting a person is no change of the ledger


# -- binding -------------------------------------------------------------------------------------
@pytest.mark.rule("CUS-018")
def test_each_year_what_the_last_one_left_is_owed_to_be_bound_by_class(world, act):
    item = make.archive_item()
    ticking.draw_due(moment("03-02 09:00"))
    assert not owed("CUS-018").exists()  # filed this year
    in_2027 = moment("03-02 09:00").replace(year=2027)
    ticking.draw_due(in_2027)
    [duty] = owed("CUS-018")
    assert (duty.subject_id, timezone.localtime(duty.due_at).year, duty.met_at) == (world.project.pk, 2028, None)
    binding = services.bind_archives(project=world.project, kind="household", year=2026, act=act(in_2027))
    assert make.fresh(duty).met_at == in_2027
    assert (binding.items_count, make.fresh(item).binding) == (1, binding)
    [paper] = files.of(binding)
    assert files.read(paper, act=act(by="office_manager")).startswith(b"%PDF-")
    assert paper.sha256 == binding.sha256
    with pytest.raises(IllegalMove):
        services.correct_paper(make.fresh(item), title="改名", act=act(in_2027))
    assert replay.differences(world.company.pk)[1] == []


@pytest.mark.rule("CUS-018")
def test_a_year_is_bound_once_and_not_before_it_is_over(world, act):
    item = make.archive_item()
    with pytest.raises(BadInput):
        services.bind_archives(project=world.project, kind="household", year=2026, act=act())
    in_2027 = act(moment("03-02 10:00").replace(year=2027))
    services.bind_archives(project=world.project, kind="household", year=2026, act=in_2027)
    with pytest.raises(IllegalMove):
        services.bind_archives(project=world.project, kind="household", year=2026, act=in_2027)
    make.archive_item(archive=item.archive)
    with pytest.raises(Conflict):
        services.bind_archives(project=world.project, kind="household", year=2026, act=in_2027)


# -- sampled -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "list_", [pytest.param(seed.TRUTH, marks=pytest.mark.rule("CUS-020")), pytest.param(seed.ORDER, marks=pytest.mark.rule("CUS-039"))]
)
def test_what_was_looked_at_is_told_as_a_sample_of_the_folders(world, act, list_):
    one, _other = make.archive_item().archive, make.archive_item()
    run = quality.start_check(
        project=world.project, checklist=quality_rows.list_in_use(list_, act()), subject=one, act=act(by="desk_supervisor")
    )
    answers = {item.pk: Answer("yes") for item in run.checklist.items.all()}
    run = quality.answer_check(run, answers=answers, act=act(by="desk_supervisor"))
    quality.complete_check(run, remark="无", act=act("10:10", by="desk_supervisor"))
    [binding] = [one for one in registry.checklists if one.list == list_]
    sample = sampling.sample(binding, world.project, moment("11:00"))
    assert (sample.population, sample.looked_at, sample.passed) == (2, 1, 1)
    assert run.checklist.items.count() == (10 if list_ == seed.TRUTH else len(seed.ORDER_WORDS))


# -- how complete --------------------------------------------------------------------------------
def test_the_score_says_what_is_missing_and_whose_task_it_is():
    none = papers.completeness("household", held=(), known={}, placed=False)
    assert (none.score, [one.code for one in none.missing]) == (0, ["move_in", "consent", "place"])
    decorated = papers.completeness("household", held={"move_in", "consent"}, known={"decorated": True}, placed=True)
    assert (decorated.score, [(one.code, one.whose) for one in decorated.missing]) == (
        64,
        [("engineering", "engineering_head"), ("decoration", "steward")],
    )
    assert papers.completeness("household", held={"move_in", "consent"}, known={}, placed=True).score == 100
    parts = papers.completeness("business", held={paper.code for paper in papers.PAPERS["business"]}, known={}, placed=True, parts_empty=1)
    assert [one.code for one in parts.missing] == ["parts"]


def test_scores_of_many_folders_cost_a_handful_of_queries(world, act, django_assert_max_num_queries):
    for _turn in range(4):
        make.archive_item()
    rows = list(holdings.archives(act()))
    with django_assert_max_num_queries(4):
        scores = holdings.completeness_of(rows)
    assert {score.score for score in scores.values()} == {66}
    assert selectors.customers(act()).count() == 4

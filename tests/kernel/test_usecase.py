"""One function, one transaction, one permission, one name; and what was recorded is chained."""

import threading

import pytest
from django.db import connection, connections, transaction

from guanjia.kernel import journal, once
from guanjia.kernel.errors import BadInput, Conflict, NotAllowed, NotFound, Refusal
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.querysets import Unscoped
from guanjia.kernel.usecase import USECASES, attempt, usecase, whole
from guanjia.org import services as org
from guanjia.org.models import Person
from tests import make, nets


def lines(world, fact=None):
    rows = JournalEntry.objects.unscoped("tests").filter(company_id=world.company.pk).order_by("seq")
    return list(rows.filter(fact=fact) if fact else rows)


def test_a_query_without_an_act_is_refused(world, act):
    with pytest.raises(Unscoped):
        list(Person.objects.filter(name="王师傅"))
    with pytest.raises(Unscoped):
        Person.objects.count()
    with pytest.raises(Unscoped):
        Person.objects.all().delete()
    assert Person.objects.visible_to(act()).filter(name="王师傅").exists()


def test_foreign_and_missing_ids_answer_alike(world, act):
    other = make.world(name="别的小区", code="OT")
    answers = set()
    for id in (other.people["desk_agent"].pk, "0198a000-0000-7000-8000-000000000000", "not-an-id", ""):
        with pytest.raises(NotFound) as no:
            Person.objects.find(act(), id)
        answers.add((no.value.headline, tuple(no.value.reasons)))
    assert len(answers) == 1


def test_somebody_without_the_post_is_refused_and_nothing_is_written(world, act):
    before = len(lines(world))
    with pytest.raises(NotAllowed):
        org.register_person(project=world.project, login="x", name="新人", act=act("10:00", by="technician"))
    assert len(lines(world)) == before
    assert not Person.objects.unscoped("tests").filter(name="新人").exists()


def test_another_companys_project_is_refused(world, act):
    other = make.world(name="别的小区", code="OT")
    with pytest.raises(NotAllowed):
        org.register_person(project=other.project, login="x", name="新人", act=act("10:00", by="office_manager"))


def test_all_reasons_come_at_once(world, act):
    with pytest.raises(BadInput) as no:
        org.register_person(project=world.project, login="", name=" ", act=act("10:00", by="office_manager"))
    assert [r.field for r in no.value.reasons] == ["login", "name"]


def test_the_chain_holds_and_a_touched_line_shows(world, act):
    org.change_person(world.people["technician"], phone="+8613800138000", act=act("10:00", by="office_manager"))
    seen, fault = journal.verify(world.company.pk)
    assert (seen, fault) == (len(lines(world)), "")
    entry = lines(world)[5]
    with nets.owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_journalentry DISABLE TRIGGER journal_entry_append_only")
        cursor.execute("UPDATE kernel_journalentry SET by_name = '别人' WHERE id = %s", [entry.id])
        cursor.execute("ALTER TABLE kernel_journalentry ENABLE TRIGGER journal_entry_append_only")
    assert "第 6 条" in journal.verify(world.company.pk)[1]


def test_the_database_refuses_to_change_the_journal(world):
    for statement in ("UPDATE kernel_journalentry SET by_name = 'x'", "DELETE FROM kernel_journalentry", "DELETE FROM kernel_journalabout"):
        with pytest.raises(Exception, match=r"append-only|permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        with nets.owner(), pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_an_attempt_that_is_refused_is_written_down_and_spoils_nothing(world, act):
    technician = world.people["technician"]

    def outer():
        org.change_person(technician, phone="+8613800138001", act=act("10:00", by="office_manager"))
        return attempt(org.set_password, technician, password="x" * 12, act=act("10:00", by="desk_agent"))

    assert whole(outer) is None
    assert make.fresh(technician).phone == "+8613800138001"
    refused = lines(world, "kernel.attempt.refused")
    assert [line.payload["usecase"] for line in refused] == ["org.person.set_password"]
    assert journal.verify(world.company.pk)[1] == ""


def test_a_failed_use_case_leaves_no_line(world, act):
    before = len(lines(world))

    def fails():
        org.change_person(world.people["technician"], phone="1", act=act("10:00", by="office_manager"))
        raise Refusal(["no"])

    with pytest.raises(Refusal):
        whole(fails)
    assert len(lines(world)) == before


def test_a_use_case_name_is_unique(world):
    with pytest.raises(TypeError):

        @usecase("org.person.register")
        def somebody_else(*, project, act):
            return None

    assert USECASES["org.person.register"].usecase == "org.person.register"


@pytest.mark.django_db(transaction=True)
def test_one_key_acts_once_however_many_press(transactional_db):
    world = make.world()
    act = world.act(make.BEGINNING, "office_manager")
    answers, start = [], threading.Barrier(8)

    def press():
        start.wait()
        try:
            answers.append(
                once.perform(
                    "person:1",
                    "key-1",
                    "digest",
                    lambda: {"id": str(org.register_person(project=world.project, login="only", name="只一个", act=act).pk)},
                )
            )
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len({answer["id"] for answer, _replayed in answers}) == 1
    assert sum(not replayed for _answer, replayed in answers) == 1
    assert Person.objects.unscoped("tests").filter(name="只一个").count() == 1
    with pytest.raises(Conflict):
        once.perform("person:1", "key-1", "another digest", dict)


def test_a_refused_request_leaves_its_key_free(world, act):
    def refused():
        raise BadInput(["no"])

    with pytest.raises(BadInput):
        once.perform("person:1", "key-2", "d", refused)
    assert once.perform("person:1", "key-2", "d", lambda: {"ok": 1}) == ({"ok": 1}, False)
    assert once.perform("person:1", "key-2", "d", lambda: {"ok": 2}) == ({"ok": 1}, True)

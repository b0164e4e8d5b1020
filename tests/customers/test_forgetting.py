"""A customer who is forgotten: nothing readable is left in any room, nor in a backup that is brought back."""

from contextlib import contextmanager
from datetime import date
from uuid import uuid4

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from guanjia.customers import services as customers
from guanjia.customers.forgetting import objections
from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.kernel import erasing, files, records, vault
from guanjia.kernel.act import Grant
from guanjia.kernel.errors import IllegalMove
from guanjia.kernel.ids import Ref
from guanjia.kernel.models import DestructionCertificate, JournalEntry
from guanjia.kernel.vault import ledger
from guanjia.org.roles import ROLES
from tests import make, nets

CARD, PHONE, NAME = "11010519491231002X", "13912345678", "尉迟静姝"
CANARIES = (CARD, "1949-12-31", PHONE, "+86" + PHONE, NAME, "yuchi", "水晶吊灯", "床头柜")


@pytest.fixture
def customer(world, act):
    """Somebody with a case that was closed, a note, a file and a proof of what he said."""
    customer = make.customer(name=NAME, phones=(PHONE,), id_no=CARD, birth_date=date(1949, 12, 31), note="床头柜有猫")
    case = make.case(customer=customer, content="水晶吊灯漏水", customer_name=NAME, customer_phone=PHONE)
    files.attach(case, name=f"{NAME}.png", content=make.glass(), act=world.system)
    desk.withdraw_case(case, reason="不用了", act=world.system.at_moment(make.TEN))
    return make.fresh(customer)


def everything() -> str:
    """All that lies in the database, as one text."""
    texts = []
    with nets.owner(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


def forget(customer, world, basis="request"):
    return customers.forget_customer(customer, basis=basis, act=world.system.at_moment(make.TEN))


def test_nothing_readable_is_left_in_any_table(customer, world):
    before = everything()
    assert {NAME, "水晶吊灯", "床头柜"} <= {canary for canary in CANARIES if canary in before}
    forget(customer, world)
    after = everything()
    assert [canary for canary in CANARIES if canary in after] == []


def test_rows_numbers_and_the_journal_stay(customer, world):
    with_case = Case.objects.unscoped("tests").get(customer=customer)
    lines = JournalEntry.objects.unscoped("tests").count()
    forget(customer, world)
    assert make.fresh(with_case).number == with_case.number
    assert make.fresh(customer).number == customer.number
    assert JournalEntry.objects.unscoped("tests").count() == lines + 1


def test_the_certificate_says_what_was_destroyed_and_names_nobody(customer, world):
    mark = vault.fingerprint_of(customer.pk)
    certificate = forget(customer, world)
    assert certificate.content["key"] == mark
    assert certificate.content["rows"]["desk.case"] == 1
    assert certificate.content["columns"]["P3"] == 2
    assert certificate.content["files"] == 1
    assert NAME not in str(vars(certificate))


def test_what_stands_against_it_comes_all_at_once(world, act):
    customer = make.customer(name=NAME)
    make.occupancy(customer=customer)
    make.case(customer=customer)
    records.hold(customer, reason="与物业公司的诉讼", act=world.system)
    with pytest.raises(IllegalMove) as no:
        forget(customer, world)
    said = [str(reason.message) for reason in no.value.reasons]
    assert [word for word in ("诉讼", "迁出", "办结诉求") if any(word in one for one in said)] == ["诉讼", "迁出", "办结诉求"]


def test_a_hold_on_a_case_keeps_the_customer_too_until_it_is_lifted(customer, world):
    case = Case.objects.unscoped("tests").get(customer=customer)
    hold = records.hold(case, reason="仲裁取证", act=world.system)
    with pytest.raises(IllegalMove, match="仲裁"):
        forget(customer, world)
    records.lift(case, hold=hold, reason="已结案", act=world.system)
    assert objections(make.fresh(customer), basis="request", act=world.system) == []
    forget(customer, world)


def test_the_database_itself_destroys_nothing_held(customer, world):
    records.hold(customer, reason="诉讼", act=world.system)
    with pytest.raises(IntegrityError), transaction.atomic():
        vault.destroy_key(Ref.to(customer), company_id=customer.company_id, at=make.TEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        records.certify(customer, basis="request", content={}, act=world.system)


def test_when_the_keeping_is_the_basis_the_clauses_are_asked(customer, world):
    with pytest.raises(IllegalMove) as no:
        forget(customer, world, basis="expired")
    assert "KB-021" in no.value.rules


def test_who_was_forgotten_is_not_filled_in_again_nor_forgotten_twice(customer, world):
    forget(customer, world)
    with pytest.raises(IllegalMove):
        customers.change_customer(make.fresh(customer), id_no=CARD, act=world.system)
    with pytest.raises(IllegalMove):
        forget(make.fresh(customer), world)
    assert DestructionCertificate.objects.unscoped("tests").count() == 1


def test_only_the_privacy_officer_may():
    """Forget, copy, and end a hold: whatever else a role may do with customers."""
    moves = ("customers.customer.forget", "customers.customer.copy", "kernel.record.lift")
    may = {seed.code for seed in ROLES for move in moves if Grant(uuid4(), frozenset(seed.permissions)).allows(move)}
    assert may == {"privacy_officer"}


def test_others_keep_what_is_theirs(customer, world):
    other = make.customer(name="王小明", phones=("13800138000",), id_no="11010519491231002X")
    forget(customer, world)
    assert vault.opened(make.fresh(other), "id_no", "tests") == CARD
    assert other.numbers() == ["+8613800138000"]


@pytest.mark.django_db(transaction=True)
def test_a_restored_backup_shows_nothing(customer, world):
    with backup() as bring_back:
        forget(customer, world)
        assert customer.pk in ledger.destroyed()
        bring_back()
        assert NAME in everything()
        with pytest.raises(vault.KeyGone):  # even before anybody reconciled
            vault.opened(make.fresh(customer), "id_no", "tests")
        assert erasing.reconcile() == [Ref.to(customer)]
        assert [canary for canary in CANARIES if canary in everything()] == []
        assert erasing.reconcile() == []


@contextmanager
def backup():
    """The database as it is now, and a way to put it in the place of the one in use."""
    name = f"{connection.settings_dict['NAME']}_backup"
    used = connection.settings_dict["NAME"]

    def server(statement: str) -> None:
        connection.close()
        with psycopg.connect(**connection.get_connection_params() | {"dbname": "postgres", "autocommit": True}) as one:
            one.execute(statement)

    server(f'CREATE DATABASE "{name}" TEMPLATE "{used}"')
    try:
        yield lambda: connection.settings_dict.update(NAME=name) or connection.close()
    finally:
        connection.settings_dict.update(NAME=used)
        server(f'DROP DATABASE "{name}" WITH (FORCE)')


# -- corrections ---------------------------------------------------------------------------------
@pytest.mark.rule("CUS-031")
def test_a_correction_keeps_prints_of_what_was_and_is_and_no_value(world, act):
    customer = make.customer(name="王小名", phones=(PHONE,), id_no=CARD)
    customers.change_customer(make.fresh(customer), name="王小明", phones=["13800138000"], act=act())
    entry = JournalEntry.objects.unscoped("tests").filter(subject_id=customer.pk, fact="customers.customer.changed").get()
    was, now = entry.payload["prints"]["name"]
    assert (was, now) == (vault.digest(customer, "name", "王小名"), vault.digest(customer, "name", "王小明"))
    assert set(entry.payload["fields"]) == {"name", "phones"}
    assert not {"王小名", "王小明", PHONE} & set(str(entry.payload).split("'"))


@pytest.mark.rule("CUS-031")
def test_owner_data_is_entered_searched_and_modified_by_post(world, act):
    with pytest.raises(Exception, match="岗位不能"):
        customers.change_customer(make.customer(), name="别人", act=act(by="technician"))
    assert customers.change_customer(make.customer(), name="别人", act=act(by="steward")).name == "别人"


# -- a person with several files -------------------------------------------------------------------
@pytest.fixture
def merged(customer, world, act):
    """His other file, with its own number and case, that was merged into the first."""
    other = make.customer(name=f"{NAME}女士", phones=("13987654321",), note="水仙花过敏")
    case = make.case(customer=other, content="琉璃瓦松动", customer_name=NAME, customer_phone="13987654321")
    desk.withdraw_case(case, reason="不用了", act=world.system.at_moment(make.TEN))
    return customers.merge_customer(make.fresh(other), into=make.fresh(customer), act=act("10:00", by="desk_supervisor"))


def test_the_whole_person_is_forgotten_not_one_of_his_files(customer, merged, world):
    before = everything()
    more = (*CANARIES, "13987654321", "水仙花", "琉璃瓦")
    assert {"13987654321", "水仙花", "琉璃瓦"} <= {canary for canary in more if canary in before}
    forget(make.fresh(customer), world)
    after = everything()
    assert [canary for canary in more if canary in after] == []
    assert make.fresh(merged).forgotten_at == make.fresh(customer).forgotten_at == make.TEN
    assert DestructionCertificate.objects.unscoped("tests").count() == 2


def test_what_holds_one_file_holds_the_person(customer, merged, world):
    records.hold(merged, reason="与物业公司的诉讼", act=world.system)
    with pytest.raises(IllegalMove) as no:
        forget(make.fresh(customer), world)
    assert "与物业公司的诉讼" in str(no.value.reasons)
    assert make.fresh(merged).forgotten_at is None


def test_nobody_is_forgotten_by_half(customer, merged, world):
    with pytest.raises(IllegalMove) as no:
        forget(make.fresh(merged), world)
    assert customer.number in no.value.reasons[0].message

"""Sensitive values: sealed in the database, masks everywhere else, opened for a reason, gone with their key."""

import copy
import json
import pickle
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from django.db import IntegrityError, connection, transaction

from guanjia.customers.models import Customer
from guanjia.kernel import fixed, vault
from guanjia.kernel.ids import Ref
from guanjia.kernel.vault import keys, master
from tests import make, nets

CARD = "11010519491231002X"
MASK = "110***********002X"
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def customer(world):
    return make.fresh(make.customer(id_no=CARD, birth_date=date(1949, 12, 31)))


def column(customer, name="id_no"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM customers_customer WHERE id = %s", [customer.pk])
        return cursor.fetchone()[0]


def test_what_is_read_is_a_mask_wherever_it_goes(customer):
    seen = [str(customer.id_no), repr(customer.id_no), f"{customer.id_no}", json.dumps([customer.id_no]), "%s" % customer.id_no]
    assert {text.strip("[]\"'") for text in seen} == {MASK}
    assert str(customer.birth_date) == "****-**-**"


def test_the_database_holds_no_plain_value(customer):
    assert CARD not in column(customer)
    assert "1949" not in column(customer, "birth_date")


def test_it_is_opened_for_a_reason_of_the_closed_list(customer):
    assert vault.opened(customer, "id_no", "reveal") == CARD
    assert vault.opened(customer, "birth_date", "rule") == date(1949, 12, 31)
    with pytest.raises(ValueError):
        vault.opened(customer, "id_no", "because")


def test_many_are_opened_with_one_query(world, django_assert_num_queries):
    people = [make.fresh(make.customer(id_no=CARD)) for _ in range(3)]
    with django_assert_num_queries(1):
        found = vault.opened_all(people, ["id_no", "birth_date"], "copy")
    assert [found[one.pk] for one in people] == [{"id_no": CARD, "birth_date": None}] * 3


def test_a_text_moved_to_another_row_or_column_opens_for_nobody(customer):
    other = make.customer(birth_date=date(2000, 1, 1))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET id_no = %s WHERE id = %s", [column(customer), other.pk])
    with pytest.raises(InvalidTag):
        vault.opened(make.fresh(other), "id_no", "tests")


def test_plain_text_cannot_be_stored_by_any_way(customer):
    with pytest.raises(TypeError), transaction.atomic():
        Customer.objects.unscoped("tests").filter(pk=customer.pk).update(id_no=CARD)
    with pytest.raises(TypeError):
        list(Customer.objects.unscoped("tests").filter(id_no=CARD))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET id_no = %s WHERE id = %s", [CARD, customer.pk])


@pytest.mark.parametrize("how", [lambda one: one.save(), lambda one: Customer.objects.bulk_create([one]), fixed.store])
def test_every_way_of_inserting_seals(world, how):
    one = Customer(project=world.project, name="王小明", id_no=CARD, number="KH-1")
    how(one)
    assert vault.opened(make.fresh(one), "id_no", "tests") == CARD
    assert CARD not in column(one)


def test_equal_numbers_have_one_blind_index_in_a_company_and_none_between_companies(customer, world):
    same = make.fresh(make.customer(name="别人", id_no=CARD))
    assert same.id_no_blind == customer.id_no_blind == vault.blind(Customer, "id_no", world.company.pk, CARD)
    assert vault.blind(Customer, "id_no", uuid4(), CARD) != same.id_no_blind
    assert same.id_no != customer.id_no


def test_a_mask_that_comes_back_means_that_it_stays(customer):
    assert vault.given(customer, "id_no", vault.Masked(MASK)) is None
    assert vault.given(customer, "id_no", "") == ""
    with pytest.raises(vault.fields.BadInput):
        vault.given(customer, "id_no", vault.Masked("999***********9999"))


def test_a_value_not_stored_yet_does_not_travel(world):
    one = Customer(project=world.project, name="王小明", id_no=CARD)
    assert str(copy.deepcopy(one.id_no)) == MASK
    with pytest.raises(TypeError):
        pickle.dumps(one.id_no)


def test_a_stored_one_travels_shut(customer):
    back = pickle.loads(pickle.dumps(customer.id_no))
    assert (back, CARD in repr(pickle.dumps(customer.id_no))) == (customer.id_no, False)


# -- keys ----------------------------------------------------------------------------------------
def test_without_the_key_nothing_is_read_and_no_key_comes_back(customer):
    mark = vault.destroy_key(Ref.to(customer), company_id=customer.company_id, at=NOW)
    assert len(mark) == 64
    with pytest.raises(vault.KeyGone):
        vault.opened(customer, "id_no", "tests")
    with pytest.raises(IntegrityError), transaction.atomic():
        keys.made_for(customer.pk, customer.company_id, "customers.customer")


def test_a_tombstone_is_never_taken_out(customer):
    vault.destroy_key(Ref.to(customer), company_id=customer.company_id, at=NOW)
    with nets.owner(), pytest.raises(IntegrityError), transaction.atomic():
        fixed.run("DELETE FROM kernel_destroyedkey", [])


def test_a_new_master_key_wraps_what_the_old_one_wrapped(customer, settings):
    old, new = master.file().read_text().strip(), master.fresh()
    settings.GUANJIA_MASTER_KEY = f"{new},{old}"
    assert keys.rewrap_companies() >= 1
    settings.GUANJIA_MASTER_KEY = new
    assert vault.opened(customer, "id_no", "tests") == CARD
    settings.GUANJIA_MASTER_KEY = old
    with pytest.raises(master.MasterKeyError):
        vault.opened(customer, "id_no", "tests")


def test_the_master_key_is_readable_by_us_alone(customer):
    assert oct(master.file().stat().st_mode & 0o777) == "0o600"

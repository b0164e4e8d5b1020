"""A period is signed once, as it stood, and received by another."""

import hashlib

import pytest
from django.db import IntegrityError, connection, transaction

from guanjia.kernel import files
from guanjia.kernel.errors import BadInput, Conflict, IllegalMove, NotAllowed
from guanjia.quality import selectors
from guanjia.quality import services as quality
from tests import make

PDF = b"%PDF-1.7 signed"


@pytest.fixture
def signed(world, act):
    return quality.sign_off(
        project=world.project,
        register="visits",
        period="2026-02",
        title="二月走访台账",
        pdf=PDF,
        content={"owed": 3},
        act=act("10:00", by="office_manager"),
    )


@pytest.fixture
def company(world):
    make.staff(world, "service_manager", name="郑总")
    person, _post = make.staff(world, "service_manager", name="白经理")
    world.people["service_manager"] = person
    return person


def test_the_paper_is_kept_with_its_checksum(signed, act):
    [paper] = files.of(signed, role=quality.SIGNED)
    assert files.read(paper, act=act()) == PDF
    assert signed.sha256 == hashlib.sha256(PDF).hexdigest() == paper.sha256
    assert signed.signer_as == "管理处经理"
    assert list(selectors.signoffs("visits", act("11:00", by="office_manager"))) == [signed]


def test_once_for_register_scope_and_period(signed, world, act):
    again = {"project": world.project, "register": "visits", "title": "又一次", "pdf": PDF, "content": {}, "act": act(by="office_manager")}
    with pytest.raises(Conflict):
        quality.sign_off(period="2026-02", **again)
    assert quality.sign_off(period="2026-02", scope="3 栋", **again)
    assert quality.sign_off(period="2026-03", **again)


def test_only_people_who_may_sign(world, act):
    for who in (act(by="desk_agent"), world.system):
        with pytest.raises(NotAllowed):
            quality.sign_off(project=world.project, register="visits", period="2026-02", title="x", pdf=PDF, content={}, act=who)


def test_the_company_receives_once_and_never_the_signer(signed, company, world, act):
    with pytest.raises(NotAllowed):
        quality.receive_signoff(signed, act=act("11:00", by="office_manager"))
    received = quality.receive_signoff(signed, words="收到", act=act("11:00", by="service_manager"))
    assert (received.receiver, received.words) == (company, "收到")
    with pytest.raises(IllegalMove):
        quality.receive_signoff(signed, act=act("12:00", by="service_manager"))


def test_the_signer_does_not_receive_even_if_he_may(company, world, act):
    own = quality.sign_off(
        project=world.project, register="visits", period="2026-01", title="x", pdf=PDF, content={}, act=act(by="service_manager")
    )
    with pytest.raises(BadInput):
        quality.receive_signoff(own, act=act("11:00", by="service_manager"))


@pytest.mark.parametrize("change", ["content = '{}'", "sha256 = 'x'", "signer_as = 'x'", "period = '2026-01'"])
def test_nothing_of_it_changes_whoever_writes(signed, change):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE quality_signoff SET {change}")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM quality_signoff")

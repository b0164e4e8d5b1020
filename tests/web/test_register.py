"""The screens of a register, tried on people: an ordinary one whose rows belong to the company."""

import pytest

from guanjia.org.models import Person
from tests import make


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["office_manager"])
    return client


def test_the_list_shows_who_works_here(world, manager):
    make.person(name="欧阳铁柱")
    page = manager.get("/r/person/")
    assert page.status_code == 200
    assert "欧阳铁柱" in page.content.decode()


def test_a_new_person_is_registered_through_the_use_case(world, manager):
    form = manager.get("/r/person/new")
    assert form.status_code == 200
    answer = manager.post(
        "/r/person/new", {"login": "tie.zhu", "name": "铁柱", "phone": "13800138000", "skills": "水、电", "form_key": "k" * 20}
    )
    assert answer.status_code == 302, answer.content.decode()
    person = Person.objects.unscoped("tests").get(login="tie.zhu")
    assert (person.name, person.skills) == ("铁柱", ["水", "电"])
    page = manager.get(answer["Location"])
    assert "铁柱" in page.content.decode()
    assert manager.get(f"/r/person/{person.pk}/history").status_code == 200
    assert manager.get(f"/r/person/{person.pk}/edit").status_code == 200


def test_search_finds_people(world, manager):
    make.person(name="欧阳铁柱")
    assert "欧阳铁柱" in manager.get("/search?q=欧阳").content.decode()
    assert "欧阳铁柱" in manager.get("/search/suggest?q=欧阳").content.decode()
    assert "欧阳铁柱" in manager.get("/r/person/options?q=欧阳").content.decode()

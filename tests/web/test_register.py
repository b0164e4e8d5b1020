"""The screens of a register, tried on people: an ordinary one whose rows belong to the company."""

import html
import re

import pytest

from guanjia.kernel import files
from guanjia.org.models import Person
from tests import make
from tests.conftest import moment


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


def test_what_is_missing_is_said_in_our_words(world, manager):
    page = manager.post("/r/post/new", {"form_key": "k" * 20}).content.decode()
    assert "请填写。" in page
    assert "请选择。" in page
    assert "这个字段" not in page


def test_chosen_columns_are_remembered_for_the_session(world, manager):
    manager.post("/r/person/columns", {"column": ["name", "language"], "form_key": "k" * 20, "next": "/r/person/?q=a"})
    heads = manager.get("/r/person/").content.decode().split("<thead>")[1].split("</thead>")[0]
    assert ("界面语言" in heads, "手机" in heads) == (True, False)
    manager.post("/r/person/columns", {"form_key": "l" * 20})
    assert "手机" in manager.get("/r/person/").content.decode().split("<thead>")[1].split("</thead>")[0]


def test_a_page_further_on_keeps_filters_and_order(world, manager, monkeypatch):
    monkeypatch.setattr("guanjia.web.table.PAGE_SIZE", 2)
    for n in range(5):
        make.person(name=f"铁柱{n}")
    seen, address = [], "/r/person/?q=铁柱&sort=-name"
    while address:
        page = manager.get(address).content.decode()
        seen += [n for n in range(5) if f"铁柱{n}<" in page.split("<tbody>")[1]]
        onward = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        address = "/r/person/" + html.unescape(onward[1]) if onward else ""
    assert sorted(seen) == [0, 1, 2, 3, 4]
    assert "共 5 条" in page


def test_an_edit_goes_through_the_use_case_and_into_the_history(world, manager):
    person = make.person(name="铁柱")
    values = {"name": "铁牛", "phone": "", "skills": "", "version": person.version, "form_key": "k" * 20}
    assert manager.post(f"/r/person/{person.pk}/edit", values).status_code == 302
    assert make.fresh(person).name == "铁牛"
    history = manager.get(f"/r/person/{person.pk}/history").content.decode()
    assert "人员资料已修改" in history
    assert "人员已登记" in history
    assert "陈经理" in history


def test_a_file_is_for_those_who_may_see_what_it_hangs_on(world, manager, client):
    building = make.building()
    attached = files.attach(building, name="图.png", content=make.glass(), act=world.act(moment("10:00"), "office_manager"))
    answer = manager.get(f"/files/{attached.pk}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == files.read(attached, act=world.act(moment("10:00"), "office_manager"))
    stranger = make.world(name="别处", code="BC")
    client.force_login(stranger.people["office_manager"])
    assert client.get(f"/files/{attached.pk}").status_code == 404
    assert client.get("/files/00000000-0000-0000-0000-000000000000").status_code == 404

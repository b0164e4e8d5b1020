"""A form acts once: pressed twice, sent again, sent twenty times at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from guanjia.kernel.models import JournalEntry, OnceKey
from guanjia.org.models import Person
from tests import make

KEY = "a-key-of-this-form-only"


def filled(**values):
    return {"login": "tie.zhu", "name": "铁柱", "phone": "", "skills": "", "form_key": KEY} | values


def signed_in(world) -> Client:
    client = Client()
    client.force_login(world.people["office_manager"])
    return client


def people_called(login: str) -> int:
    return Person.objects.unscoped("tests").filter(login=login).count()


def test_a_second_click_gets_the_first_answer(world):
    client = signed_in(world)
    first = client.post("/r/person/new", filled())
    again = client.post("/r/person/new", filled())
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"]
    assert people_called("tie.zhu") == 1
    assert JournalEntry.objects.unscoped("tests").filter(fact="org.person.registered", payload__name="铁柱").count() == 1


def test_the_same_key_with_other_words_is_a_conflict(world):
    client = signed_in(world)
    client.post("/r/person/new", filled())
    other = client.post("/r/person/new", filled(login="other", name="另一人"))
    assert other.status_code == 409
    assert people_called("other") == 0


def test_a_refused_form_leaves_no_trace_and_its_key_free(world):
    make.person(name="铁柱甲")
    client = signed_in(world)
    refused = client.post("/r/person/new", filled(name=""))
    assert refused.status_code == 422
    assert not OnceKey.objects.filter(key=KEY).exists()
    assert client.post("/r/person/new", filled()).status_code == 302


def test_a_refusal_of_the_use_case_rolls_everything_back(world):
    taken = make.person(name="铁柱甲").login
    client = signed_in(world)
    refused = client.post("/r/person/new", filled(login=taken))
    assert refused.status_code == 422
    assert "已被使用" in refused.content.decode()
    assert not OnceKey.objects.filter(key=KEY).exists()


def test_a_form_without_a_key_is_not_acted_upon(world):
    values = filled()
    del values["form_key"]
    answer = signed_in(world).post("/r/person/new", values)
    assert answer.status_code == 400
    assert "这张表单已失效" in answer.content.decode()
    assert people_called("tie.zhu") == 0


def test_the_key_of_one_person_is_not_the_key_of_another(world):
    signed_in(world).post("/r/person/new", filled())
    other = Client()
    other.force_login(make.staff(world, "office_manager", name="另一位经理")[0])
    assert other.post("/r/person/new", filled(login="second")).status_code == 302
    assert people_called("second") == 1


def test_every_rendered_form_has_a_key_of_its_own(world):
    client = signed_in(world)
    keys = {client.get("/r/person/new").content.decode().split('name="form_key" value="')[1][:24] for _turn in range(3)}
    assert len(keys) == 3


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_make_one_person():
    world = make.world(roles=("office_manager",))
    clients = [signed_in(world) for _ in range(20)]

    def send(client: Client):
        try:
            return client.post("/r/person/new", filled())
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(send, clients))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert people_called("tie.zhu") == 1
    assert JournalEntry.objects.unscoped("tests").filter(fact="org.person.registered", payload__name="铁柱").count() == 1


def test_every_file_of_a_form_reaches_the_view_whole(world, settings):
    def keep(request):
        return HttpResponse("|".join(file.read().decode() for file in request.FILES.getlist("photo")))

    class Addresses:
        urlpatterns = [path("keep", keep)]

    settings.ROOT_URLCONF = Addresses
    client = signed_in(world)
    photos = {"photo": [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")], "form_key": KEY}
    assert client.post("/keep", photos).content == b"one|two"

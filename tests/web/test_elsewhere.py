"""Signing in with another house's account: who is one of ours comes in, and no word of a liar counts."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client
from joserfc.jwk import RSAKey

from guanjia.kernel.errors import BadInput, Conflict
from guanjia.org import services as org
from guanjia.org.models import Device
from tests import make
from tests.web.identity_house import IdentityHouse


@pytest.fixture
def house():
    opened = IdentityHouse()
    yield opened
    opened.close()


@pytest.fixture
def provider(world, house):
    return make.identity_provider(issuer=house.issuer, name="集团统一登录")


def there_and_back(client, provider, onward="/duties/"):
    """Off to the other house, signed in there, and back with its code."""
    away = client.get(f"/login/with/{provider.pk}/", {"next": onward})
    assert away.status_code == 302
    back = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    return client.get(urlsplit(back).path, parse_qs(urlsplit(back).query))


def is_in(client):
    return client.get("/duties/").status_code == 200


def test_one_of_ours_comes_in_and_goes_on(world, house, provider, client):
    house.login = world.people["desk_agent"].login.upper()
    assert "用集团统一登录登录" in client.get("/login/").content.decode()
    assert there_and_back(client, provider)["Location"] == "/duties/"
    assert is_in(client)
    assert Device.objects.unscoped("tests").get(person=world.people["desk_agent"]).way == "oidc"


def test_nobody_is_made_and_nobody_of_another_company_comes_in(house, provider):
    stranger = make.world(name="别处", code="BC").people["desk_agent"]
    left = make.newest().people["technician"]
    for login in ("nobody", "", stranger.login, left.login):
        house.login, client = login, Client()
        assert there_and_back(client, provider)["Location"] == "/login/"
        assert not is_in(client)


def test_a_groups_house_lets_its_sisters_people_in(world, house):
    sister = make.world(name="姊妹园", code="ZM")
    org.found_group(name="安居集团", companies=[world.company, sister.company])
    provider = make.identity_provider(project=world.project, issuer=house.issuer, for_group=True)
    house.login = sister.people["desk_agent"].login
    client = Client()
    there_and_back(client, provider)
    assert is_in(client)


@pytest.mark.parametrize(
    "lie",
    [{"iss": "https://evil.example"}, {"aud": "somebody"}, {"exp": 1}, {"nonce": "another"}],
    ids=["issuer", "audience", "late", "nonce"],
)
def test_a_word_that_is_not_for_us_does_not_count(world, house, provider, client, lie):
    house.login, house.lie = world.people["desk_agent"].login, lie
    assert there_and_back(client, provider)["Location"] == "/login/"
    assert not is_in(client)


def test_a_word_signed_by_another_key_does_not_count(world, house, provider, client):
    house.login, house.key = world.people["desk_agent"].login, RSAKey.generate_key(2048, {"kid": "one"})
    assert there_and_back(client, provider)["Location"] == "/login/"
    assert not is_in(client)


def test_an_answer_that_this_browser_never_asked_for_does_not_count(world, house, provider, client):
    house.login = world.people["desk_agent"].login
    away = Client().get(f"/login/with/{provider.pk}/")
    back = requests.get(away["Location"], allow_redirects=False, timeout=5).headers["Location"]
    assert client.get(urlsplit(back).path, parse_qs(urlsplit(back).query))["Location"] == "/login/"
    assert not is_in(client)


def test_a_house_that_is_down_says_so(provider, house, client):
    house.close()
    assert client.get(f"/login/with/{provider.pk}/")["Location"] == "/login/"
    assert "现在连不上" in client.get("/login/").content.decode()


def test_one_that_was_switched_off_is_offered_no_more(provider, world, client):
    org.change_identity_provider(provider, is_active=False, act=world.system)
    assert "集团统一登录" not in client.get("/login/").content.decode()
    assert client.get(f"/login/with/{provider.pk}/").status_code == 404


def test_an_address_without_tls_is_refused_and_the_secret_never_shown(world, provider):
    with pytest.raises(Conflict, match="https"):
        make.identity_provider(issuer="http://id.example.cn")
    assert "s3cret" not in str(provider.client_secret)
    with pytest.raises(BadInput) as no:
        org.register_identity_provider(project=world.company, name="", issuer="", client_id="", for_group=True, act=world.system)
    assert len(no.value.reasons) == 4

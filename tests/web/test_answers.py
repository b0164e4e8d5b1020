"""What holds for every answer: headers, refusals as help, the same answer for foreign and missing."""

import re

import pytest
from django.test import Client
from django.urls import path

from guanjia import urls
from guanjia.kernel import clock
from guanjia.kernel.errors import BadInput, Conflict, GateClosed, IllegalMove, NotAllowed, NotFound, Reason
from tests import make
from tests.conftest import moment

REFUSALS = {
    "gate": (GateClosed([Reason("缺投诉回访", rule="FUP-001"), Reason("缺业主签字")]), 422),
    "input": (BadInput([Reason("金额须大于 0", field="amount")]), 422),
    "move": (IllegalMove("已关闭"), 409),
    "conflict": (Conflict("别人已改过"), 409),
    "post": (NotAllowed("不归您管"), 403),
    "none": (NotFound(), 404),
}


def refuse(request, kind):
    raise REFUSALS[kind][0]


class Addresses:
    urlpatterns = [path("refuse/<str:kind>", refuse), *urls.urlpatterns]
    handler404 = urls.handler404


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["office_manager"])
    return client


@pytest.fixture
def refusing(manager, settings):
    settings.ROOT_URLCONF = Addresses
    return manager


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_is_a_page_with_every_reason(refusing, kind):
    refusal, status = REFUSALS[kind]
    answer = refusing.get(f"/refuse/{kind}")
    assert answer.status_code == status
    page = answer.content.decode()
    assert "<html" in page
    if status not in (403, 404):
        assert all(str(reason.message) in page for reason in refusal.reasons)
        assert all(rule in page for rule in refusal.rules)


@pytest.mark.parametrize("kind", REFUSALS)
def test_htmx_gets_the_panel_alone_and_is_told_where_to_put_it(refusing, kind):
    answer = refusing.get(f"/refuse/{kind}", headers={"HX-Request": "true"})
    assert answer.status_code == REFUSALS[kind][1]
    assert answer.headers["HX-Retarget"] == "#refusals"
    assert "<html" not in answer.content.decode()
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_post_says_the_same(refusing, kind):
    assert refusing.post(f"/refuse/{kind}", {"form_key": "k" * 20}).status_code == REFUSALS[kind][1]


def test_browsers_may_do_little_with_our_pages(manager):
    answer = manager.get("/r/person/")
    policy = answer.headers["Content-Security-Policy"]
    for rule in (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Permissions-Policy"].startswith("camera=(self), geolocation=(self)")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-ID"]


def test_pages_hold_nothing_that_the_policy_forbids(manager):
    for address in ("/r/person/", "/r/person/new", "/r/person/import", "/search?q=陈"):
        page = manager.get(address).content.decode()
        for word in (" style=", " onclick=", " onchange=", " hx-on", "<style", "javascript:"):
            assert word not in page, f"{address}: {word}"


def test_without_signing_in_nothing_is_shown(db):
    client = Client()
    for address in ("/r/person/", "/search?q=x", "/r/person/export.csv", "/nowhere-at-all/"):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location", "")[:7]) in ((302, "/login/"), (404, ""))
    htmx = client.get("/r/person/", headers={"HX-Request": "true"})
    assert (htmx.status_code, htmx.headers["HX-Redirect"]) == (204, "/login/?next=/r/person/")


def test_foreign_and_missing_answer_alike(manager):
    mine = make.newest()
    foreign = make.world(name="别处", code="BC")
    person = make.person(project=foreign.project)
    with clock.travelling(moment("10:00")):
        answers = [manager.get(f"/r/person/{id}/") for id in (person.pk, "00000000-0000-0000-0000-000000000000")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({said(answer) for answer in answers}) == 1
    assert mine.company != foreign.company


def said(answer) -> str:
    """A page without what is new each time: the forgery token, the request's id, the address asked for."""
    return re.sub(r"\"form_key\" value=\"[^\"]*|[A-Za-z0-9]{64}|[0-9a-f-]{36}|[0-9a-f]{16}", "", answer.content.decode())


def test_an_unknown_address_looks_like_a_missing_row(manager):
    assert manager.get("/nothing/here").status_code == 404
    assert "没有这个页面" in manager.get("/nothing/here").content.decode()


def test_the_request_id_is_kept_if_it_is_one(manager):
    assert manager.get("/healthz", headers={"X-Request-ID": "abcd1234-5678"}).headers["X-Request-ID"] == "abcd1234-5678"
    assert manager.get("/healthz", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"] != "<script>"

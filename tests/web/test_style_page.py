"""The look of the product stands in the product: /style shows every component to whoever signed in, in their language."""

import pytest


@pytest.fixture
def agent(world, client):
    client.force_login(world.people["desk_agent"])
    return client


def test_the_style_page_is_a_page_of_the_product(agent):
    answer = agent.get("/style")
    assert answer.status_code == 200
    assert "<h1" in answer.text
    assert "button-primary" in answer.text
    assert "style-src 'self'" in answer.headers["Content-Security-Policy"]


def test_it_speaks_the_language_of_its_reader(agent):
    agent.cookies["django_language"] = "en"
    assert "Bathroom ceiling leaks" in agent.get("/style").text
    agent.cookies["django_language"] = "zh-hant"
    assert "洗手間頂漏水" in agent.get("/style").text


def test_it_is_not_for_strangers(client):
    assert client.get("/style").status_code == 302

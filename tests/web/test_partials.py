"""One template, whole or in part."""

import pytest
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError

from guanjia.web.partials import find_fragment, page


def test_htmx_gets_the_fragment_and_a_browser_the_page(rf, world):
    whole = page(rf.get("/"), "web/register/search.html#results", text="铁柱", groups=[])
    part = page(rf.get("/", headers={"HX-Request": "true"}), "web/register/search.html#results", text="铁柱", groups=[])
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert part.content.decode().strip().startswith('<div id="results"')
    assert part.content.decode().strip() in whole.content.decode()


@pytest.mark.parametrize("headers", [{"HX-Boosted": "true"}, {"HX-History-Restore-Request": "true"}])
def test_a_boosted_link_gets_the_whole_page(rf, world, headers):
    answer = page(rf.get("/", headers={"HX-Request": "true"} | headers), "web/register/search.html#results", text="", groups=[])
    assert "<html" in answer.content.decode()


def test_a_fragment_that_is_not_there_is_a_bug(rf, world):
    with pytest.raises(TemplateDoesNotExist):
        page(rf.get("/", headers={"HX-Request": "true"}), "web/register/search.html#nothing")


def test_a_fragment_is_drawn_in_its_place_too():
    template = Template("{% load web %}a{% fragment middle %}<b>{{ x }}</b>{% endfragment %}c")
    assert template.render(Context({"x": "<"})) == "a<b>&lt;</b>c"
    assert find_fragment(template, "middle").name == "middle"


@pytest.mark.parametrize("source", ["{% load web %}{% fragment %}{% endfragment %}", "{% load web %}{% fragment a b %}{% endfragment %}"])
def test_a_fragment_has_one_name(source):
    with pytest.raises(TemplateSyntaxError):
        Template(source)

"""Templates: each is reached from code, each component says its parameters."""

import re
from collections.abc import Iterable

from tests.tidy.laws import checked, law, python, templates

NAMED = re.compile(r"""["']([\w/.{}-]+\.(?:html|txt|svg|xml))(?:#[\w-]+)?["']""")
TAG = re.compile(r"\{%\s*(\w+)")
COMMENT = re.compile(r"\{#.*?#\}|\{%\s*comment.*?%\}(?s:.*?)\{%\s*endcomment\s*%\}", re.DOTALL)


def name_of(source) -> str:
    """What a loader calls it: web/components/button.html."""
    return source.path.partition("/templates/")[2]


def names_in(text: str) -> set[str]:
    """The templates that a text of Python or of a template names; a tag fills the component of its name, whichever face has it."""
    return set(NAMED.findall(text)) | {f"{{face}}/components/{tag}.html" for tag in TAG.findall(text)}


def dead(texts: dict[str, str], named_by_code: set[str]) -> set[str]:
    """Names of templates that neither code nor a living template reaches. `texts`: name -> its text."""
    living, fresh = set(), among(texts, named_by_code)
    while fresh:
        living |= fresh
        fresh = among(texts, {name for one in fresh for name in names_in(texts[one])}) - living
    return set(texts) - living


def among(texts: Iterable[str], named: set[str]) -> set[str]:
    """The templates that are named; f"errors/{status}.html" names each that fits."""
    patterns = [re.compile(re.sub(r"\\\{.*?\\\}", r"[\\w-]+", re.escape(name))) for name in named if "{" in name]
    return {text for text in texts if text in named or any(pattern.fullmatch(text) for pattern in patterns)}


#: found by Django or a library under a fixed name
FIXED = {"404.html", "403.html", "400.html", "500.html", "403_csrf.html"}


def test_no_template_is_dead():
    texts = {name_of(source): source.text for source in templates()}
    code = {name for source in python() for name in names_in(source.text)}
    assert dead(texts, code | FIXED) == set()


def test_a_dead_template_is_seen():
    texts = {"a.html": "{% include 'b.html' %}", "b.html": "", "c.html": "{% include 'd.html' %}", "d.html": ""}
    assert dead(texts, {"a.html"}) == {"c.html", "d.html"}
    assert dead({"e/404.html": "", "e/x/500.html": ""}, {"e/{status}.html"}) == {"e/x/500.html"}
    assert names_in('render(request, "console/case.html#closure")') == {"console/case.html"}
    assert names_in('{% button "去" %}') == {"{face}/components/button.html"}
    assert dead({"a.html": "{% notice %}", "web/components/notice.html": ""}, {"a.html"}) == set()


def test_every_named_template_exists():
    there = {name_of(source) for source in templates()}
    named = {name for source in (*python(), *templates()) for name in NAMED.findall(COMMENT.sub("", source.text))}
    tops = {name.split("/")[0] for name in there}
    ours = {name for name in named if name.endswith((".html", ".txt")) and "{" not in name and name.split("/")[0] in tops}
    assert ours - there == set()


@law(
    read=templates,
    where=lambda source: "/components/" in source.path,
    example="guanjia/web/templates/web/components/button.html",
    good=["{# A button. label: what it says #}\n<button>", "{% comment %}\nA button.\nlabel  what it says\n{% endcomment %}<button>"],
    bad=["<button>{{ label }}</button>", "{% load i18n %}<button>", "{# #}<button>"],
)
def components_say_their_parameters(source):
    """A component begins with a comment: what it is and what it takes."""
    head = re.match(r"\s*(?:\{%\s*load[^%]*%\}\s*)*(\{#\s*\w.*?#\}|\{%\s*comment\s*%\}\s*\w)", source.text, re.DOTALL)
    if not head:
        yield 1, "no comment on its parameters"


test_kept, test_examples = checked(components_say_their_parameters)

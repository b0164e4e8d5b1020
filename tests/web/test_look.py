"""The style page shows every component in each state, and what the components are made of is all there."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, TemplateSyntaxError, engines
from django.template.loader import get_template
from django.test.signals import template_rendered
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from guanjia.web import look, moments
from guanjia.web.components import DRAWINGS, TONES
from guanjia.web.templatetags import look as tags

WEB = Path(tags.__file__).parents[1]
STATIC = WEB / "static" / "web"
NOW = datetime(2026, 3, 1, 16, 46, tzinfo=UTC)


def drawn(source: str, **context) -> str:
    return engines["django"].engine.from_string("{% load look %}" + source).render(Context({"now": NOW, **context}))


@pytest.fixture(scope="module")
def style_page():
    """The page's markup, and the names of the templates that went into it."""
    names = set()

    def note(template, **_):
        names.add(template.name)

    for drawing in DRAWINGS.values():
        drawing.remembered.cache_clear()
    template_rendered.connect(note)
    with translation.override("zh-hans"):
        markup = get_template("web/style.html").render(look.style_page_context(NOW))
    template_rendered.disconnect(note)
    return markup, names


def test_the_style_page_shows_every_component(style_page):
    _, names = style_page
    components = {f"web/components/{path.name}" for path in (WEB / "templates" / "web" / "components").glob("*.html")}
    assert components - names == set()


def test_the_style_page_shows_every_phase_state_and_tone(style_page):
    markup, _ = style_page
    for phase in set(moments.Countdown.SIGNS) - {"open"}:
        assert f'data-phase="{phase}"' in markup
    for tone in set(TONES) - {"neutral"}:
        assert f"badge-{tone}" in markup
    for icon in look.ICONS:
        assert f"#{icon}" in markup


def test_the_style_page_holds_nothing_the_content_policy_forbids(style_page):
    markup, _ = style_page
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\bsrc=)|hx-on", markup)


def test_what_was_drawn_is_remembered_by_its_values_and_language():
    before = DRAWINGS["badge"].remembered.cache_info()
    assert drawn("{% badge words tone='warn' %}", words="只此一次") == drawn("{% badge words tone='warn' %}", words="只此一次")
    after = DRAWINGS["badge"].remembered.cache_info()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses + 1)
    lazy = gettext_lazy("紧急")
    with translation.override("zh-hans"):
        said = drawn("{% badge words %}", words=lazy)
    with translation.override("en"):
        assert drawn("{% badge words %}", words=lazy) != said


def test_text_is_never_taken_for_the_same_text_marked_safe():
    text = "<b>三楼</b>"
    assert text in drawn("{% badge words %}", words=mark_safe(text))
    assert text not in drawn("{% badge words %}", words=text)
    assert text in drawn("{% badge words %}", words=mark_safe(text))


def test_every_stylesheet_and_script_is_linked_and_the_order_of_layers_comes_first():
    head = drawn("{% stylesheets %}{% scripts %}")
    sheets, scripts = re.findall(r"web/css/([\w-]+)", head), re.findall(r"web/js/([\w-]+)", head)
    assert sheets[0] == "layers"
    assert sorted(sheets) == sorted(path.stem for path in (STATIC / "css").glob("*.css"))
    assert sorted(scripts) == sorted(path.stem for path in (STATIC / "js").glob("*.js"))


def test_every_icon_asked_for_is_drawn_and_shown():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    asked = {
        name
        for path in WEB.rglob("*.html")
        for name in re.findall(r"""\{% icon "([\w-]+)"|\b(?:icon|trail)="([\w-]+)\"""", path.read_text())
        for name in name
        if name
    }
    assert asked <= sprite
    assert set(moments.Countdown.SIGNS.values()) <= sprite


def test_every_class_of_a_component_has_a_style():
    """A class in a component that no stylesheet knows is a slip of the pen."""
    sheets = "".join(path.read_text() for path in (STATIC / "css").glob("*.css"))
    known = set(re.findall(r"\.([a-z][\w-]*)", sheets))
    hooks = {"language-switch", "duties-none", "need-all-met", "wrong-code", "countdown"}
    for path in (WEB / "templates" / "web").rglob("*.html"):
        plain = re.sub(
            r"\{%.*?%\}|\{\{.*?\}\}", " ", re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)
        )
        for classes in re.findall(r'class="([^"]*)"', plain):
            whole = {name for name in classes.split() if re.fullmatch(r"[a-z][\w-]*[\w]", name)}
            assert whole <= known | hooks, path.name


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% badge "逾期" tone="late" %}', '<span class="badge badge-late">逾期</span>'),
        ('{% state "completed" "已完工" %}', 'badge-good" data-state="completed" data-fill="full"'),
        ('{% state "unheard_of" "别的" %}', 'class="badge state"'),
        (
            '{% button "派工" hx_post="/x/" data_once=True disabled=False %}',
            '<button type="button" class="button" hx-post="/x/" data-once>',
        ),
        ('{% button "看" href="/x/" tone="primary" %}', '<a href="/x/" class="button button-primary">'),
        ('{% phone "138****2046" %}', '<span class="num nowrap">138****2046</span>'),
        ('{% phone "010-8888 6666" %}', 'href="tel:01088886666"'),
        ('{% icon "bell" label="提醒" %}', 'role="img" aria-label="提醒"'),
        ('{% panel "房屋" %}甲{% slot "foot" %}乙{% endslot %}{% endpanel %}', '<footer class="panel-foot">乙</footer>'),
    ],
)
def test_a_tag_writes(source, expected):
    assert expected in drawn(source)


def test_slots_belong_to_the_component_around_them():
    markup = drawn('{% panel "外" %}{% slot "actions" %}甲{% endslot %}{% panel "内" %}乙{% endpanel %}{% endpanel %}')
    assert markup.count("panel-actions") == 1
    assert markup.index("甲") < markup.index("内")


def test_what_people_wrote_stays_text():
    assert "&lt;b&gt;" in drawn("{% badge name %}", name="<b>")
    assert "&lt;b&gt;" in drawn("{% facts pairs %}", pairs=[("名", "<b>")])
    assert "&lt;b&gt;<br>x" in drawn("{{ text|lines }}", text="<b>\nx")
    assert "&lt;b&gt;" in drawn("{% table columns rows %}", columns=[{"label": "名"}], rows=[{"cells": ["<b>"]}])


def test_an_unknown_tone_is_refused():
    with pytest.raises(TemplateSyntaxError, match="no tone"):
        drawn('{% badge "x" tone="purple" %}')


def test_a_countdown_without_a_moment_is_refused():
    with pytest.raises(TemplateSyntaxError, match="now"):
        drawn("{% countdown due=due %}", now=None, due=NOW)


def test_a_button_inside_a_duty_carries_the_form_key():
    item = {"clause": "回访", "due_at": NOW, "button": {"label": "回访", "url": "/x/", "method": "post"}}
    markup = drawn("{% duties items %}", items=[item], form_key="k1", csrf_token="c1")
    assert 'name="form_key" value="k1"' in markup
    assert 'name="csrfmiddlewaretoken" value="c1"' in markup


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=9), "9秒"),
        (timedelta(minutes=4, seconds=5), "4分05秒"),
        (timedelta(minutes=34, seconds=59), "34分钟"),
        (timedelta(hours=2, minutes=14), "2小时14分"),
        (timedelta(hours=2), "2小时"),
        (timedelta(days=1, hours=3), "1天3小时"),
        (timedelta(days=3), "3天"),
        (timedelta(days=12, hours=5), "12天"),
    ],
)
def test_a_span_is_said_in_two_units_at_most(length, said):
    with translation.override("zh-hans"):
        assert moments.span(length) == said


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(minutes=34), "今天 00:12"),
        (timedelta(hours=1), "昨天 23:46"),
        (timedelta(hours=-30), "明天 06:46"),
        (timedelta(days=20), "2月10日 00:46"),
        (timedelta(days=400), "2025年1月26日 00:46"),
    ],
)
def test_a_moment_is_said_as_people_say_it(ago, said):
    with translation.override("zh-hans"):
        assert moments.moment(NOW - ago, NOW) == said


@pytest.mark.parametrize(
    ("given_at", "phase", "words"),
    [
        ({"due": 30, "opened": -60}, "running", "剩 30分钟"),
        ({"due": 20, "opened": -70}, "soon", "剩 20分钟"),
        ({"due": -20, "opened": -70}, "late", "逾期 20分钟"),
        ({"due": 20, "opened": -70, "met": -1}, "met", "按时完成"),
        ({"due": -20, "opened": -70, "met": -9}, "met-late", "迟11分钟完成"),
        ({"due": 80, "opened": -20, "paused": -10}, "paused", "暂停中，剩 1小时30分"),
        ({"due": -20, "opened": -80, "paused": -10}, "paused", "暂停中，已逾期"),
        ({"due": 9000, "starts": 60}, "sleeping", "今天 01:46起算"),
        ({"due": 20, "voided": -1, "met": -2}, "void", "不再需要"),
        ({"due": 20, "opened": -1}, "running", "剩 20分钟"),
        ({"due": 50}, "soon", "剩 50分钟"),
        ({}, "open", "未定时限"),
    ],
)
def test_a_promise_stands_against_the_clock(given_at, phase, words):
    clock = moments.Countdown(NOW, **{name: NOW + timedelta(minutes=minutes) for name, minutes in given_at.items()})
    with translation.override("zh-hans"):
        assert (clock.phase, clock.words) == (phase, words)


minutes = st.integers(-10_000, 10_000).map(lambda m: NOW + timedelta(minutes=m))
maybe = st.none() | minutes


@given(st.builds(moments.Countdown, now=minutes, due=maybe, opened=maybe, starts=maybe, met=maybe, voided=maybe, paused=maybe))
def test_every_promise_can_be_said(clock):
    assert clock.words
    assert clock.sign
    assert clock.used is None or 0 <= clock.used <= 100
    if clock.ticks:
        assert clock.due is not None

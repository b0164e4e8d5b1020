"""The scripts do in a real browser what the components promise. Pages and answers come from here; no server runs."""

import io
import re
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, engines
from django.utils import translation
from PIL import Image

from guanjia.web import look, moments

pytestmark = pytest.mark.browser

NOW = datetime(2026, 3, 1, 16, 46, tzinfo=UTC)
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class Visit:
    """One visitor's page drawn from a template source, and what its forms handed in."""

    def __init__(self, context, house):
        self.context, self.house = context, house
        self.page = context.new_page()
        self.broken: list[str] = []
        self.page.on("pageerror", lambda error: self.broken.append(str(error)))

    @property
    def taken(self) -> list[str]:
        return self.house.taken

    def open(self, content: str, **context):
        return self.show('{% extends "web/base_field.html" %}{% load look %}{% block content %}' + content + "{% endblock %}", **context)

    def show(self, source: str, **context):
        with translation.override("zh-hans"):
            template = engines["django"].engine.from_string(source)
            self.house.page = template.render(Context(look.style_page_context(NOW) | context)).encode()
        self.page.goto(self.house.address)
        return self.page


class Answers(BaseHTTPRequestHandler):
    """The page that was drawn last at any address, the static files, and a place that takes forms."""

    def do_GET(self):
        found = finders.find(self.path.removeprefix("/static/")) if self.path.startswith("/static/") else None
        body, kind = (Path(found).read_bytes(), KINDS[Path(found).suffix]) if found else (self.server.page, "text/html; charset=utf-8")
        self.answer(body, kind, age=3600 if found else 0)

    def do_POST(self):
        self.server.taken.append(self.rfile.read(int(self.headers["Content-Length"])).decode(errors="replace"))
        self.answer(b"<p>taken</p>", "text/html", age=0)

    def answer(self, body: bytes, kind: str, age: int):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", f"max-age={age}")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Tests say what went wrong themselves."""


@pytest.fixture(scope="module")
def house():
    """A small web server of our own on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.daemon_threads = True
    server.address, server.page, server.taken = f"http://127.0.0.1:{server.server_port}/", b"", []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser_context(chromium):
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def desk(browser_context, house):
    house.taken = []
    visit = Visit(browser_context, house)
    yield visit
    if visit.page.url.startswith(house.address):
        visit.page.evaluate("() => localStorage.clear()")
    visit.page.close()
    browser_context.clear_cookies()
    assert visit.broken == []


FORM = """
<form method="post" action="/take" enctype="multipart/form-data" {0}>
<input type="hidden" name="form_key" value="K1"><textarea name="note"></textarea>{1}
<button type="submit" class="button"><span>交</span></button></form>
"""


def test_the_browser_says_a_span_as_the_server_does(desk):
    lengths = [9, 245, 600, 2099, 7200, 8040, 86_400, 97_200, 259_200, 1_054_800]
    clocks = [{"due_at": NOW + timedelta(seconds=length + 30, milliseconds=500)} for length in lengths]
    page = desk.open("{% for clock in some %}{% countdown of=clock %}{% endfor %}", some=clocks)
    page.wait_for_timeout(1500)
    said = page.locator("count-down .countdown-words").all_inner_texts()
    with translation.override("zh-hans"):
        near = [{f"剩 {moments.span(timedelta(seconds=length + 30 - late))}" for late in range(12)} for length in lengths]
    assert all(one in choices for one, choices in zip(said, near, strict=True)), said


def test_a_promise_turns_late_before_ones_eyes(desk):
    page = desk.open("{% countdown due=due opened=opened %}", due=NOW + timedelta(seconds=2), opened=NOW - timedelta(seconds=60))
    page.wait_for_selector('count-down[data-phase="late"]')
    assert re.fullmatch(r"逾期 \d+秒", page.inner_text(".countdown-words"))
    assert page.locator("count-down progress").count() == 0
    assert page.get_attribute("count-down use", "href").endswith("#warn")


def test_a_form_pressed_three_times_is_sent_once(desk):
    page = desk.open(FORM.format("data-once", ""))
    page.evaluate("() => { const button = document.querySelector('form button'); button.click(); button.click(); button.click(); }")
    page.wait_for_selector("text=taken")
    assert len(desk.taken) == 1


def test_what_was_typed_is_there_again_after_the_page_was_lost(desk):
    page = desk.open(FORM.format('data-draft="order-1"', ""))
    page.fill("textarea", "水从上面滴下来")
    page.reload()
    assert page.input_value("textarea") == "水从上面滴下来"
    assert "已恢复" in page.inner_text("form")


def test_without_a_network_a_form_waits_and_is_handed_in_with_its_key(desk):
    page = desk.open(FORM.format("data-queue data-once", ""))
    desk.context.set_offline(True)
    page.wait_for_selector(".offline:visible")
    page.fill("textarea", "水从上面滴下来")
    page.click("form button")
    page.wait_for_selector("text=内容已存在手机里")
    assert desk.taken == []
    desk.context.set_offline(False)
    page.wait_for_selector("text=已交上去")
    assert len(desk.taken) == 1
    assert "K1" in desk.taken[0]
    assert "水从上面滴下来" in desk.taken[0]


def test_a_photo_shrinks_before_it_travels(desk):
    large = io.BytesIO()
    Image.linear_gradient("L").resize((2400, 1800)).save(large, "JPEG")
    page = desk.open(FORM.format("", '{% photo_input "photos" %}'))
    page.set_input_files("photo-input input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()})
    page.wait_for_selector("[data-photo] img")
    chosen = "document.querySelector('photo-input input').files"
    measure = "picture => [picture.width, picture.height]"
    assert page.evaluate(f"() => createImageBitmap({chosen}[0]).then({measure})") == [1600, 1200]
    page.click("[data-photo]")
    assert page.evaluate(f"() => {chosen}.length") == 0


def test_a_signature_is_demanded_and_kept_as_a_picture(desk):
    page = desk.open(FORM.format("", '{% signature "sign" signer="周文静" %}'))
    page.click("form > button")
    assert page.locator("signature-pad[data-missing]").count() == 1
    assert desk.taken == []
    sheet = page.locator("signature-pad canvas").bounding_box()
    page.mouse.move(sheet["x"] + 40, sheet["y"] + 60)
    page.mouse.down()
    page.mouse.move(sheet["x"] + 180, sheet["y"] + 100, steps=6)
    page.mouse.up()
    assert page.input_value("input[name=sign]").startswith("data:image/png;base64,")
    page.click("form > button")
    page.wait_for_selector("text=taken")
    assert "data:image/png;base64," in desk.taken[0]


def test_keys_walk_rows_and_open_dialogs(desk):
    button = "{% button '转交' data_dialog='pass' keys='g t' %}"
    page = desk.open("{% table columns rows select='pick' %}" + button + "{% dialog 'pass' '转交' %}<input name='to'>{% enddialog %}")
    for key in "jjx":
        page.keyboard.press(key)
    assert "CS-20260302-0040" in page.inner_text("tr.current")
    assert not page.locator("tr.current input").is_checked()
    page.keyboard.press("g")
    page.keyboard.press("t")
    assert page.locator("dialog#pass").evaluate("dialog => dialog.open")
    assert page.evaluate("() => document.activeElement.name") == "to"
    page.keyboard.press("Escape")
    assert not page.locator("dialog#pass").evaluate("dialog => dialog.open")


def test_the_chosen_theme_is_kept(desk):
    page = desk.open("{% theme_switch %}")
    page.click('[data-theme-choice="dark"]')
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    assert [cookie["value"] for cookie in desk.context.cookies() if cookie["name"] == "theme"] == ["dark"]
    page.click('[data-theme-choice="auto"]')
    assert page.evaluate("() => document.documentElement.dataset.theme") is None


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_the_style_page_needs_no_sideways_scrolling(desk, width):
    desk.page.set_viewport_size({"width": width, "height": 900})
    page = desk.show('{% extends "web/style.html" %}')
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width

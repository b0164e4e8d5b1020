"""A PDF is made of a template and plain data: always the same bytes, and never anything but text from people."""

import subprocess
from datetime import UTC, datetime
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.kernel import documents

AT = datetime(2026, 3, 2, 2, 0, 0, 123456, tzinfo=UTC)
TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set text(font: "Noto Sans SC")
#set document(title: data.words)
#data.words"""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    path = tmp_path_factory.mktemp("paper") / "words.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_the_same_words_are_the_same_bytes(template):
    made = [documents.render(template, {"words": "电梯困人"}, at=AT) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-1.7")
    assert documents.render(template, {"words": "电梯修好"}, at=AT) != made[0]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_only_text(template, words):
    assert documents.render(template, {"words": words}, at=AT).startswith(b"%PDF-")


@pytest.mark.skipif(which("pdftotext") is None, reason="pdftotext is not here")
def test_markup_is_printed_and_not_obeyed(template, tmp_path):
    words = '#panic(1) *粗* $x$ #import "/etc/passwd": * \\u{41} </text>'
    paper = tmp_path / "a.pdf"
    paper.write_bytes(documents.render(template, {"words": words}, at=AT))
    printed = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == words


def test_a_template_reaches_nothing_outside_its_folder(tmp_path):
    wrong = tmp_path / "inside" / "wrong.typ"
    wrong.parent.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    wrong.write_text('#read("../secret.txt")')
    with pytest.raises(RuntimeError):
        documents.render(wrong, {}, at=AT)
    wrong.write_text('#import "@preview/cetz:0.3.0": *')
    with pytest.raises(RuntimeError):
        documents.render(wrong, {}, at=AT)

"""Everything that is read meets WCAG AA, in light and in dark: computed from the tokens themselves."""

import re
from itertools import product
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "guanjia" / "web" / "static" / "web" / "css"
TOKENS = (CSS / "tokens.css").read_text()
GROUNDS = ("canvas", "surface", "raised", "sunken")
TONES = ("info", "good", "warn", "danger")
SOFT = tuple(f"{tone}-soft" for tone in ("brand", "mute", "care", *TONES))

READ = {  # 4.5 : 1
    *product(("ink", "ink-2", "ink-3"), (*GROUNDS, "brand-soft", "danger-soft")),
    *product(("ink", "ink-2"), SOFT),
    *product(("brand-ink", *(f"{tone}-ink" for tone in TONES)), GROUNDS),
    *((f"{tone}-ink", f"{tone}-soft") for tone in ("brand", "mute", "care", *TONES)),
    ("brand-strong", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-late", "late"),
    ("on-mark", "mark"),
    *product(("on-shell", "on-shell-2"), ("shell", "shell-2")),
}
SEEN = {  # 3 : 1, bounds of controls, focus, bars, dots
    *product(("line-2", "focus", "brand", "good", "warn", "danger", "late", "info"), ("canvas", "surface", "raised")),
    ("focus", "brand-soft"),
    ("shell-mark", "shell-2"),
    ("shell-mark", "shell"),
    ("brand", "line"),
    ("warn", "line"),
    ("late", "danger-soft"),
}


def block(selector: str) -> dict[str, str]:
    """The custom properties of one block of tokens.css."""
    body = re.search(re.escape(selector) + r"\s*\{(.*?)\n\s*\}", TOKENS, re.DOTALL).group(1)
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))


LIGHT, DARK = block(':root, [data-theme="light"]'), block('\n  [data-theme="dark"]')


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("theme", "values"), [("light", LIGHT), ("dark", DARK)])
@pytest.mark.parametrize(("pairs", "least"), [(READ, 4.5), (SEEN, 3)], ids=["read", "seen"])
def test_every_pair_meets_aa(theme, values, pairs, least):
    short = {f"{ink} on {ground}": round(ratio, 2) for ink, ground in pairs if (ratio := contrast(values[ink], values[ground])) < least}
    assert short == {}, theme


def test_the_machine_s_dark_is_the_chosen_dark():
    assert block(":root:not([data-theme])") == DARK
    assert LIGHT.keys() == DARK.keys()


def test_colours_stand_in_the_tokens_alone():
    """Paper to sign on is white at night too, and a caption lies on a photo; nothing else names a colour."""
    allowed = {"base.css": {"#fff", "#000"}, "photos.css": {"#fff", "#a8aeac", "#5f6a6d"}, "plain.css": {"#000"}}
    for sheet in CSS.glob("*.css"):
        if sheet.name != "tokens.css":
            colours = set(re.findall(r"#[0-9a-f]{3,8}\b(?![^{}]*\{)", sheet.read_text()))
            assert colours <= allowed.get(sheet.name, set()), sheet.name


def test_every_variable_exists():
    defined = set(re.findall(r"--([\w-]+):", "".join(sheet.read_text() for sheet in CSS.glob("*.css"))))
    used = {name for sheet in CSS.glob("*.css") for name in re.findall(r"var\(--([\w-]+)", sheet.read_text())}
    assert used <= defined

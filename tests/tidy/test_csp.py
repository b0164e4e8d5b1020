"""The content security policy allows no inline script, style or handler, so no template holds one."""

import re

from tests.tidy.laws import checked, files, law, templates

INLINE = {
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)[^>]*>", re.I),
    "inline style": re.compile(r"<style\b", re.I),
    "style attribute": re.compile(r"<[a-z][^<>]*\sstyle\s*=", re.I),
    "event handler": re.compile(r"<[a-z][^<>]*\son[a-z]+\s*=", re.I),
    "hx-on": re.compile(r"\bhx-on[:=-]", re.I),
    "javascript: address": re.compile(r"[\"']\s*javascript:", re.I),
    "hx-vals that evaluate": re.compile(r"hx-(?:vals|headers)\s*=\s*[\"']\s*(?:js|javascript):", re.I),
}
TAG = re.compile(r"\{[{%#].*?[}%#]\}", re.DOTALL)


@law(
    read=templates,
    example="guanjia/web/templates/web/page.html",
    good=[
        '<script type="module" src="{% static \'a.js\' %}"></script>',
        '<p class="style" data-on="click">',
        '<input {% if x > 3 %}disabled{% endif %} name="condition">',
        '<div data-countdown="{{ due }}">',
        '<svg fill="none"><path d="M0"/></svg>',
    ],
    bad=[
        "<script>alert(1)</script>", '<script type="module">import x</script>', "<style>p{}</style>", '<p style="color:red">',
        '<a onclick="go()">', '<div\n  class="x"\n  onload="go()">', '<a href="javascript:go()">', '<form hx-on::after-request="x()">',
        "<p class=\"a\" {% if x %}style='top:{{ y }}px'{% endif %}>",
    ],
)  # fmt: skip
def nothing_inline(source):
    """`script-src 'self'; style-src 'self'`: behaviour and looks live in files, values in data- attributes."""
    plain = TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag.group()), source.text)
    for what, pattern in INLINE.items():
        for found in pattern.finditer(plain):
            yield plain.count("\n", 0, found.start()) + 1, what


@law(
    read=lambda: files(".py"),
    where=lambda source: source.room in ("web", "registers", "faces"),
    example="guanjia/web/templatetags/look.py",
    good=["format_html('<p class=\"{}\">', tone)", "x = 'style'"],
    bad=["format_html('<p style=\"width:{}%\">', share)", "mark_safe('<a onclick=\"go()\">')", "x = '<script>go()</script>'"],
)
def nothing_inline_from_python(source):
    """The same for markup that Python writes."""
    for what in ("inline script", "inline style", "style attribute", "event handler", "hx-on"):
        for found in INLINE[what].finditer(source.text):
            yield source.text.count("\n", 0, found.start()) + 1, what


@law(
    read=lambda: files(".js"),
    where=lambda source: "/static/" in source.path and "/vendor/" not in source.path,
    example="guanjia/web/static/web/js/menu.js",
    good=["node.classList.add('open')", "node.textContent = text", "const retrieval = 3"],
    bad=[
        "eval('x')",
        "new Function('x')",
        "node.innerHTML = text",
        "document.write(x)",
        "setTimeout('go()', 3)",
        "n.insertAdjacentHTML('beforeend', t)",
    ],
)
def scripts_build_no_markup(source):
    """Text from people becomes a text node, never markup; nothing is evaluated."""
    pattern = re.compile(r"\beval\(|new Function\(|\.(?:inner|outer)HTML\s*=|document\.write\(|insertAdjacentHTML\(|setTimeout\(\s*[\"'`]")
    for found in pattern.finditer(source.text):
        yield source.text.count("\n", 0, found.start()) + 1, found.group()


test_kept, test_examples = checked(nothing_inline, nothing_inline_from_python, scripts_build_no_markup)

"""Whatever a person reads can be read in another language."""

import ast
import re

from tests.tidy.floors import floor_of
from tests.tidy.laws import checked, law, templates

HAN = re.compile(r"[\u3400-\u9fff]")
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext", "gettext_noop"}
PATTERN = "what people write, to be recognised"
STORED = "stored as it is, in the language of the house"
TERMINAL = "said to whoever runs the house, at a terminal"

#: Chinese that is not for translation: where it stands, and why
UNTRANSLATED = {
    "guanjia/customers/names.py": "family names and how they sound",
    "guanjia/customers/phones.py '(转|": PATTERN,
    "guanjia/estate/addresses.py '(号楼|": PATTERN,
    "guanjia/estate/addresses.py '(-?": PATTERN,
    "guanjia/kernel/headers.py": PATTERN,
    "guanjia/web/proposals.py '\\\\w{1,4}": PATTERN,
    "guanjia/faces/console/rolls.py": "headers of tables made by hand",
    "guanjia/kernel/act.py '系统'": STORED,
    "guanjia/kernel/act.py '住户'": STORED,
    "guanjia/kernel/cells.py": PATTERN,
    "guanjia/desk/triage.py": PATTERN,
    "guanjia/customers/seed.py": "rows that a company begins with and then edits",
    "guanjia/desk/seed.py": "rows that a company begins with and then edits",
    "guanjia/followup/seed.py": "rows that a company begins with and then edits",
    "guanjia/quality/writing.py": "words that are typed and read back, whatever language the screen has",
    "guanjia/kernel/money.py '元'": PATTERN,
    "guanjia/kernel/personal.py '[第]?": PATTERN,
    "guanjia/kernel/journal.py": TERMINAL,
    "guanjia/rulebook/replay.py": TERMINAL,
    "guanjia/org/calendars.py '调休上班'": STORED,
    "guanjia/org/services/structure.py '法定节假日'": STORED,
    "guanjia/org/proofs.py '管家'": "the name of the house in a code generator",
    "guanjia/web/signing/passkeys.py '管家'": "the name of the house in a keychain",
    "guanjia/faces/api/": "the description of the API, one document in one language",
    "guanjia/faces/console/importing.py": "headers and channels of other systems' files",
    "guanjia/faces/console/pages/rulebook.py '是'": PATTERN,
    "guanjia/faces/console/pages/rulebook.py '否'": PATTERN,
    "guanjia/faces/console/pages/rulebook.py '启用'": PATTERN,
    "guanjia/faces/console/pages/rulebook.py '啟用'": PATTERN,
    "guanjia/faces/console/pages/rulebook.py '停用'": PATTERN,
    "guanjia/faces/console/pages/spoken.py": PATTERN,
    "guanjia/web/fields.py '否'": PATTERN,
    "guanjia/web/fields.py '無'": PATTERN,
    "guanjia/web/fields.py '无'": PATTERN,
    "guanjia/web/fields.py '是'": PATTERN,
    "guanjia/web/fields.py '有'": PATTERN,
    "guanjia/web/fields.py '元'": PATTERN,
    "guanjia/web/fields.py '%Y年": PATTERN,
    "guanjia/web/imports.py '不接受的原因'": "a column that is known again when the file comes back",
    "guanjia/faces/demo/": "the life of the demo",
    "guanjia/web/look.py": "people and places on the style page",
}


def _docstrings(source) -> set[int]:
    bodies = (node.body for node in source.nodes(ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef) if node.body)
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


def _translated(source) -> set[int]:
    """Constants inside a call of gettext, and the words of a fact, which are translated where the timeline is shown."""
    names = GETTEXT | {
        alias.asname or alias.name
        for node in source.nodes(ast.ImportFrom)
        if node.module == "django.utils.translation"
        for alias in node.names
    }
    calls = (call for call in source.nodes(ast.Call) if getattr(call.func, "attr", getattr(call.func, "id", "")) in names)
    inside = {id(node) for call in calls for node in ast.walk(call)}
    for cls in source.nodes(ast.ClassDef):
        inside |= {id(node) for keyword in cls.keywords if keyword.arg == "zh" for node in ast.walk(keyword)}
        for line in cls.body:
            if isinstance(line, ast.Assign | ast.AnnAssign) and ast.unparse(getattr(line, "target", None) or line.targets[0]) == "says":
                inside |= {id(node) for node in ast.walk(line)}
    return inside


@law(
    where=lambda source: floor_of(source.room) is not None and not re.search(r"/migrations/|/management/", source.path),
    example="guanjia/desk/services/closing.py",
    good=[
        "x = _('已关闭')",
        "from django.utils.translation import gettext as now_\nx = now_('已关闭')",
        "'''模块'''",
        "raise GateClosed([Reason(_('缺%(what)s') % {'what': w})])",
        "class CaseClosed(Fact, name='desk.case.closed', zh='诉求已关闭'):\n    says = '以「{outcome}」关闭'",
        "x = 'plain'",
    ],
    bad=["x = '已关闭'", "f'{x}件'", "Reason('缺签字')", "{'a': '投诉'}"],
    but=UNTRANSLATED,
)
def words_in_python(source):
    """A sentence for people goes through gettext."""
    fine = _docstrings(source) | _translated(source)
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, str) and id(node) not in fine and HAN.search(node.value):
            yield node.lineno, f"{node.value!r}"


BLOCK = re.compile(r"\{%\s*(?:blocktranslate|blocktrans)\b.*?%\}.*?\{%\s*end(?:blocktranslate|blocktrans)\s*%\}", re.DOTALL)
COMMENT = re.compile(r"\{%\s*comment.*?%\}.*?\{%\s*endcomment\s*%\}|\{#.*?#\}|<!--.*?-->", re.DOTALL)
WORD = re.compile(r"""\{%\s*(?:translate|trans)\s+(?:"[^"]*"|'[^']*').*?%\}|_\((?:"[^"]*"|'[^']*')\)""", re.DOTALL)


@law(
    read=templates,
    example="guanjia/faces/console/templates/console/case.html",
    good=[
        '{% translate "关闭" %}',
        "{% blocktranslate with n=count %}{{ n }} 件逾期{% endblocktranslate %}",
        "{# 说明 #}",
        "{% comment %}说明{% endcomment %}",
        '{% button _("关闭") %}',
        '<p title="{% translate "关闭" %}">',
    ],
    bad=["<p>关闭</p>", '<p title="关闭">', '{% button "关闭" %}', "{{ x|default:'无' }}"],
    but={"guanjia/web/templates/web/style.html": "people, places and lines of code on the style page"},
)
def words_in_templates(source):
    """The same for templates; components get their words translated."""
    text = source.text
    for pattern in (COMMENT, BLOCK, WORD):
        text = pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    for number, line in enumerate(text.splitlines(), 1):
        if HAN.search(line):
            yield number, line.strip()[:60]


test_kept, test_examples = checked(words_in_python, words_in_templates)

"""Whatever a person reads is found, has words in each language, and reaches them without GNU gettext."""

import gettext
import importlib.util
import io
import sys

import pytest

from tests.tidy.laws import ROOT


def loaded(name: str):
    spec = importlib.util.spec_from_file_location(f"scripts_{name}", ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


words = loaded("words")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("_('已关闭')", [("已关闭", "", "")]),
        ("from django.utils.translation import gettext as now_\nnow_('%(a)s件')", [("%(a)s件", "", "")]),
        ("ngettext('%(n)d 件', '%(n)d 件们', n)", [("%(n)d 件", "", "%(n)d 件们")]),
        ("pgettext('月份', '五月')", [("五月", "月份", "")]),
        ("_('两' '行')", [("两行", "", "")]),
        ("class A(Fact, name='a.b', zh='已办'):\n    says = '以「{x}」'", [("已办", "", ""), ("以「{x}」", "", "")]),
        ("class K(Register):\n    '''钥匙台账\n\n    more'''", [("钥匙台账", "", "")]),
        ("class K(Register):\n    '钥匙: what lies where'\n    label = _('钥匙')", [("钥匙", "", "")]),
        ("class K(Table):\n    '''不是标题'''", []),
        ("f('已关闭')", []),
    ],
)
def test_words_are_found_in_python(text, found):
    assert [(key.id, key.context, plural) for key, plural in words.of_python(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{% load i18n %}<p>{% translate "关闭" %}</p>', ["关闭"]),
        ('{% load i18n %}{% button _("派工") %}', ["派工"]),
        ("{% load i18n %}{% blocktranslate with n=x %}{{ n }} 件（共 3）逾期{% endblocktranslate %}", ["%(n)s 件（共 3）逾期"]),
        ("{% load i18n %}{% blocktranslate trimmed %}\n  一\n  二\n{% endblocktranslate %}", ["一 二"]),
        ('{# translate "不" #}<p title="x">', []),
    ],
)
def test_words_are_found_in_templates(text, found):
    assert [key.id for key, _ in words.of_template(text)] == found


def test_a_po_file_says_what_was_written(tmp_path):
    messages = {
        words.Key('他说"好"\n换行\\', "语境"): words.Message("", ["a.py"], ['he said "yes"\nnew line\\']),
        words.Key("%(n)d 件"): words.Message("%(n)d 件们", ["b.html"], ["%(n)d case", "%(n)d cases"]),
    }
    words.write_po(tmp_path / "django.po", "en", messages)
    read = words.read_po(tmp_path / "django.po")
    assert {key: (one.plural, one.words) for key, one in read.items()} == {key: (one.plural, one.words) for key, one in messages.items()}


def test_gettext_reads_what_was_compiled():
    messages = {
        words.Key("五月", "月份"): words.Message("", [], ["May"]),
        words.Key("%(n)d 件"): words.Message("%(n)d 件们", [], ["%(n)d case", "%(n)d cases"]),
        words.Key("关闭"): words.Message("", [], ["Close"]),
        words.Key("没有译文"): words.Message("", [], [""]),
    }
    read = gettext.GNUTranslations(io.BytesIO(words.compiled("en", messages)))
    assert read.gettext("关闭") == "Close"
    assert read.pgettext("月份", "五月") == "May"
    assert [read.ngettext("%(n)d 件", "%(n)d 件们", n) for n in (1, 2)] == ["%(n)d case", "%(n)d cases"]
    assert read.gettext("没有译文") == "没有译文"


@pytest.mark.parametrize(
    ("id", "said", "wrong"),
    [
        ("%(n)s 件", "%(n)s cases", False),
        ("%(n)s 件", "%(m)s cases", True),
        ("%(n)d 月", "%(n)02d", False),
        ("{x} 件", "cases", True),
        ("件", "", True),
    ],
)
def test_a_lost_placeholder_is_seen(id, said, wrong):
    assert bool(list(words.faults({words.Key(id): words.Message("", [], [said])}))) is wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [("登記入夥", "登記入伙"), ("最多隻能說一次", "最多只能說一次"), ("一隻手查閲", "一隻手查閱"), ("最低迴購率", "最低回購率")],
)
def test_traditional_chinese_gets_its_forms(text, said):
    assert words.in_its_forms(text) == said


@pytest.fixture(scope="module")
def today():
    return words.gathered()


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_word_has_its_translation(language, today):
    messages = words.merged(language, today)
    assert list(words.faults(messages)) == []
    path = words.po_of(language)
    assert set(words.read_po(path)) == set(messages), "make words"
    assert path.with_suffix(".mo").read_bytes() == words.compiled(language, messages), "make words"


def test_the_words_reach_the_reader():
    from django.utils import translation

    said = {}
    for language in ("zh-hans", "zh-hant", "en"):
        with translation.override(language):
            said[language] = translation.gettext("投诉办结三天内回访")
    assert said == {
        "zh-hans": "投诉办结三天内回访",
        "zh-hant": "投訴辦妥三天內回訪",
        "en": "Return visit within 3 days after a complaint is handled",
    }

"""Gathers what people read out of code, templates and catalogue, and keeps the translations of guanjia/locale.

    python scripts/words.py            gather, sort into the .po files, write the .mo files; says what is still missing
    python scripts/words.py --check    only tell whether the files are complete and say today's words
    python scripts/words.py --hant     also fill what zh_Hant lacks, by OpenCC and docs/glossary.md; to be read by a person

No GNU gettext is needed. Unlike `makemessages` it also finds what is translated by name: the words of facts, the titles of
registers, the clauses of the handbooks.
"""

import ast
import os
import re
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guanjia.settings")

from django.utils.translation.template import templatize  # noqa: E402  (after the path is known)

from guanjia.rulebook import catalogue, handbooks  # noqa: E402
from guanjia.rulebook.catalogue.problems import BUILT  # noqa: E402

SOURCES = CHECKOUT / "guanjia"
LOCALE = SOURCES / "locale"
LANGUAGES = {"en": ("en", "nplurals=2; plural=(n != 1);"), "zh_Hant": ("zh-Hant", "nplurals=1; plural=0;")}
HAN = re.compile(r"[\u3400-\u9fff]")
# What each function of gettext takes, in order.
CALLS = {
    "gettext": "i", "gettext_lazy": "i", "gettext_noop": "i", "ngettext": "ip", "ngettext_lazy": "ip",
    "pgettext": "ci", "pgettext_lazy": "ci", "npgettext": "cip", "npgettext_lazy": "cip",
}  # fmt: skip
PLACEHOLDER = re.compile(r"%\((\w+)\)[-+ 0-9.]*[a-z]|\{(\w+)(?::[^{}]*)?\}|(%[sd])")


@dataclass(frozen=True, order=True)
class Key:
    """What gettext looks a message up by."""

    id: str
    context: str = ""


@dataclass
class Message:
    plural: str = ""
    places: list[str] = field(default_factory=list)  # files, without line numbers: those change with every commit
    words: list[str] = field(default_factory=list)  # one, or one for each plural form


Messages = dict[Key, Message]

# What the glossary does not hold because it is no word of the field, and forms that readers in Hong Kong and Macau prefer.
TERMS = {
    "默认": "預設", "刷新": "重新整理", "单元格": "儲存格", "字符": "字元", "接口": "介面", "打印": "列印", "信息": "資訊",
    "卫生间": "洗手間", "视频": "影片", "菜单": "選單", "缓存": "快取", "字段": "欄位", "下划线": "底線", "连字符": "連字號",
    "缩进": "縮排", "进程": "程序", "写代码": "寫程式", "导回": "匯回", "合同": "合約", "复核": "覆核", "汇报": "匯報", "发布": "發佈",
    "周期": "週期", "尽快": "盡快", "制单": "製單", "销毁": "銷毀", "公出": "公幹",
}  # fmt: skip
FORMS = str.maketrans("户説温啓閲脱税悦鋭", "戶說溫啟閱脫稅悅銳")
# What OpenCC reads wrongly because the letters around it make a word of another meaning.
MISREAD = {"入夥": "入伙", "低迴": "低回", "隻能": "只能", "服務枱": "服務台"}


# -- gathering --------------------------------------------------------------------------------------------------------


def gathered() -> Messages:
    """Every message of the program, in the order of its words."""
    found: Messages = {}
    for path in sorted(SOURCES.rglob("*")):
        place = path.relative_to(CHECKOUT).as_posix()
        if path.suffix == ".py" and "migrations" not in path.parts:
            spoken = of_python(path.read_text(encoding="utf-8"))
        elif "templates" in path.parts and path.suffix in (".html", ".txt"):
            spoken = of_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for key, plural in spoken:
            note(found, key, plural, place)
    for words, _english in of_catalogue():
        note(found, Key(words), "", "guanjia/rulebook/catalogue")
    return dict(sorted(found.items()))


def note(found: Messages, key: Key, plural: str, place: str) -> None:
    message = found.setdefault(key, Message())
    message.plural = message.plural or plural
    if place not in message.places:
        message.places.append(place)


def of_python(text: str) -> Iterator[tuple[Key, str]]:
    """(key, plural) of each call of gettext under whatever name it was imported, of facts, and of registers' titles."""
    tree = ast.parse(text)
    names = CALLS | {"_": "i"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            names |= {alias.asname: CALLS[alias.name] for alias in node.names if alias.asname and alias.name in CALLS}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node, names)
        elif isinstance(node, ast.ClassDef):
            yield from ((Key(words), "") for words in _of_class(node))


def _of_call(call: ast.Call, names: dict[str, str]) -> Iterator[tuple[Key, str]]:
    takes = names.get(getattr(call.func, "attr", getattr(call.func, "id", "")))
    given = [argument.value for argument in call.args if isinstance(argument, ast.Constant) and isinstance(argument.value, str)]
    if takes and len(given) >= len(takes):
        said = dict(zip(takes, given, strict=False))
        yield Key(said["i"], said.get("c", "")), said.get("p", "")


def _of_class(node: ast.ClassDef) -> Iterator[str]:
    """A fact's `zh` and `says`; the first line of a register's docstring where that is its title."""
    yield from (k.value.value for k in node.keywords if k.arg == "zh" and isinstance(k.value, ast.Constant) and k.value.value)
    assigned = {
        getattr(target, "id", ""): line.value
        for line in node.body
        if isinstance(line, ast.Assign | ast.AnnAssign)
        for target in getattr(line, "targets", None) or [line.target]
    }
    says, title = assigned.get("says"), (ast.get_docstring(node) or "").split("\n")[0]
    if isinstance(says, ast.Constant) and says.value:
        yield says.value
    if any(ast.unparse(base).endswith("Register") for base in node.bases) and "label" not in assigned and HAN.search(title):
        yield title


def of_template(text: str) -> Iterator[tuple[Key, str]]:
    """(key, plural) of what Django's own reader of templates finds."""
    yield from of_calls_in(templatize(text))


def of_calls_in(text: str) -> Iterator[tuple[Key, str]]:
    """`templatize` returns calls of gettext among fillers; each call is read as Python."""
    for found in re.finditer(r"\b(n?p?gettext|npgettext|_)\(", text):
        call = _whole_call(text, found.start())
        if call is not None:
            yield from _of_call(call, CALLS | {"_": "i"})


def _whole_call(text: str, start: int) -> ast.Call | None:
    """The shortest text from `start` that is a whole call."""
    end = start
    while (end := text.find(")", end) + 1) > 0:
        try:
            return ast.parse(text[start:end], mode="eval").body
        except SyntaxError:
            continue
    return None


def of_catalogue() -> Iterator[tuple[str, str]]:
    """(Chinese, English) of the handbooks' titles, of each clause, and of the field labels of the stages that run."""
    for book in catalogue.books().values():
        yield book.zh, book.en
        yield from ((text["zh"], text["en"]) for text in book.texts.values())
    for handbook in handbooks.shipped().values():
        yield from ((handbook.name, handbook.name_en), (handbook.audience, handbook.audience_en))
    for choice in handbooks.choices():
        yield choice.name, choice.name_en
    for clause in catalogue.load().values():
        yield clause.zh, clause.en
        if clause.stage <= BUILT:
            yield from ((label, key.replace("_", " ").capitalize()) for key, label in clause.fields.items() if HAN.search(label))


# -- the files --------------------------------------------------------------------------------------------------------


def read_po(path: Path) -> Messages:
    """The messages of a .po file as this program writes it."""
    messages: Messages = {}
    for block in path.read_text(encoding="utf-8").split("\n\n") if path.exists() else ():
        said: dict[str, str] = {}
        where = ""
        for line in block.splitlines():
            if match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) "', line):
                where = match[1]
            if where and (text := re.search(r'"(.*)"$', line)) and not line.startswith("#"):
                said[where] = said.get(where, "") + unquoted(text[1])
        if said.get("msgid"):
            words = [said[name] for name in sorted(said) if name.startswith("msgstr")]
            messages[Key(said["msgid"], said.get("msgctxt", ""))] = Message(said.get("msgid_plural", ""), [], words)
    return messages


def write_po(path: Path, language: str, messages: Messages) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(quoted(line + "\n") for line in header(language).splitlines())]
    for key, message in messages.items():
        lines = [f"#: {place}" for place in message.places]
        if PLACEHOLDER.search(key.id):
            lines.append("#, python-brace-format" if "{" in key.id else "#, python-format")
        if key.context:
            lines.append(f"msgctxt {quoted(key.context)}")
        lines.append(f"msgid {quoted(key.id)}")
        if message.plural:
            lines.append(f"msgid_plural {quoted(message.plural)}")
            lines += [f"msgstr[{number}] {quoted(words)}" for number, words in enumerate(message.words)]
        else:
            lines.append(f"msgstr {quoted(message.words[0])}")
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def compiled(language: str, messages: Messages) -> bytes:
    """The .mo file: sorted keys and words with their offsets, as GNU gettext lays them out."""
    table = {b"": header(language).encode()}
    for key, message in messages.items():
        if all(message.words):
            context = f"{key.context}\4" if key.context else ""
            plural = f"\0{message.plural}" if message.plural else ""
            table[f"{context}{key.id}{plural}".encode()] = "\0".join(message.words).encode()
    entries = sorted(table.items())
    keys_at, words_at = 28, 28 + 8 * len(entries)
    text_at = words_at + 8 * len(entries)
    places, text = {0: [], 1: []}, b""
    for side in (0, 1):
        for entry in entries:
            places[side] += [len(entry[side]), text_at + len(text)]
            text += entry[side] + b"\0"
    start = struct.pack("<7I", 0x950412DE, 0, len(entries), keys_at, words_at, 0, text_at)
    return start + struct.pack(f"<{4 * len(entries)}I", *places[0], *places[1]) + text


def header(language: str) -> str:
    name, plurals = LANGUAGES[language]
    return (
        f"Project-Id-Version: guanjia\nLanguage: {name}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nPlural-Forms: {plurals}\n"
    )


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def unquoted(text: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), text)


# -- the work ---------------------------------------------------------------------------------------------------------


def po_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def merged(language: str, today: Messages) -> Messages:
    """Today's messages with the words they already have in this language; English clauses come from the catalogue."""
    known, today = read_po(po_of(language)), {key: replace(message) for key, message in today.items()}
    english = dict(of_catalogue()) if language == "en" else {}
    forms = 2 if language == "en" else 1
    for key, message in today.items():
        words = known[key].words if key in known else []
        size = forms if message.plural else 1
        message.words = words if len(words) == size else [""] * size
        if not any(message.words) and key.id in english:
            message.words = [english[key.id]]
    return today


def faults(messages: Messages) -> Iterator[str]:
    """What lacks words, or whose words lost or gained a placeholder."""
    for key, message in messages.items():
        if not all(message.words):
            yield f"{key.id!r} has no words ({message.places[0] if message.places else ''})"
        elif any(holes(words) - holes(key.id) - holes(message.plural) for words in message.words) or (
            not message.plural and holes(message.words[0]) != holes(key.id)
        ):
            yield f"{key.id!r} and its words have other placeholders"


def holes(text: str) -> set[str]:
    """The names of a text's placeholders; how a number is written may differ from language to language."""
    return {"".join(names) for names in PLACEHOLDER.findall(text)}


def with_hant(messages: Messages) -> Messages:
    """What lacks words gets them from OpenCC (Hong Kong), after the terms of the glossary."""
    from opencc import OpenCC  # a translator's aid, not among what guanjia needs

    convert = OpenCC("s2hk").convert
    terms = TERMS | glossary()
    pattern = re.compile("|".join(map(re.escape, sorted(terms, key=len, reverse=True))))
    for key, message in messages.items():
        if not all(message.words):
            message.words = [in_its_forms(convert(pattern.sub(lambda found: terms[found.group()], key.id)))]
    return messages


def in_its_forms(text: str) -> str:
    """Traditional Chinese in the forms that readers in Hong Kong and Macau prefer, without what OpenCC misreads."""
    text = text.translate(FORMS)
    for wrong, right in MISREAD.items():
        text = text.replace(wrong, right)
    return text


def glossary() -> dict[str, str]:
    """简体 -> 繁體 of docs/glossary.md."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|", (CHECKOUT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M)
    return {simplified.strip(): traditional.strip() for simplified, traditional in rows if HAN.search(simplified)}


def say(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


def main(arguments: list[str]) -> int:
    missing, today = 0, gathered()
    for language in LANGUAGES:
        path = po_of(language)
        messages = merged(language, today)
        if "--hant" in arguments and language == "zh_Hant":
            messages = with_hant(messages)
        wrong = list(faults(messages))
        if "--check" in arguments:
            if set(read_po(path)) != set(messages) or path.with_suffix(".mo").read_bytes() != compiled(language, messages):
                wrong.append("the files do not say today's words: make words")
        else:
            write_po(path, language, messages)
            path.with_suffix(".mo").write_bytes(compiled(language, messages))
        say([f"{language}: {len(messages)} messages, {len(wrong)} to look at", *(f"  {line}" for line in wrong)])
        missing += len(wrong)
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

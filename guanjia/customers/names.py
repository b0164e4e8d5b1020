"""Chinese names as a keyboard types them: 王小明 is found by 王小, wangxiao and wxm.

PostgreSQL sorts without pinyin (our smallest database has no ICU), so the key is kept in a column.
"""

import re
import unicodedata

from pypinyin import Style, lazy_pinyin

# pypinyin reads a name as prose; at the head of a person's name these sound otherwise.
SURNAMES = {
    "曾": "zeng",
    "单": "shan",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "朴": "piao",
    "区": "ou",
    "盖": "ge",
    "缪": "miao",
    "乐": "yue",
    "翟": "zhai",
    "洗": "xian",
    "覃": "qin",
    "召": "shao",
    "员": "yun",
    "繁": "po",
    "黑": "he",
    "祭": "zhai",
    "秘": "bi",
    "折": "she",
    "种": "chong",
    "重": "chong",
    "句": "gou",
    "么": "yao",
    "隗": "wei",
    "郇": "xun",
    "卜": "bu",
    "都": "du",
}


def plain(text: str) -> str:
    """Half-width, lower case, without blanks and dots: how names are compared."""
    return re.sub(r"[\s·•.]+", "", unicodedata.normalize("NFKC", text)).lower()


def pinyin(name: str, *, person: bool = True) -> str:
    """「wangxiaoming」: sort key and typed search. Surnames are read as such when it is a person."""
    return "".join(_syllables(name, person))


def initials(name: str, *, person: bool = True) -> str:
    """「wxm」; Latin letters stay whole."""
    return "".join(syllable[0] for syllable in _syllables(name, person))


def _syllables(name: str, person: bool) -> list[str]:
    name = plain(name)
    if person and name[:1] in SURNAMES:
        return [SURNAMES[name[0]], *_read(name[1:])]
    return _read(name)


def _read(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.NORMAL, errors=list)

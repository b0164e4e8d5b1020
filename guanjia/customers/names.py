"""Chinese names as a keyboard types them: 王小明 is found by 王小, wangxiao and wxm.

PostgreSQL sorts without pinyin (our smallest database has no ICU), so the key is kept in a column.
"""

import re
import unicodedata
from functools import lru_cache

from django.utils.translation import gettext as _
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
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "单于": "chan yu",
}
# What a company's name begins and ends with that nobody says.
PLACE = re.compile(r"^(?:中国|[\u4e00-\u9fff]{2,3}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,3}?市)?(?:[\u4e00-\u9fff]{1,3}?[区县])?")
CITY = re.compile(
    r"^(?:北京|上海|天津|重庆|广州|深圳|福州|厦门|泉州|漳州|莆田|杭州|宁波|南京|苏州|成都|武汉|西安|长沙|郑州|青岛|济南|合肥|南昌|昆明"
    r"|贵阳|南宁|海口|大连|沈阳|哈尔滨|长春|石家庄|太原)"
)
LEGAL = re.compile(r"(?:集团)?(?:股份|有限责任|控股|有限)*(?:公司)?$")


class NotAName(ValueError):
    """Says in Chinese why this is nobody's name."""


APART = re.compile(r"[、,，;；\n/／&＆|]|\s+和\s+|\s{2,}|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff]{2,4}(?:\s|$))")
ASIDE = re.compile(r"[(（].*?[)）]")
NAME = re.compile(r"[^\W\d_][\w·•.()（）'’\- ]*", re.UNICODE)
NOBODY = frozenset({"无", "空", "空置", "未售", "-", "—", "/", "暂无", "不详", "待定"})
LONGEST = 80


def several(text: str) -> list[str]:
    """The names in a cell, each once: 「张三、李四」, 「王小明/陈红」, 「张三（夫）李四」. NotAName for what cannot be one.

    Companies keep their brackets; what stands in brackets beside a short name is left out.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if text in NOBODY:
        return []
    found: dict[str, None] = {}
    for part in APART.split(text):
        name = " ".join((part or "").split())
        if len(ASIDE.sub("", name)) <= 4:
            for one in filter(None, (piece.strip() for piece in ASIDE.split(name))):
                found[_checked(one)] = None
        elif name:
            found[_checked(name)] = None
    return list(found)


def is_company(name: str) -> bool:
    """True for what is called like a firm or an office, not like a person."""
    return (
        bool(re.search(r"公司|中心|委员会|银行|学校|幼儿园|医院|商行|经营部|事务所|合作社|有限|厂$|店$|局$|社区", name)) and len(name) > 4
    )


def _checked(name: str) -> str:
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise NotAName(_("「%(name)s」不像姓名，请核对。") % {"name": name[:20]})
    return name


def short(name: str) -> str:
    """A company's name without place and legal form: 「安居物业服务」; "" where that is nothing else or too little to look for."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", name))
    bare = LEGAL.sub("", CITY.sub("", PLACE.sub("", text)))
    return bare if 2 <= len(bare) < len(text) and not re.search("分行|支行", bare) else ""


def misread(name: str) -> str:
    """A person's name as it sounds to whoever takes the surname for a common word: 「danxiaomei」; "" where there is but one reading."""
    head, rest = _surname(plain(name))
    if not head:
        return ""
    common = "".join(_read(head + rest))
    return common if common != pinyin(name) else ""


def misread_initials(name: str) -> str:
    """The initials of that reading."""
    return "".join(syllable[0] for syllable in _read(plain(name))) if misread(name) else ""


def plain(text: str) -> str:
    """Half-width, lower case, without blanks and dots: how names are compared."""
    return re.sub(r"[\s·•.]+", "", unicodedata.normalize("NFKC", text)).lower()


def pinyin(name: str, *, person: bool = True) -> str:
    """「wangxiaoming」: sort key and typed search. Surnames are read as such when it is a person."""
    return "".join(_syllables(name, person))


def initials(name: str, *, person: bool = True) -> str:
    """「wxm」; Latin letters stay whole."""
    return "".join(syllable[0] for syllable in _syllables(name, person))


@lru_cache(4096)
def _syllables(name: str, person: bool) -> tuple[str, ...]:
    head, rest = _surname(plain(name)) if person else ("", plain(name))
    return (*SURNAMES.get(head, "").split(), *_read(rest))


def _surname(name: str) -> tuple[str, str]:
    """The surname that sounds otherwise than it reads, and the rest; ("", name) for the usual ones."""
    head = next((name[:length] for length in (2, 1) if name[:length] in SURNAMES), "")
    return head, name[len(head) :]


def _read(text: str) -> list[str]:
    return lazy_pinyin(text, style=Style.NORMAL, errors=list)

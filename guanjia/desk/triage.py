"""What a caller's words suggest: type, category, grade, priority, and a time to promise. Pure, and always with its reasons.

A suggestion is only that: it fills the form, a person decides. It reads words, not rows; the categories' keywords are handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.translation import gettext as _

from guanjia.kernel.worktime import WorkCalendar
from guanjia.rulebook.priority import priority

from .following import next_look
from .states import COMPLAINT_TYPE, CONSULTATION, RANKS, REPAIR, TYPES


class Topic(Protocol):
    """What a category tells about itself."""

    code: str
    name: str
    type: str
    keywords: list[str]
    urgency: int
    importance: int


@dataclass(frozen=True)
class Suggestion:
    """What the words suggest; `reasons` says why, in the order type, category, grade, urgency. `rank` is None for all but complaints."""

    type: str
    category: str = ""
    rank: int | None = None
    urgency: int = 2
    importance: int = 2
    reasons: tuple[str, ...] = field(default=())

    @property
    def priority(self) -> int:
        return priority(self.urgency, self.importance)


# What people say when they want one thing or another, and how much that word weighs.
TYPE_WORDS: Mapping[str, Mapping[str, int]] = {
    "whistle_blow": {"举报": 9, "检举": 9, "贪污": 6, "受贿": 6, "回扣": 6, "侵吞": 5, "挪用": 5},
    COMPLAINT_TYPE: {
        "投诉": 8,
        "扰民": 5,
        "严重影响": 4,
        "不作为": 4,
        "乱收费": 5,
        "违规": 4,
        "违法": 3,
        "态度": 3,
        "推诿": 4,
        "强烈反对": 4,
        "不满": 4,
        "无人管": 4,
        "没人管": 4,
        "恶劣": 3,
        "欺骗": 4,
        "虚假": 4,
        "坚决反对": 4,
        "侵占": 3,
        "污染": 3,
    },
    REPAIR: {
        "报修": 9,
        "维修": 4,
        "坏了": 6,
        "不亮": 5,
        "漏水": 6,
        "渗水": 6,
        "堵了": 5,
        "堵塞": 3,
        "跳闸": 6,
        "故障": 4,
        "打不开": 4,
        "修一下": 6,
        "没电": 5,
        "没水": 5,
    },
    CONSULTATION: {
        "咨询": 8,
        "请问": 6,
        "想了解": 5,
        "是否可以": 4,
        "能否": 3,
        "什么时候": 3,
        "怎么办理": 5,
        "如何办理": 5,
        "吗？": 3,
        "吗?": 3,
        "多少钱": 4,
        "可以吗": 3,
        "标准是": 3,
    },
    "suggestion": {"建议": 6, "希望增设": 5, "希望增加": 4, "建言": 6, "不妨": 4, "倡议": 4},
    "praise": {"表扬": 9, "点赞": 5, "锦旗": 8, "感谢信": 8, "非常感谢": 4},
    "dispute": {"邻里纠纷": 9, "调解": 6, "纠纷": 4, "邻居吵": 5},
    "help": {"求助": 7, "救命": 9, "被困": 7, "走失": 7, "急救": 8, "晕倒": 8, "帮帮": 4},
    "application": {"申请办理": 7, "办理手续": 6, "开具证明": 6, "放行条": 6, "装修申请": 7},
    "entrust": {"委托": 6, "代收": 4, "代办": 5, "代为": 4},
    "enquiry": {"查询": 7, "查一下": 5, "帮我查": 6, "余额": 4, "欠多少": 5},
}
#: the category speaks for its usual type as loudly as one plain word
CATEGORY_WEIGHT = 4

# DESK-036 and DESK-037 in the residents' own words: danger and great harm; faults of management and service.
MAJOR_WORDS = (
    "坠落",
    "掉落",
    "着火",
    "火灾",
    "起火",
    "触电",
    "爆炸",
    "燃气泄漏",
    "煤气泄漏",
    "中毒",
    "受伤",
    "砸伤",
    "打伤",
    "骨折",
    "死亡",
    "生命",
    "人身安全",
    "安全隐患",
    "安全事故",
    "坍塌",
    "塌陷",
    "困人",
    "消防通道",
    "曝光",
    "媒体",
    "上访",
    "群体",
    "维权",
    "断水",
    "停水",
    "断电",
    "威胁",
    "恐吓",
    "涉黑",
)
IMPORTANT_WORDS = (
    "物业",
    "管理",
    "服务",
    "保安",
    "收费",
    "不作为",
    "态度",
    "推诿",
    "拖延",
    "多次",
    "一直",
    "违规",
    "不处理",
    "不解决",
    "无人",
    "没人",
    "长期",
)
URGENT_WORDS = (
    "马上",
    "立即",
    "紧急",
    "加急",
    "快点",
    "赶紧",
    "正在",
    "现在",
    "困",
    "着火",
    "起火",
    "冒烟",
    "触电",
    "爆",
    "煤气味",
    "燃气味",
    "漏水",
    "救命",
    "晕倒",
    "积水",
)


def suggest(text: str, topics: Iterable[Topic], *, type: str = "") -> Suggestion:
    """What these words suggest. Always answers; without any clue it is a consultation of middling weight.

    A `type` that is known already is kept, and the rest suggested for it.
    """
    text = text or ""
    topic, found = _topic(text, topics)
    kind, why = (type, _("来件注明%(type)s") % {"type": TYPES[type]}) if type else _type(text, topic)
    reasons = [why]
    if topic is not None:
        reasons.append(_("提到%(words)s：%(category)s") % {"words": _quoted(found), "category": topic.name})
    urgency, importance = (topic.urgency, topic.importance) if topic else (2, 2)
    rank = None
    if kind == COMPLAINT_TYPE:
        rank, why = _rank(text)
        importance = max(importance, rank)
        reasons.append(why)
    pressing = [word for word in URGENT_WORDS if word in text]
    if pressing and urgency < 3:
        urgency += 1
        reasons.append(_("提到%(words)s：紧急程度提高一级") % {"words": _quoted(pressing)})
    return Suggestion(
        type=kind, category=topic.code if topic else "", rank=rank, urgency=urgency, importance=importance, reasons=tuple(reasons)
    )


def promise(priority_level: int, at: datetime, calendar: WorkCalendar) -> datetime:
    """A time that can be kept: half an hour for what comes first, two hours for what comes next, else the next working day's end."""
    if priority_level <= 2:
        return at + timedelta(minutes=30 if priority_level == 1 else 120)
    return next_look(calendar, at)


def _topic(text: str, topics: Iterable[Topic]) -> tuple[Topic | None, list[str]]:
    """The category whose keywords say most about the text: longer words, and words said early, count more."""
    best, best_score, best_words = None, 0.0, []
    for topic in topics:
        words = [word for word in dict.fromkeys((topic.name, *topic.keywords)) if word and word in text]
        score = sum(len(word) * (2 if word in text[:60] else 1) for word in words)
        if score > best_score:
            best, best_score, best_words = topic, score, words
    return best, best_words


def _type(text: str, topic: Topic | None) -> tuple[str, str]:
    weights: dict[str, int] = {}
    said: dict[str, list[str]] = {}
    for kind, words in TYPE_WORDS.items():
        said[kind] = [word for word in words if word in text]
        weights[kind] = sum(words[word] for word in said[kind])
    if topic is not None and topic.type:
        weights[topic.type] = weights.get(topic.type, 0) + CATEGORY_WEIGHT
    kind = max(weights, key=lambda one: weights[one])  # the first of equals, in the order above
    if not weights[kind]:
        return CONSULTATION, _("没有明显的用词，先按%(type)s受理") % {"type": TYPES[CONSULTATION]}
    if said.get(kind):
        return kind, _("提到%(words)s：%(type)s") % {"words": _quoted(said[kind]), "type": TYPES[kind]}
    return kind, _("此类事项通常是%(type)s") % {"type": TYPES[kind]}


def _rank(text: str) -> tuple[int, str]:
    for rank, words in ((3, MAJOR_WORDS), (2, IMPORTANT_WORDS)):
        said = [word for word in words if word in text]
        if said:
            return rank, _("提到%(words)s：%(rank)s投诉") % {"words": _quoted(said), "rank": RANKS[rank]}
    return 1, _("单次、个别事项：%(rank)s投诉") % {"rank": RANKS[1]}


def _quoted(words: list[str]) -> str:
    return "".join(f"「{word}」" for word in words[:3])

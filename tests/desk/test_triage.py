"""What words suggest, and why."""

import pytest

from guanjia.desk import seed, triage
from guanjia.kernel.worktime import WorkCalendar
from tests.conftest import moment

TOPICS = [topic._replace(keywords=topic.keywords.split()) for topics in seed.TREE.values() for topic in topics]


@pytest.mark.parametrize(
    ("text", "type", "category"),
    [
        ("卫生间天花板往下滴水，楼上漏水了，快派人", "repair", "leak"),
        ("电梯困人，有人被困在里面", "help", "lift_trapped"),
        ("投诉保安态度恶劣，半夜不开门", "complaint", "guards"),
        ("请问装修押金什么时候退？", "consultation", "deposit"),
        ("A3区枫华府邸小区停水7天了！", "repair", "no_water"),
        ("A7县星沙街道深业睿城F区普遍违建", "complaint", "illegal_works"),
        ("建议小区增设快递柜", "suggestion", "advice"),
        ("送锦旗感谢王师傅", "praise", "praise"),
        ("举报物业经理收受回扣", "whistle_blow", ""),
        ("帮我查一下欠多少物业费", "enquiry", "fee"),
        ("A区施工噪音扰民，严重影响休息", "complaint", "noise"),
    ],
)
def test_real_sentences(text, type, category):
    suggestion = triage.suggest(text, TOPICS)
    assert (suggestion.type, suggestion.category) == (type, category)
    assert all(suggestion.reasons)


@pytest.mark.parametrize(
    ("text", "rank"),
    [("投诉外墙砖坠落，差点砸伤人", 3), ("投诉物业不作为", 2), ("投诉隔壁狗叫扰民", 1), ("咨询停车费", None)],
)
def test_complaints_are_graded_by_effect(text, rank):
    suggestion = triage.suggest(text, TOPICS)
    assert suggestion.rank == rank
    if rank:
        assert any(str(name) in " ".join(suggestion.reasons) for name in ("重大", "重要", "轻微"))


def test_pressing_words_raise_urgency_once():
    calm, hurried = triage.suggest("对讲没有声音", TOPICS), triage.suggest("对讲没有声音，快点，马上，紧急", TOPICS)
    assert (calm.urgency, hurried.urgency) == (1, 2)
    assert hurried.priority < calm.priority


def test_no_words_no_panic():
    for text in ("", "……", "嗯"):
        suggestion = triage.suggest(text, TOPICS)
        assert (suggestion.type, suggestion.category, suggestion.rank) == ("consultation", "", None)
        assert suggestion.reasons


def test_what_is_promised_can_be_kept():
    calendar = WorkCalendar.daily("08:00-20:00")
    night = moment("00:12")
    assert triage.promise(1, night, calendar) == moment("00:42")
    assert triage.promise(2, night, calendar) == moment("02:12")
    assert triage.promise(3, night, calendar) == moment("03-03 20:00")

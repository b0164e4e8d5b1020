"""A list that was published and a check that was made stay as they are; what was found is put right or cleared."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guanjia.kernel.errors import BadInput, IllegalMove, NotAllowed
from guanjia.quality import scoring, selectors, writing
from guanjia.quality import services as quality
from guanjia.quality.models import CheckAnswer, Checklist, ChecklistItem, CheckRun
from guanjia.quality.services import Answer
from tests import make

ITEMS = "消防通道畅通 | 是否 | 5 | 关键\n地面清洁 | 评分 | 2\n室温 | 数值 | 1 | 18~26\n改进意见 | 文字"


@pytest.fixture
def supervisor(act):
    return lambda at="10:00": act(at, by="desk_supervisor")


@pytest.fixture
def listed(world, supervisor):
    """A list in use."""

    def build(text=ITEMS, **values):
        items, wrong = writing.read(text)
        assert not wrong
        values = {"code": "lobby", "name": "大堂检查", "pass_score": 80} | values
        drafted = quality.draft_checklist(project=world.company, items=items, act=supervisor(), **values)
        return quality.publish_checklist(drafted, act=supervisor())

    return build


@pytest.fixture
def walk(world, supervisor):
    """A check by a list, answered in the order of its items."""

    def build(checklist, *said, complete=True, **values):
        run = quality.start_check(project=world.project, checklist=checklist, act=supervisor())
        answers = {item.pk: one for item, one in zip(checklist.items.all(), said, strict=False)}
        run = quality.answer_check(
            run, answers={pk: one if isinstance(one, Answer) else Answer(one) for pk, one in answers.items()}, act=supervisor()
        )
        return quality.complete_check(run, act=supervisor("10:30"), **values) if complete else run

    return build


def test_a_check_is_scored_and_what_failed_is_found(listed, walk, act):
    run = walk(listed(), "yes", "3", "30", "换灯管", remark="加强巡查")
    assert (run.state, run.score, run.is_passed) == ("completed", 78, False)  # (5 + 2 × 3/5 + 0) / 8 = 77.5
    [found] = selectors.findings_of(run, act(by="desk_supervisor"))
    assert (found.matter, found.state, found.rectification) == ("室温", "open", None)
    assert make.facts_about(run)[-1] == "quality.check.completed"
    assert make.facts_about(run).index("quality.finding.recorded") < len(make.facts_about(run)) - 1


def test_a_vital_item_that_fails_fails_the_check_and_what_does_not_apply_does_not_count(listed, walk):
    checklist = listed("门锁 | 是否 | 1 | 关键\n灯光 | 是否 | 99\n水景 | 是否 | 100")
    run = walk(checklist, "no", "yes", "na")
    assert (run.score, run.is_passed) == (99, False)
    run = walk(checklist, "na", "na", "na")
    assert (run.score, run.is_passed) == (None, True)


def test_a_rectification_is_opened_by_weight_or_by_choice_and_its_verification_clears_the_finding(listed, walk, world, act):
    checklist = listed("重 | 是否 | 5\n轻 | 是否 | 1\n也轻 | 是否 | 1", rectify_from=5)
    run = walk(checklist, "no", Answer("no", "灯罩破裂", rectify=True), "no")
    heavy, chosen, left = selectors.findings_of(run, act(by="desk_supervisor"))
    assert (heavy.rectification.matter, chosen.rectification.matter, left.rectification) == ("重", "轻：灯罩破裂", None)
    with pytest.raises(IllegalMove, match="自动销项"):
        quality.clear_finding(chosen, clearance="已换", act=act(by="office_manager"))
    planned = make.put_right(chosen.rectification)
    quality.verify_rectification(planned, effect="已换新灯罩", act=act("03-05 10:00", by="quality_inspector"))
    chosen = make.fresh(chosen)
    assert (chosen.state, chosen.cleared_by, chosen.clearance) == ("cleared", world.people["quality_inspector"], "已换新灯罩")
    assert make.fresh(quality.clear_finding(left, clearance="已擦净", act=act(by="office_manager"))).state == "cleared"
    assert [one.pk for one in selectors.open_findings(act(by="desk_supervisor"))] == [heavy.pk]


def test_everything_wrong_is_told_at_once_and_nothing_is_half_kept(listed, walk, world, supervisor, act):
    checklist = listed()
    run = walk(checklist, "yes", complete=False)
    with pytest.raises(BadInput) as no:
        quality.complete_check(run, act=supervisor())
    assert [reason.field for reason in no.value.reasons] == [f"item_{item.pk}" for item in list(checklist.items.all())[1:]]
    first, second, third, _words = checklist.items.all()
    with pytest.raises(BadInput) as no:
        quality.answer_check(run, answers={first.pk: Answer("no"), second.pk: Answer("6"), third.pk: Answer("热")}, act=supervisor())
    assert [reason.field for reason in no.value.reasons] == [f"item_{second.pk}", f"item_{third.pk}"]
    assert CheckAnswer.objects.get(run=run).value == "yes"
    with pytest.raises(NotAllowed):
        quality.answer_check(run, answers={first.pk: Answer("no")}, act=act(by="office_manager"))


def test_a_completed_check_stays_as_it_is_whoever_writes(listed, walk, supervisor):
    run = walk(listed(), "yes", "5", "20", "无")
    with pytest.raises(IllegalMove):
        quality.answer_check(run, answers={}, act=supervisor())
    rows = CheckRun.objects.unscoped("tests").filter(pk=run.pk)
    answers = CheckAnswer.objects.filter(run=run)
    for break_it in (
        lambda: rows.update(score=1),
        lambda: rows.update(state="started"),
        rows.delete,
        lambda: answers.update(value="no"),
        answers.delete,
        lambda: CheckAnswer.objects.create(run=run, item=answers.first().item, value="no"),
    ):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            break_it()
    assert rows.update(version=9) == 1


def test_a_published_edition_stays_and_the_next_one_takes_its_place(listed, walk, world, supervisor, act):
    first = listed()
    for break_it in (
        lambda: Checklist.objects.unscoped("tests").filter(pk=first.pk).update(pass_score=1),
        lambda: ChecklistItem.objects.unscoped("tests").filter(checklist=first).update(weight=9),
        lambda: ChecklistItem.objects.unscoped("tests").filter(checklist=first).delete(),
        lambda: ChecklistItem.objects.create(company=world.company, checklist=first, position=9, text="加一项"),
    ):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            break_it()
    with pytest.raises(IllegalMove):
        quality.change_checklist(first, name="改名", items=writing.read("一项")[0], act=supervisor())
    begun = walk(first, "yes", complete=False)
    second = listed("只看一项")
    assert (second.edition, make.fresh(first).state) == (2, "withdrawn")
    assert selectors.list_in_use("lobby", act()) == second
    with pytest.raises(BadInput):
        quality.start_check(project=world.project, checklist=make.fresh(first), act=supervisor())
    answers = dict(zip([item.pk for item in first.items.all()], map(Answer, ("yes", "5", "20", "无")), strict=True))
    assert quality.complete_check(quality.answer_check(begun, answers=answers, act=supervisor()), act=supervisor()).is_passed


def test_a_draft_is_changed_and_there_is_one_of_a_kind(world, supervisor):
    draft = {"project": world.company, "code": "gate", "items": writing.read("一项")[0], "act": supervisor()}
    made = quality.draft_checklist(name="门岗", **draft)
    changed = quality.change_checklist(made, name="门岗检查", items=writing.read("甲\n乙")[0], pass_score=60, act=supervisor())
    assert [item.text for item in changed.items.all()] == ["甲", "乙"]
    with pytest.raises(BadInput) as no:
        quality.draft_checklist(name=" ", **draft | {"items": []}, pass_score=101)
    assert [reason.field for reason in no.value.reasons] == ["name", "items", "pass_score", "code"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("", "至少写一项"),
        ("| 是否", "第 1 行：检查内容"),
        ("灯 | 看看", "作答方式"),
        ("灯 | 是否 | 多", "权重"),
        ("灯 | 数值 | 1 | 30~20", "下限"),
        ("灯 | 是否 | 1 | 重要", "看不懂"),
        ("灯 | 是否 | 1 | 关键 | 再", "竖线太多"),
    ],
)
def test_a_line_that_is_no_item_is_named(line, what):
    items, wrong = writing.read(line)
    assert not items
    assert what in wrong[0]


@pytest.mark.parametrize(
    ("language", "line"),
    [("zh-hant", "室溫 | 數值 | 3 | 關鍵 18~26"), ("en", "室溫 | number | 3 | vital 18~26"), ("en", "室溫 | 数值 | 3 | 关键 18~26")],
)
def test_a_line_may_be_written_in_the_words_of_the_screen(language, line):
    with translation.override(language):
        assert writing.read(line) == ([writing.ItemDraft("室溫", "number", 3, True, Decimal(18), Decimal(26))], [])


@given(
    st.lists(
        st.builds(
            writing.ItemDraft,
            text=st.text("灯门水a1 ", min_size=1, max_size=20).map(str.strip).filter(bool),
            kind=st.sampled_from(["yes_no", "scale", "number", "words"]),
            weight=st.integers(0, 100),
            is_vital=st.booleans(),
            low=st.none() | st.integers(-9, 5).map(Decimal),
            high=st.none() | st.integers(5, 99).map(Decimal),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_what_is_written_reads_back(items):
    assert writing.read(writing.write(items)) == (items, [])


@given(st.lists(st.tuples(st.integers(0, 100), st.none() | st.sampled_from([Decimal(n) / 5 for n in range(6)])), max_size=8))
def test_a_score_lies_between_nothing_and_all(weighed):
    found = scoring.score(weighed)
    counted = [(weight, share) for weight, share in weighed if share is not None and weight]
    assert (found is None) == (not counted)
    if counted:
        assert 100 * min(share for _w, share in counted) - 1 <= found <= 100 * max(share for _w, share in counted) + 1

"""The handbooks that come with the product are sound, and a slip in a handbook's text is named with its line."""

import pytest

from guanjia.rulebook import bounds, handbooks, registry
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.rule import Duty

GOOD = """\
key: our-own
kind: base
name: 我们的手册
clauses: [
  DESK-023, DESK-024,
  FUP-001,
]
values:
  DESK-024: {within: 2 days}
off:
  FUP-001: 由区域统一回访
"""


def read(text: str):
    return handbooks.read(text, included=handbooks.shipped())


def wrong(text: str) -> list[str]:
    page, problems = read(text)
    assert page is None
    return [str(problem) for problem in problems]


def test_the_shipped_handbooks_are_sound_and_all_there():
    assert handbooks.problems() == ()
    assert list(handbooks.shipped()) == list(handbooks.NAMES)
    assert len(handbooks.shipped()) == 23
    assert {rule for page in handbooks.shipped().values() for rule in page.entries} == set(load())


def test_each_base_holds_the_foundation_and_what_the_law_asks_stays_firm():
    firm = {rule for rule, entry in handbooks.shipped()["foundation"].entries.items() if entry.unwaivable}
    for page in handbooks.shipped().values():
        if page.kind == "base":
            assert all(page.entries[rule].on for rule in handbooks.foundation()), page.key
            assert all(page.entries[rule].unwaivable for rule in firm), page.key
    assert handbooks.shipped()["member-chain"].entries["MEM-032"].unwaivable


def test_the_standard_runs_whatever_runs_but_the_sides_it_did_not_choose():
    standard = handbooks.shipped()["property-standard"].entries
    runs = {rule for rule in registry.realised_rules() if load()[rule].stage == 1}
    asleep = {rule for rule in runs if rule not in standard or not standard[rule].on}
    others = {rule for choice in handbooks.choices() if choice.only_one for side in choice.sides for rule in side}
    assert asleep <= others


def test_no_duty_of_a_shipped_handbook_is_without_an_owner():
    for page in handbooks.shipped().values():
        for rule, entry in page.entries.items():
            for binding in registry.of_rule(rule) if entry.on else ():
                assert not isinstance(binding, Duty) or binding.owner, f"{page.key}: nobody owes {rule}"


def test_an_export_is_a_valid_import():
    for page in handbooks.shipped().values():
        again, problems = handbooks.read(handbooks.write(page), included={})
        assert problems == []
        assert again.entries == page.entries
        assert (again.key, again.kind, again.name, again.words) == (page.key, page.kind, page.name, page.words)


def test_a_text_says_what_is_on_off_and_otherwise():
    page, problems = read(GOOD)
    assert problems == []
    assert page.entries["DESK-024"].params == {"within": "2 days"}
    assert (page.entries["FUP-001"].on, page.entries["FUP-001"].why) == (False, "由区域统一回访")


def test_including_takes_over_and_own_words_outweigh():
    page, problems = read(
        "key: a-b\nkind: base\nname: 甲\nincludes: [foundation]\nclauses: [DESK-006]\nvalues: {DESK-006: {within: 30 minutes}}\n"
    )
    assert problems == []
    assert page.entries["DESK-068"].unwaivable
    assert page.entries["DESK-006"].params == {"within": "30 minutes"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD + "colour: red\n", "第 12 行：不认识的项目「colour」"),
        (GOOD.replace("key: our-own\n", ""), "缺「key」"),
        (GOOD.replace("our-own", "Our Own"), "第 1 行：「key」须为小写"),
        (GOOD.replace("kind: base", "kind: best"), "第 2 行：「kind」只能是"),
        (GOOD.replace("FUP-001,", "FUP-999,"), "第 6 行 FUP-999：没有这一条款"),
        (GOOD.replace("FUP-001,", "FUP-001, DESK-023,"), "第 6 行 DESK-023：列了两次"),
        (GOOD.replace("DESK-024: {", "DESK-025: {"), "第 9 行 DESK-025：不在本手册所列条款之中"),
        (GOOD.replace("within: 2", "without: 2"), "第 9 行 DESK-024：没有参数「without」"),
        (GOOD.replace("2 days", "soon"), "第 9 行 DESK-024：参数「within」：时限须写作"),
        (GOOD.replace("2 days", "9 days"), "第 9 行 DESK-024：参数「within」：最宽只能到 5 天"),
        (GOOD.replace("DESK-023, DESK-024,", "DESK-023, DESK-024, CUS-008, CUS-009,"), "「谁可查阅客户资料」只能择一"),
        (GOOD.replace("off:", "unwaivable: [FUP-001]\noff:"), "FUP-001：法律要求的条款不能停用"),
        (GOOD.replace("kind: base", "kind: base\nincludes: [no-such]"), "第 3 行：不认识的手册「no-such」"),
        (GOOD + "number: none\n", "版本号须为正整数"),
        ("- a\n- b\n", "手册须写作"),
        ("a: [1,\nb: {\n", "不是有效的 YAML"),
        ("[" * 5000, "不是有效的 YAML"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_its_line(text, said):
    assert any(said in problem for problem in wrong(text)), wrong(text)


def test_all_slips_are_named_at_once():
    bad = GOOD.replace("2 days", "soon").replace("FUP-001,", "FUP-999,").replace("kind: base", "kind: best")
    assert len(wrong(bad)) >= 3


# -- how far a number may be moved -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("rule", "key", "value", "fits"),
    [
        ("DESK-006", "within", "15 minutes", True),
        ("DESK-006", "within", "10 minutes", False),  # stricter than anybody can keep
        ("DESK-006", "within", "5 hours", False),
        ("WORK-007", "keep", "1 year", False),
        ("WORK-007", "keep", "5 years", True),
        ("FUP-025", "target", 0.5, False),
        ("FUP-025", "target", 1.2, False),
        ("FUP-025", "target", True, False),
        ("DESK-024", "calendar", "calendar", True),
        ("DESK-024", "calendar", "clock", False),
        ("DESK-040", "clock", "later", True),  # a choice without bounds
        ("FUP-015", "accused_head", True, True),
        ("FUP-015", "accused_head", "yes", False),
        # the default law
        ("PREM-028", "every", "2 days", True),
        ("PREM-028", "every", "3 days", False),
        ("FUP-059", "target", 0.4, False),
        ("FUP-059", "target", 0.6, True),
        ("WF-046", "day", 20, True),
        ("WF-046", "day", 60, False),
        ("ORG-033", "within", "3 days", False),  # named by the binding alone
        ("ORG-035", "every", "year", True),  # the project's own rhythm
    ],
)
def test_a_number_moves_within_its_bounds(rule, key, value, fits):
    assert (bounds.faults(load()[rule], key, value) == []) is fits


def test_the_default_law_measures_from_the_handbook():
    clause = load()["PREM-028"]
    assert bounds.faults(clause, "every", "4 days", base="2 days") == []
    assert bounds.faults(clause, "every", "4 days", base="1 day") != []


def test_stricter_is_shorter_for_what_is_awaited_and_longer_for_what_is_kept():
    assert bounds.is_stricter("within", "1 day", "2 days") is True
    assert bounds.is_stricter("keep", "1 year", "2 years") is False
    assert bounds.is_stricter("target", 0.9, 0.8) is True
    assert bounds.is_stricter("within", "2 days", "2 days") is None
    assert bounds.is_stricter("day", 20, 25) is None

"""The queue: what is due soonest first, page by page, and nobody else's."""

import pytest

from guanjia.desk import queue, reach, selectors
from guanjia.desk import services as desk
from guanjia.desk.models import Case
from guanjia.desk.selectors import QueueFilter
from guanjia.kernel.errors import BadInput
from guanjia.rulebook.models import SubjectClock
from tests import make
from tests.conftest import moment


def numbers(page):
    return [row.number[-4:] for row in page.rows]


@pytest.fixture
def five(world, act):
    """Five questions, opened a minute apart."""
    return [make.case(moment(f"10:0{n}"), type="praise", content=f"谢谢第{n}次") for n in range(5)]


def test_it_is_sorted_by_what_is_due_next(five, act):
    page = selectors.queue(act("10:10"))
    assert numbers(page) == ["0001", "0002", "0003", "0004", "0005"]
    assert page.rows[0].due_at == moment("10:15")
    desk.accept_case(five[0], answer="谢谢", act=act("10:10"))
    assert numbers(selectors.queue(act("10:11"))) == ["0002", "0003", "0004", "0005", "0001"]


def test_pages_tile_the_queue(five, act):
    SubjectClock.objects.update(next_due_at=moment("12:00"))  # all due at one moment: the key decides
    seen, after = [], ""
    for _page in range(3):
        page = selectors.queue(act("10:10"), after=after, size=2)
        seen += [row.id for row in page.rows]
        after = page.next
    assert sorted(seen) == sorted(case.pk for case in five)
    assert after == ""


def test_a_mangled_cursor_is_refused(five, act):
    for text in ("x", "!!!!", "W10", "WzEsIDJd"):
        with pytest.raises(BadInput):
            selectors.queue(act(), after=text)


def test_what_is_over_is_not_in_it(five, act):
    desk.withdraw_case(five[0], reason="误报", act=act("10:10", by="desk_supervisor"))
    assert "0001" not in numbers(selectors.queue(act("10:11")))


def test_filters(five, world, act):
    leak = make.case(moment("10:06"), house=make.house(), by="steward")
    now = act("10:16")

    def found(**wanted):
        return numbers(selectors.queue(now, QueueFilter(**wanted)))

    assert found(type="repair") == ["0006"]
    assert found(category=leak.category_id) == ["0006"]
    assert found(priority=1) == ["0006"]
    assert found(overdue=True) == ["0006", "0001"]  # an order was due at 10:11, an answer at 10:15
    assert found(text="天花板") == ["0006"]
    assert found(text="第３次") == ["0004"]
    assert found(state="open") == []
    assert found(mine=True) == ["0001", "0002", "0003", "0004", "0005"]
    assert found(project=world.project.pk, state="new", type="repair") == ["0006"]
    assert selectors.queue_counts(now) == {"new": 6, "open": 0, "waiting": 0, "resolved": 0}


@pytest.mark.parametrize("wanted", [{}, {"mine": True}, {"state": "new"}, {"text": "谢谢"}, {"priority": 3}])
def test_another_projects_cases_are_in_nobodys_queue(five, world, wanted):
    other = make.world(name="金桂苑", code="JG", company=world.company)
    theirs = make.case(moment("10:00"), type="praise", content="谢谢金桂苑")
    page = selectors.queue(other.act(moment("10:10")), QueueFilter(**wanted))
    assert [row.id for row in page.rows] == [theirs.pk]
    assert len(selectors.queue(world.act(moment("10:10")), QueueFilter(**wanted)).rows) == 5
    assert selectors.queue(world.act(moment("10:10")), QueueFilter(project=other.project.pk, **wanted)).rows == []


def test_a_page_over_many_projects_is_one_list(world, monkeypatch):
    make.case(moment("10:01"), type="praise")
    for n in range(3):
        make.world(name=f"小区{n}", code=f"X{n}", company=world.company)
        make.case(moment(f"10:0{3 - n}"), type="praise")
    boss = world.system.at_moment(moment("11:00"))
    few = [row.id for row in selectors.queue(boss).rows]
    monkeypatch.setattr(reach, "FEW", 2)
    assert [row.id for row in selectors.queue(boss).rows] == few
    assert len(few) == 4
    assert [row.due_at for row in selectors.queue(boss).rows] == sorted(row.due_at for row in selectors.queue(boss).rows)


@pytest.mark.parametrize("common", [1, 2, 99])
@pytest.mark.parametrize(("text", "found"), [("谢谢", 5), ("第3次", 1), ("第", 5), ("３", 1), ("没有的", 0), ("，", 0)])
def test_rare_and_common_words_are_found_alike(five, act, monkeypatch, common, text, found):
    monkeypatch.setattr(queue, "COMMON", common)
    page = selectors.queue(act("10:10"), QueueFilter(text=text), size=3)
    rest = selectors.queue(act("10:10"), QueueFilter(text=text), after=page.next, size=3) if page.next else None
    assert len(page.rows) + (len(rest.rows) if rest else 0) == found


def test_a_technicians_queue_holds_only_his_own(five, world):
    assert selectors.queue(world.act(moment("10:10"), "technician")).rows == []
    desk.accept_case(five[0], answer="谢谢", act=world.act(moment("10:11")))
    desk.transfer_case(five[0], to_person=world.people["technician"], reason="他知道", act=world.act(moment("10:12")))
    Case.objects.unscoped("tests").filter(pk=five[0].pk).update(owner=world.people["technician"])
    assert [row.id for row in selectors.queue(world.act(moment("10:13"), "technician")).rows] == [five[0].pk]
    assert selectors.queue_counts(world.act(moment("10:13"), "technician"))["open"] == 1

"""Two people at once: one is served, the other is told."""

import threading

import pytest
from django.db import connection

from guanjia.desk import services as desk
from guanjia.kernel.errors import IllegalMove
from guanjia.kernel.models import JournalEntry
from tests import make
from tests.conftest import moment


def at_once(*deeds):
    """Run the deeds in threads that start together; returns what each gave or raised."""
    start, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(n, deed):
        try:
            start.wait()
            results[n] = deed()
        except Exception as error:
            results[n] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n, deed)) for n, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_people_close_one_case_and_one_is_told():
    world = make.world()
    case = make.case(moment("10:00"), type="praise", content="谢谢", by="desk_agent")
    case = desk.accept_case(case, answer="谢谢您", act=world.act(moment("10:05")))
    case = desk.resolve_case(case, result="已转达", act=world.act(moment("10:10")))
    closers = [world.act(moment("11:00"), role) for role in ("desk_supervisor", "office_manager")]
    results = at_once(*(lambda act=act: desk.close_case(case, outcome="manager", manager_reason="联系不上", act=act) for act in closers))
    assert sorted(type(result).__name__ for result in results) == ["Case", "IllegalMove"]
    told = next(result for result in results if isinstance(result, IllegalMove))
    assert "已关闭" in str(told)
    assert JournalEntry.objects.unscoped("tests").filter(fact="desk.case.closed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_calls_at_once_get_eight_numbers_in_a_row():
    world = make.world()
    acts = [world.act(moment("10:00")) for _ in range(8)]
    results = at_once(*(lambda act=act: desk.open_case(project=world.project, type="praise", content="谢谢", act=act) for act in acts))
    assert sorted(case.number[-4:] for case in results) == [f"{n:04d}" for n in range(1, 9)]

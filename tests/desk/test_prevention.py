"""What might lead to a complaint is written down with a measure, a person, a day, and in the end its effect (DESK-081)."""

from datetime import date

import pytest

from guanjia.kernel.errors import BadInput, GateClosed, IllegalMove
from guanjia.quality import services as quality
from guanjia.web.register import REGISTERS
from tests import make


@pytest.fixture
def register():
    return REGISTERS["prevention"]


@pytest.mark.rule("DESK-081")
def test_the_register_has_the_fields_of_the_clause_and_nothing_else_but_preventive_measures(world, act, register):
    assert [column.label for column in register.default_columns] == ["编号", "投诉隐患", "预防措施", "责任人", "期限", "效果", "状态"]
    measure = make.prevention()
    make.rectification()
    assert list(register.rows(act(by="desk_supervisor"))) == [measure]


@pytest.mark.rule("DESK-081")
def test_all_that_is_missing_is_told_at_once(world, act):
    with pytest.raises(GateClosed) as no:
        quality.register_prevention(
            project=world.project, matter=" ", preventive="", responsible=None, due_on=None, act=act(by="desk_supervisor")
        )
    assert no.value.rules == ["DESK-081"]
    assert [reason.field for reason in no.value.reasons] == ["matter", "preventive", "responsible_id", "due_on"]
    with pytest.raises(BadInput) as wrong:
        make.prevention(due_on=date(2026, 3, 1))
    assert [reason.field for reason in wrong.value.reasons] == ["due_on"]


@pytest.mark.rule("DESK-081")
def test_its_effect_is_said_by_another_when_it_is_done(world, act):
    done = quality.finish_rectification(make.prevention(), corrective="已检修两台", act=act("03-03 10:00", by="dept_head"))
    with pytest.raises(GateClosed) as no:
        quality.verify_rectification(done, effect=" ", act=act("03-04 10:00", by="desk_supervisor"))
    assert no.value.rules == ["DESK-081"]
    with pytest.raises(BadInput, match="责任人以外"):
        quality.verify_rectification(done, effect="不再积水", act=act("03-04 10:00", by="dept_head"))
    assert quality.verify_rectification(done, effect="不再积水", act=act("03-04 10:00", by="desk_supervisor")).effect == "不再积水"


def test_it_is_corrected_while_nobody_has_done_it(world, act):
    given = {"matter": "雨季积水", "preventive": "加装挡板", "responsible": world.people["foreman"], "due_on": date(2026, 4, 2)}
    measure = quality.correct_prevention(make.prevention(), **given, act=act(by="desk_supervisor"))
    assert (measure.state, measure.opinion, measure.responsible.name) == ("planned", "加装挡板", "赵班长")
    assert quality.correct_prevention(measure, **given, act=act("05-05 10:00", by="desk_supervisor")).due_on == date(2026, 4, 2)
    with pytest.raises(BadInput):
        quality.correct_prevention(measure, **given | {"due_on": None, "matter": ""}, act=act(by="desk_supervisor"))
    with pytest.raises(IllegalMove):
        quality.correct_prevention(make.rectification(), **given, act=act(by="desk_supervisor"))

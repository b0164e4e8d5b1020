"""The retention table: each kind of record with its length and its source, and nothing destroyed before (KB-021)."""

from datetime import date

import pytest

from guanjia.kernel.errors import BadInput, GateClosed
from guanjia.kernel.records import destroy
from guanjia.rulebook import keeping, registry, services, when
from guanjia.rulebook.catalogue import load
from tests import make
from tests.conftest import moment


def line(world, code, at="10:00"):
    return next(one for one in keeping.table(world.company.pk, moment(at), world.project.pk) if one.code == code)


def kept_until(thing, act):
    with pytest.raises(GateClosed) as no:
        destroy(thing, act=act)
    return {reason.rule: str(reason.message) for reason in no.value.reasons}


@pytest.mark.rule("KB-021")
def test_the_table_has_every_line_of_the_clause_with_a_length_and_a_source(world):
    lines = {one.code: one for one in keeping.table(world.company.pk, moment("10:00"))}
    assert set(load()["KB-021"].param("table")) <= set(lines)
    assert all(one.length and one.source and one.name for one in lines.values())
    assert lines["daily_report"].said == "按月装订"
    assert {code: (str(lines[code].length), lines[code].origin) for code in ("task_slip", "after_sales_records", "daily_report")} == {
        "task_slip": ("2 years", "handbook"),
        "after_sales_records": ("3 years", "handbook"),
        "daily_report": ("3 years", "default"),
    }


@pytest.mark.rule("KB-021")
def test_the_clauses_that_keep_a_kind_and_the_table_agree(world):
    for kind, bound in registry.retentions.items():
        for retention in bound:
            length, _rule = keeping.least(kind)
            assert not keeping.is_shorter(keeping.length_of(kind, world.company.pk, moment("10:00")), length), retention.rule


@pytest.mark.rule("KB-021")
def test_a_kind_without_a_figure_is_kept_for_the_default_from_the_last_that_was_said_of_it(world, act):
    found = make.rectification()
    make.put_right(found)
    until = kept_until(found, world.system.at_moment(moment("03-03 10:00")))
    assert set(until) == {"KB-021"}
    assert "2029-03-04" in until["KB-021"]
    make.parameter(rule="KB-021", key="default_keep", value="5 years", starts_on=date(2026, 3, 4))
    assert "2031-03-04" in kept_until(found, world.system.at_moment(moment("03-05 10:00")))["KB-021"]
    later = moment("03-05 10:00").replace(year=2031, month=3, day=4)
    assert destroy(found, act=world.system.at_moment(later)).kind == "quality.rectification"


@pytest.mark.rule("KB-021", "WORK-007")
def test_the_longer_of_clause_and_table_holds_from_the_day_the_company_says_so(world, act):
    order = make.order(state="completed")
    assert list(kept_until(order, world.system.at_moment(moment("03-03 10:00")))) == ["WORK-007"]
    services.set_retention(
        project=world.company,
        code="task_slip",
        keep="5 years",
        source="公司档案管理办法第八条",
        starts_on=date(2026, 3, 4),
        act=act(by="office_manager"),
    )
    assert list(kept_until(order, world.system.at_moment(moment("03-03 12:00")))) == ["WORK-007"]
    assert list(kept_until(order, world.system.at_moment(moment("03-04 12:00")))) == ["WORK-007", "KB-021"]
    told = line(world, "task_slip", "03-04 12:00")
    assert (str(told.length), told.origin, told.source, told.clauses) == ("5 years", "company", "公司档案管理办法第八条", ("WORK-007",))
    later = moment("03-04 12:00").replace(year=2028, month=3, day=5)
    assert list(kept_until(order, world.system.at_moment(later))) == ["KB-021"]


def test_what_is_not_finished_is_not_offered_by_the_table_either(world):
    order = make.order(state="assigned")
    assert list(kept_until(order, world.system.at_moment(moment("03-03 10:00").replace(year=2040)))) == ["WORK-007"]


@pytest.mark.rule("KB-021")
def test_everything_wrong_with_a_line_is_told_at_once(world, act):
    wrong = {"code": "工单", "name": " ", "keep": "for ever", "source": "", "starts_on": date(2026, 3, 1)}
    with pytest.raises(BadInput) as no:
        services.set_retention(project=world.company, **wrong, act=act(by="office_manager"))
    assert [reason.field for reason in no.value.reasons] == ["code", "name", "keep", "source", "starts_on"]
    with pytest.raises(BadInput) as no:
        services.set_retention(
            project=world.company,
            code="return_visit_form",
            keep="1 year",
            source="办法",
            starts_on=date(2026, 3, 2),
            act=act(by="office_manager"),
        )
    assert no.value.rules == ["FUP-022"]
    make.retention(code="daily_report", keep="", starts_on=date(2026, 1, 2))
    assert line(world, "daily_report").origin == "default"
    assert keeping.figure("monthly archive") is None
    assert keeping.is_shorter(when.parse_span("23 months"), when.parse_span("2 years"))

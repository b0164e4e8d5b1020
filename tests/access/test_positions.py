"""Things are named not only in addresses: in forms, in filters, in what an action asks for, and in fields that nobody asked for."""

from itertools import chain
from uuid import uuid4

import pytest
from django.db import models, transaction

from guanjia.org.selectors import act_of
from guanjia.web.fields import ReferenceField, ReferencesField
from guanjia.web.register import REGISTERS
from tests import battery

from . import cells, oracle, world

WRITERS = ("office_manager", "company_admin")


@pytest.fixture(params=sorted(REGISTERS))
def register(request):
    return REGISTERS[request.param]


@pytest.fixture
def writer(bed, register):
    """Who may write this register, and the act with which he would."""
    name = "office_manager" if oracle.registers()[register.slug]["create"] != "units" else "company_admin"
    return name, act_of(bed.people[name], world.NOW, "console")


def key_in(bed, model: type[models.Model], place: str) -> str | None:
    """The key of some row of that model that belongs to a place, or to the company of the place."""
    wanted = {place, f"{place[0]}0"}
    keys = model._base_manager.order_by("-pk").values_list("pk", flat=True)
    return next((str(key) for key in keys if bed.marks.keys.get(str(key)) in wanted), None)


def is_reference(field) -> bool:
    return isinstance(field, ReferenceField | ReferencesField)


def betrayed(bed, name, method, path, parameter, model) -> list[str]:
    """What is wrong with naming somebody else's thing there."""
    foreign, missing = key_in(bed, model, "B1"), str(uuid4())
    if foreign is None:
        return []
    asks = {"values": {parameter: foreign}} if method == "POST" else {"query": f"?{parameter}={foreign}"}
    asks_none = {"values": {parameter: missing}} if method == "POST" else {"query": f"?{parameter}={missing}"}
    theirs = cells.ask(bed.browsers[name], method, path, **asks)
    none = cells.ask(bed.browsers[name], method, path, **asks_none)
    wrong = [] if theirs.bare(foreign) == none.bare(missing) else [f"{path}: {parameter}: a foreign one and none differ"]
    wrong += [f"{path}: {parameter}: it was taken: {theirs.status}"] if method == "POST" and theirs.writes else []
    leaked = cells.leaks(bed, name, theirs, [foreign])
    return wrong + ([f"{path}: {parameter}: {leaked}"] if leaked else [])


def test_a_form_takes_nothing_of_others(bed, db, register, writer, record_property):
    if register.create is None:
        pytest.skip("nobody makes such rows by hand")
    name, act = writer
    fields = {field: made for field, made in register.form(act).fields.items() if is_reference(made)}
    record_property("cells", len(fields) * 2)
    wrong = [betrayed(bed, name, "POST", register.url("new"), field, made.model) for field, made in fields.items()]
    assert not list(chain(*wrong)), "\n".join(chain(*wrong))


def test_a_filter_finds_nothing_of_others(bed, db, register, writer, record_property):
    name, act = writer
    fields = {field: made for one in register.all_filters for field, made in one.form_fields(act).items() if is_reference(made)}
    record_property("cells", len(fields) * 2)
    wrong = [betrayed(bed, name, "GET", register.url(), field, made.model) for field, made in fields.items()]
    assert not list(chain(*wrong)), "\n".join(chain(*wrong))


def test_an_action_takes_nothing_of_others(bed, db, register, writer, record_property):
    name, act = writer
    wrong, count = [], 0
    for action in register.all_actions:
        path = f"{register.url()}{bed.key(register.slug, oracle.OWN)}/{action.verb}/"
        for field, made in action.form(register.model, act, None).fields.items():
            if is_reference(made):
                count += 2
                wrong += betrayed(bed, name, "POST", path, field, made.model)
    record_property("cells", count)
    assert not wrong, "\n".join(wrong)


def test_fields_that_nobody_asked_for_change_nothing(bed, db, register, writer):
    """What a form does not show cannot be set by sending it."""
    if register.change is None:
        pytest.skip("such rows are not corrected")
    assert changed_by_smuggling(bed, register, writer) == set()


def changed_by_smuggling(bed, register, writer) -> set[str]:
    """The fields that change although the form does not show them, when they are sent along."""
    name, act = writer
    row = register.model.objects.unscoped("tests").get(pk=bed.key(register.slug, oracle.OWN))
    form = register.form(act, row=row)
    foreign = bed.places["B1"].world
    told = battery.as_shown(register, act, row) | {"version": getattr(row, "version", "")}
    text = next((one for one in form.fields if not is_reference(form.fields[one]) and isinstance(told.get(one), str) and told[one]), None)
    if text is not None and not getattr(form.fields[text], "choices", None):
        told[text] = f"{told[text]}1"  # so that there is something to save
    extra = {
        field.name: value
        for field in register.model._meta.concrete_fields
        if field.name not in (*form.fields, "version")  # the version says which row was read: another one is a conflict
        for value in [smuggled(field, foreign)]
        if value is not None
    }
    told |= extra | {f"{field}_id": value for field, value in extra.items()}
    before = values_of(row)
    with transaction.atomic():
        bed.browsers[name].ask("POST", register.url("edit", row), told)
        after = values_of(register.model.objects.unscoped("tests").get(pk=row.pk))
        transaction.set_rollback(True)
    taken = {field for field in extra if before[field] != after[field]}  # what follows from the form may change, not to what was sent
    return {field for field in taken if str(after[field]) in (extra[field], "True")}


def smuggled(field: models.Field, foreign) -> str | None:
    if field.primary_key:
        return str(uuid4())
    if field.is_relation:
        return str({"company": foreign.company.pk, "project": foreign.project.pk}.get(field.name, uuid4()))
    if field.choices:
        return str(field.choices[-1][0])
    if isinstance(field, models.BooleanField):
        return "on"
    return "7" if isinstance(field, models.IntegerField | models.CharField) else None


def values_of(row) -> dict:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}

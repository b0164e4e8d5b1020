"""What is promised of every register, tried on each of them without naming any.

A register is there once it is declared; it is tried once `tests/make.py` has a factory for its rows: `make.<model>(project=…)`,
named like the register (`prevention`), or like the model in one word, in words, or by its last word (`workorder`, `work_order`, `order`).
"""

import io
import re
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.test import Client, TransactionTestCase
from django.test.utils import CaptureQueriesContext

from guanjia.kernel import clock, sheets
from guanjia.kernel.errors import Refusal
from guanjia.kernel.ids import uuid7
from guanjia.kernel.vault import SealedField
from guanjia.web import imports
from guanjia.web.filters import Filters
from guanjia.web.importers import RegisterImporter
from guanjia.web.navigation import menu
from guanjia.web.register import REGISTERS, Register
from tests import make
from tests.conftest import moment

QUERIES_MAX = 14  # sign-in, session and rights are among them
HOSTILE = "<script>alert(1)</script>'\"&{{7*7}}"
NOT_VALUES = ("zz", "' OR 1=1 --", "\x00", "9" * 400, "-1", "2026-13-45", "<b>", "%", "\\", "／", "e" * 5000)


# -- what each test is given ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def settled(django_db_setup, django_db_blocker):
    """A world, one of another company and one beside it, made once for all these tests; afterwards the database is thrown away."""
    with django_db_blocker.unblock():
        foreign = make.world(name="别家小区", code="BJ")
        company = make.world(name="邻近小区", code="LJ").company
        sibling = make.newest()
        world = make.world(company=company)
    yield world, sibling, foreign
    with django_db_blocker.unblock():
        TransactionTestCase._fixture_teardown(None)  # tests/database.py: a fresh copy


@pytest.fixture
def world(settled, db):
    return settled[0]


@pytest.fixture(params=sorted(REGISTERS))
def register(request) -> Register:
    return REGISTERS[request.param]


@pytest.fixture
def viewer(register, world):
    """The person of the world who may do most with this register."""

    def power(role):
        act = world.act(moment("10:00"), role)
        return (
            register.may_see(act),
            register.may_import(act),
            register.may_create(act),
            register.may_change(act),
            len(act.rights.grants[0].permissions),
        )

    role = max(world.people, key=power)
    assert register.may_see(world.act(moment("10:00"), role)), "no role of the world may look at this register"
    return world.people[role]


@pytest.fixture
def client_of(viewer):
    client = Client()
    client.force_login(viewer)
    return client


@pytest.fixture
def row(register, world):
    return sample(register, world.project)


@pytest.fixture
def act_of_viewer(viewer, world):
    role = next(role for role, person in world.people.items() if person == viewer)
    return lambda via="console": world.act(moment("10:00"), role, via)


def sample(register: Register, project):
    """A row of this register in that project."""
    words = re.findall(r"[A-Z][a-z0-9]*", register.model.__name__)
    names = [register.slug.replace("-", "_"), "".join(words).lower(), "_".join(words).lower(), words[-1].lower()]
    factory = next((getattr(make, name) for name in names if callable(getattr(make, name, None))), None)
    assert factory is not None, f"tests/make.py has no factory for {register.model.__name__}: one of {names}"
    made = factory(project=project)
    return made if isinstance(made, register.model) else register.model.objects.unscoped("tests").filter(project=project).latest("pk")


def ids_in(page: str) -> set[str]:
    return set(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", page))


def listed(client, register, query="") -> str:
    answer = client.get(f"{register.url()}{query}")
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def rows_of(register, act, query: dict) -> list:
    filters = Filters(register.all_filters, act, query, search=register.search)
    assert filters.is_valid, filters.form.errors
    return list(filters.narrow(register.rows(act)))


def screens(register, row_id) -> list[str]:
    """The addresses of one row's screens."""
    base = f"{register.url()}{row_id}/"
    return [base, f"{base}edit", f"{base}history", *(f"{base}{action.verb}/" for action in register.all_actions)]


# -- seeing --------------------------------------------------------------------------------------
def test_whoever_may_look_sees_list_and_page(register, client_of, row):
    assert register.title in listed(client_of, register)
    assert client_of.get(register.url("row", row)).status_code == 200
    assert client_of.get(register.url("history", row)).status_code == 200


def test_whoever_has_no_business_with_it_sees_nothing(register, world, row):
    stranger = make.staff(world, "secretary", name="文秘")[0]
    client = Client()
    client.force_login(stranger)
    for address in (register.url(), register.url("export"), register.url("export-xlsx"), register.url("options"), register.url("row", row)):
        assert client.get(address).status_code == 403, address
    act = make.org_selectors.act_of(stranger, moment("10:00"), "console")
    assert register.url() not in [item["url"] for group in menu(act, "/") for item in group["items"]]


def test_without_signing_in_every_screen_leads_to_the_door(register, row):
    client = Client()
    for address in (register.url(), register.url("new"), register.url("import"), register.url("export"), *screens(register, row.pk)):
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Location"][:7]) == (302, "/login/"), address


def test_a_row_of_another_company_is_as_good_as_none(register, settled, client_of, row):
    assert betrayed(register, client_of, sample(register, settled[2].project)) == []


def test_a_row_of_another_project_is_as_good_as_none(register, settled, client_of, row):
    if not register.is_project_scoped:
        pytest.skip("its rows belong to the company")
    assert betrayed(register, client_of, sample(register, settled[1].project)) == []


def betrayed(register, client, foreign) -> list[str]:
    """The addresses at which a foreign row answers otherwise than one that is not there."""
    with clock.travelling(moment("10:00")):  # so that pages differ in nothing but what they say
        wrong = [register.url()] if str(foreign.pk) in ids_in(listed(client, register)) else []
        for theirs, none in zip(screens(register, foreign.pk), screens(register, uuid7()), strict=True):
            for mine, other in zip(asked(client, theirs), asked(client, none), strict=True):
                alike = (mine.status_code, said(mine)) == (other.status_code, said(other))
                if not alike or mine.status_code not in (404, 405):
                    wrong.append(f"{theirs}: {mine.status_code}")
    return wrong


def asked(client, address) -> list:
    return [client.get(address), client.post(address, {"form_key": str(uuid7())})]


def said(answer) -> str:
    """A page without what is new each time: the forgery token, the request's id, the address asked for."""
    return re.sub(r"\"form_key\" value=\"[^\"]*|[A-Za-z0-9]{64}|[0-9a-f-]{36}|[0-9a-f]{16}", "", answer.content.decode())


# -- finding -------------------------------------------------------------------------------------
def test_each_filter_finds_the_row_by_its_own_value(register, act_of_viewer, row):
    act = act_of_viewer()
    for one in register.all_filters:
        value = one.column.value(row)
        if value is None or value == "":
            continue
        text = one.column.text_of(value, bare=True) if one.kind in ("link", "text") else value
        match one.kind:
            case "choice" | "link" | "text":
                query = {one.name: text}
            case "yes":
                query = {one.name: "1" if value else "0"}
            case "moment":
                query = {f"{one.name}.from": f"{value:%Y-%m-%d}"}
            case "money":
                query = {f"{one.name}.from": f"{value / 100:.2f}", f"{one.name}.to": f"{value / 100:.2f}"}
            case _:
                query = {f"{one.name}.from": str(value), f"{one.name}.to": str(value)}
        assert row in rows_of(register, act, query), f"{one.name}={query}"


def test_what_is_no_value_of_a_filter_is_told_and_shows_nothing_else(register, act_of_viewer, client_of, row):
    act = act_of_viewer()
    for one in register.all_filters:
        for name in one.form_fields(act):
            for value in NOT_VALUES:
                filters = Filters(register.all_filters, act, {name: value}, search=register.search)
                found = list(filters.narrow(register.rows(act)))
                assert filters.is_valid or not found, f"{name}={value[:20]!r}"
    for value in NOT_VALUES:
        Filters((), act, {"q": value}, search=register.search).narrow(register.rows(act)).exists()
        register.ordering(value).page(register.rows(act), 5, after=value)
        register.ordering().page(register.rows(act), 5, before=value)
    everything = {name: "' OR 1=1" for one in register.all_filters for name in one.form_fields(act)}
    listed(client_of, register, "?" + urlencode(everything | {"q": "\x00", "sort": "company__name", "after": "%", "no_such_filter": "1"}))


def test_search_finds_the_row_by_what_it_says(register, client_of, act_of_viewer, row):
    for path in register.search:
        words = str(register.column(path).value(row) or "").split()
        if words:
            assert row in rows_of(register, act_of_viewer(), {"q": words[0]}), f"{path}: {words[0]}"
    assert client_of.get(register.url("options"), {"q": "x"}).status_code == 200


def test_every_sortable_column_sorts_both_ways(register, act_of_viewer, client_of, row):
    sortable = [column for column in register.all_columns.values() if column.is_sortable]
    for column in sortable:
        rows = register.rows(act_of_viewer())
        up, down = (register.ordering(sort).page(rows, 1000).rows for sort in (column.name, f"-{column.name}"))
        assert row in up, column.name
        values = [column.value(one) for one in up]
        assert sorted(map(str, values)) == sorted(str(column.value(one)) for one in down), column.name
    if sortable:
        listed(client_of, register, f"?sort=-{sortable[-1].name}")


def test_every_column_can_be_chosen(register, client_of, row):
    names = list(register.all_columns)
    assert client_of.post(register.url("columns"), {"column": names, "form_key": f"{uuid7()}"}).status_code == 302
    page = listed(client_of, register)
    assert all(column.label in page for column in register.all_columns.values())


# -- writing -------------------------------------------------------------------------------------
def test_an_empty_form_tells_everything_missing_at_once(register, client_of, act_of_viewer):
    if not register.may_create(act_of_viewer()):
        pytest.skip("nobody makes such rows by hand")
    page = client_of.get(register.url("new"))
    assert page.status_code == 200
    answer = client_of.post(register.url("new"), {"form_key": f"{uuid7()}"})
    form = register.form(act_of_viewer(), {})
    if form.is_valid():
        pytest.skip("nothing needs to be said")
    assert answer.status_code == 422
    for name in form.errors:
        assert f'id="id_{name}"' in answer.content.decode(), name


def test_an_edit_without_changes_changes_nothing(register, client_of, act_of_viewer, row):
    if not register.may_change(act_of_viewer(), row):
        pytest.skip("such rows are not corrected")
    data = as_shown(register, act_of_viewer(), row)
    answer = client_of.post(register.url("edit", row), data | {"version": getattr(row, "version", ""), "form_key": f"{uuid7()}"})
    assert answer.status_code == 302, answer.content.decode()
    again = register.model.objects.unscoped("tests").get(pk=row.pk)
    assert getattr(again, "version", 0) == getattr(row, "version", 0)


def test_an_old_form_does_not_overwrite_what_somebody_else_changed(register, client_of, act_of_viewer, row):
    if not register.may_change(act_of_viewer(), row) or not hasattr(row, "version"):
        pytest.skip("such rows are not corrected")
    data = as_shown(register, act_of_viewer(), row)
    answer = client_of.post(register.url("edit", row), data | {"version": row.version + 1, "form_key": f"{uuid7()}"})
    assert answer.status_code == 409


def as_shown(register, act, row) -> dict:
    """What a browser would send of the form as it came."""
    form = register.form(act, row=row)
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


# -- files ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_is_a_valid_import_that_changes_nothing(register, client_of, act_of_viewer, viewer, world, row, kind):
    answer = client_of.get(register.url("export" if kind == "csv" else "export-xlsx"))
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)
    told = list(sheets.read(io.BytesIO(content)))
    assert told, "the file is empty"
    if not register.may_import(act_of_viewer()):
        return
    importer, act = RegisterImporter(register), act_of_viewer("import")
    run = imports.receive(importer, name=f"x.{kind}", content=content, into=world.project, act=act, by=viewer)
    while imports.advance(run, importer, act):
        pass
    wrong = list(run.rows.exclude(verdict="unchanged").values_list("line", "verdict", "changes", "reasons"))
    assert not wrong


def test_what_is_personal_leaves_masked(register, client_of, row):
    personal = [column for column in register.all_columns.values() if column.is_personal]
    client_of.post(register.url("columns"), {"column": list(register.all_columns), "form_key": f"{uuid7()}"})
    content = b"".join(client_of.get(register.url("export")).streaming_content).decode()
    pages = listed(client_of, register) + client_of.get(register.url("row", row)).content.decode() + content
    for column in personal:
        text = column.text(row, bare=True)
        assert not text or column.text(row) == text or text not in pages, column.name


# -- soundness -----------------------------------------------------------------------------------
def test_a_list_asks_the_database_a_dozen_times_however_long_it_is(register, client_of, world, row):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            listed(client_of, register)
        return len(asked)

    few = queries()
    for _turn in range(4):
        with suppress(Refusal, IntegrityError), transaction.atomic():
            sample(register, world.project)
    many = queries()
    assert few <= QUERIES_MAX
    assert many <= few, "a row costs a query"


def test_hostile_words_are_shown_as_words(register, client_of, row):
    texts = [
        field.name
        for field in register.model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField)
        and field.name not in ("number", "code")  # given by us, and part of addresses
        and not field.choices
        and not field.primary_key
        and not isinstance(field, models.GeneratedField | SealedField)  # what is sealed is shown as stars
        and (field.max_length or 999) >= len(HOSTILE)
    ]
    for name in texts:
        with suppress(DatabaseError), transaction.atomic():
            register.model.objects.unscoped("tests").filter(pk=row.pk).update(**{name: HOSTILE})
    client_of.post(register.url("columns"), {"column": list(register.all_columns), "form_key": f"{uuid7()}"})
    for address in (register.url(), f"{register.url()}?q={HOSTILE}", *screens(register, row.pk)):
        page = client_of.get(address).content.decode()
        assert "<script>alert(1)" not in page, address
        assert "49" not in re.findall(r"&amp;(\d+)", page), address

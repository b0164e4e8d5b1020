"""The second net: PostgreSQL shows no company's rows to whoever works for another, whatever the application asks."""

import threading
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.db import connection, connections, transaction

from guanjia.customers.models import Customer
from guanjia.desk.models import Case
from guanjia.kernel import memo, policies, wall
from guanjia.kernel.embedded import APPLICATION
from guanjia.kernel.models import JournalEntry
from guanjia.kernel.postgres.base import forget_pass
from guanjia.org import services as org
from guanjia.org.models import Company, Person
from guanjia.quality.models import CheckAnswer
from guanjia.rulebook.models import Obligation
from tests import make, nets
from tests.conftest import moment


@pytest.fixture(autouse=True)
def stood_up(settings):
    settings.GUANJIA_WALL = True


@pytest.fixture
def application() -> str:
    """The role of web and worker; "" where this server has none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND pg_has_role(current_user, oid, 'MEMBER')", [APPLICATION])
        return APPLICATION if cursor.fetchone() else ""


@pytest.fixture
def standing(db, application):
    """The wall stands in this test's transaction, and this connection is the application's."""
    policies.stand(connection, application)
    if application:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {application}")


@pytest.fixture
def two(standing):
    """Two companies, each with a case and all that a case brings with it."""
    ours = make.world()
    make.case(project=ours.project)
    theirs = make.world(name="别的", code="OT")
    make.case(project=theirs.project)
    return ours, theirs


def counted(table: str, where: str = "true", values: tuple = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}" WHERE {where}', values)
        return cursor.fetchone()[0]


# -- everything that has a company ------------------------------------------------------------------
def test_every_table_stands_behind_the_wall_or_says_why_not(standing):
    assert policies.gaps(connection) == []


def test_a_wall_that_lies_down_leaves_nothing_behind(two, settings):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else the tables wait for them
    with nets.owner():
        policies.lie(connection)
        settings.GUANJIA_WALL = False
        with wall.inside(()), connection.cursor() as cursor:
            assert counted("desk_case") == 2
            cursor.execute("SELECT count(*) FROM pg_policies")
            assert cursor.fetchone() == (0,)
            cursor.execute("RESET guanjia.pass")
            cursor.execute("SELECT count(*) FROM desk_cases_saying('天花板')")
            assert cursor.fetchone() == (2,)


def test_a_table_of_which_nobody_said_where_it_stands_stops_the_migration(monkeypatch):
    monkeypatch.delitem(policies.OUTSIDE, "kernel_sequence")
    with pytest.raises(RuntimeError, match="kernel_sequence"):
        policies.walled()


def test_nothing_said_nothing_seen(two):
    with wall.inside(()):
        assert {one.table: n for one in policies.walled() if (n := counted(one.table))} == {}


def test_inside_a_company_no_row_of_another_is_seen(two):
    ours, _theirs = two
    seen = {}
    for model in (model for model in apps.get_models() if "company_id" in {field.column for field in model._meta.concrete_fields}):
        table = model._meta.db_table
        everywhere = counted(table, "company_id = %s", (ours.company.pk,))
        with wall.inside([ours.company.pk]):
            assert counted(table, "company_id <> %s", (ours.company.pk,)) == 0, table
            assert counted(table) == everywhere, table
        seen[table] = everywhere
    assert len([table for table, rows in seen.items() if rows]) > 15


def test_what_hangs_on_a_row_is_seen_with_it(two):
    ours, theirs = two
    with wall.inside([ours.company.pk]):
        run = make.check_run(project=ours.project)
        mine = CheckAnswer.objects.filter(run=run).count()
        assert mine > 0
    with wall.inside([theirs.company.pk]):
        assert CheckAnswer.objects.count() == 0
        assert CheckAnswer.objects.filter(run_id=run.pk).update(value="no") == 0
    assert CheckAnswer.objects.count() == mine


def test_a_person_of_two_companies_sees_both_and_no_third(two):
    ours, theirs = two
    third = make.world(name="第三家", code="TH")
    with wall.inside([ours.company.pk, theirs.company.pk]):
        assert set(Company.objects.values_list("pk", flat=True)) == {ours.company.pk, theirs.company.pk}
    assert Company.objects.filter(pk=third.company.pk).exists()


# -- each net alone --------------------------------------------------------------------------------
def test_the_wall_holds_alone(two):
    ours, _theirs = two
    act = ours.act(moment("10:00"), "desk_agent")
    with nets.only_the_wall(), wall.inside(act.companies):
        for model in (Case, Customer, Person, Obligation, JournalEntry):
            rows = model.objects.visible_to(act)
            assert {row.company_id for row in rows} <= {ours.company.pk}, model
        assert Case.objects.visible_to(act).exists()


def test_the_application_holds_alone(two):
    ours, _theirs = two
    act = ours.act(moment("10:00"), "desk_agent")
    with nets.only_the_application(), wall.inside(()):
        for model in (Case, Customer, Person, Obligation, JournalEntry):
            assert {row.company_id for row in model.objects.visible_to(act)} <= {ours.company.pk}, model
        assert counted("desk_case") == 2


# -- the application's role --------------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "ALTER TABLE desk_case DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE desk_case NO FORCE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON desk_case USING (true)",
        "DROP TABLE desk_case",
        "TRUNCATE desk_case CASCADE",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT * FROM kernel_wallkey",
        "UPDATE kernel_wallkey SET inner_pad = ''",
        "UPDATE kernel_journalentry SET by_name = 'x'",
        "DELETE FROM kernel_journalabout",
        "DELETE FROM rulebook_duechange",
        "DELETE FROM django_migrations",
        "ALTER ROLE guanjia_app BYPASSRLS",
        "SET LOCAL session_replication_role = replica",
        "COPY desk_case TO PROGRAM 'true'",
        "SELECT pg_read_file('PG_VERSION')",
    ],
)
def test_the_application_owns_nothing(two, application, statement):
    if not application:
        pytest.skip("this server has no role for the application")
    with pytest.raises(Exception, match=r"permission denied|must be owner|superuser"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_not_even_a_table_of_the_session_is_made(standing, application):
    if not application:
        pytest.skip("this server has no role for the application")
    with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE mine (id int)")


def test_statistics_tell_no_values(two):
    """pg_stats keeps the columns of tables with row-level security to itself."""
    with nets.owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE desk_case")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'desk_case'")
        assert cursor.fetchone() == (0,)


def test_search_looks_behind_no_wall(two):
    ours, theirs = two
    Case.objects.unscoped("tests").update(content="水管爆裂漏水")
    said = "SELECT count(*), count(DISTINCT project_id) FROM desk_cases_saying('漏水')"
    for companies, found in (([ours.company.pk], (1, 1)), ([ours.company.pk, theirs.company.pk], (2, 2)), ([], (0, 0))):
        with wall.inside(companies), connection.cursor() as cursor:
            cursor.execute(said)
            assert cursor.fetchone() == found


# -- writing ---------------------------------------------------------------------------------------
def test_nobody_writes_into_another_company(two):
    ours, theirs = two
    with wall.inside([ours.company.pk]):
        assert Case.objects.unscoped("tests").update(title="x") == 1
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Case.objects.unscoped("tests").update(company=theirs.company)
        with pytest.raises(Exception, match="row-level security"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO kernel_chainhead (company_id, seq, hash) VALUES (%s, 0, '')", [uuid4()])
    assert set(Case.objects.unscoped("tests").values_list("title", flat=True)) != {"x"}


def test_a_use_case_works_behind_the_wall_of_its_act(two):
    ours, _theirs = two
    seen = []

    def look(*_args, **_kwargs):
        seen.append(wall.seen())

    with wall.everyone("tests"):
        act = ours.act(moment("10:00"), "office_manager")
        with connection.execute_wrapper(lambda execute, *given: (look(), execute(*given))[1]):
            org.change_person(ours.people["technician"], phone="+8613800138001", act=act)
        assert set(seen) == {str(ours.company.pk)}
        assert wall.seen() == wall.EVERYONE


# -- passes ----------------------------------------------------------------------------------------
def shown(words: str, statement: str = "SET guanjia.pass = '{}'") -> int:
    """How many cases a connection sees that smuggled these words past the application."""
    with wall.inside(()):
        counted("desk_case")
        with connection.cursor() as cursor:
            cursor.execute(statement.format(words))
            cursor.execute("SELECT count(*) FROM desk_case")
            found = cursor.fetchone()[0]
            cursor.execute("RESET guanjia.pass")
    return found


@pytest.mark.parametrize("statement", ["SET guanjia.pass = '{}'", "SELECT set_config('guanjia.pass', '{}', false)"])
def test_a_pass_is_not_made_by_who_does_not_hold_the_key(two, statement):
    ours, theirs = two
    process = connection.connection.info.backend_pid
    good = wall.pass_for(str(theirs.company.pk), process)
    signature = good.partition(":")[2]
    assert shown(good, statement) == 1  # it is these words that open
    for words in (
        "*",
        "*:",
        f"*:{signature}",
        str(theirs.company.pk),
        f"{theirs.company.pk}:{'0' * 64}",
        f"{theirs.company.pk},{ours.company.pk}:{signature}",
        f"{ours.company.pk}:{signature}",
        wall.pass_for(str(theirs.company.pk), process + 1),
        f"{good}:x"[::-1],
    ):
        assert shown(words, statement) == 0, words


@pytest.mark.django_db(transaction=True)
def test_another_sessions_pass_is_worth_nothing():
    """What a neighbour's statement was stands in pg_stat_activity for everybody of the same role."""
    policies.stand(connection)
    with psycopg.connect(connection.get_connection_params()["dbname"] and _conninfo()) as other:
        stolen = wall.pass_for(wall.EVERYONE, connection.connection.info.backend_pid)
        other.execute(f"SET guanjia.pass = '{stolen}'")
        assert other.execute("SELECT kernel_everyone()").fetchone() == (False,)
        other.execute(f"SET guanjia.pass = '{wall.pass_for(wall.EVERYONE, other.info.backend_pid)}'")
        assert other.execute("SELECT kernel_everyone()").fetchone() == (True,)


def _conninfo() -> str:
    given = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        host=given["HOST"], port=given["PORT"] or None, user=given["USER"], password=given["PASSWORD"] or None, dbname=given["NAME"]
    )


def test_who_drops_the_pass_sees_nothing(two):
    ours, _theirs = two
    with wall.inside([ours.company.pk]):
        assert counted("desk_case") == 1
        with connection.cursor() as cursor:
            for statement in ("RESET guanjia.pass", "SET guanjia.pass = ''", "SELECT set_config('guanjia.pass', NULL, false)"):
                cursor.execute(statement)
                cursor.execute("SELECT count(*) FROM desk_case")
                assert cursor.fetchone() == (0,), statement
        connection.shown = None
        assert counted("desk_case") == 1


def test_functions_views_and_copies_are_behind_the_wall_too(two):
    ours, _theirs = two
    with wall.inside([ours.company.pk]), connection.cursor() as cursor:
        with nets.owner():
            cursor.execute("CREATE VIEW mine AS SELECT * FROM kernel_journalentry")
            cursor.execute("GRANT SELECT ON mine TO PUBLIC")
        cursor.execute("SELECT count(DISTINCT company_id) FROM mine")
        assert cursor.fetchone() == (1,)
        with cursor.copy("COPY (SELECT company_id FROM desk_case) TO STDOUT") as copy:
            assert {bytes(line).decode().strip() for line in copy} == {str(ours.company.pk)}
        cursor.execute("SELECT count(*) FROM desk_case TABLESAMPLE SYSTEM (100)")
        assert cursor.fetchone() == (1,)

        def unasked() -> None:
            cursor.execute("SET LOCAL row_security = off")
            cursor.execute("SELECT count(*) FROM desk_case")

        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            unasked()


# -- one connection after another -------------------------------------------------------------------
def test_what_a_rollback_takes_back_is_told_again(two):
    ours, theirs = two
    with wall.inside([theirs.company.pk]):
        assert counted("desk_case", "company_id = %s", (theirs.company.pk,)) == 1
    for _nth in range(2):
        with pytest.raises(ZeroDivisionError), transaction.atomic(), wall.inside([ours.company.pk]):
            raise ZeroDivisionError(counted("desk_case", "company_id = %s", (ours.company.pk,)))
        with wall.inside([ours.company.pk]):
            assert counted("desk_case", "company_id = %s", (ours.company.pk,)) == 1
            assert counted("desk_case") == 1


def test_a_failed_statement_leaves_the_pass_as_it_ought_to_be(two):
    ours, theirs = two
    with wall.inside([ours.company.pk]):
        with (
            pytest.raises(Exception, match="division by zero"),
            transaction.atomic(),
            wall.inside([theirs.company.pk]),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT 1/0")
        assert counted("desk_case", "company_id = %s", (theirs.company.pk,)) == 0
        assert counted("desk_case") == 1


def test_an_answer_read_after_the_request_sees_what_the_request_saw(two):
    ours, _theirs = two
    with wall.inside([ours.company.pk]):
        parts = wall.carried(counted("desk_case") for _nth in range(2))
    with wall.inside(()):
        assert list(parts) == [1, 1]
        assert counted("desk_case") == 0


def test_what_was_remembered_with_one_pass_is_no_answer_to_another(two, settings):
    ours, _theirs = two
    settings.GUANJIA_MEMO_SECONDS = 60
    ask = memo.remembered(counted)
    with wall.inside(()):
        assert ask("desk_case") == 0
    with wall.inside([ours.company.pk]):
        assert ask("desk_case") == 1
    assert ask("desk_case") == 2


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_through_one_pool_see_their_own():
    """Eight connections, two companies, threads that end well, in an error, or with their server process killed."""
    policies.stand(connection)
    worlds = [make.world(), make.world(name="别的", code="OT")]
    wrong, done = [], []

    def work(nth: int) -> None:
        own = worlds[nth % 2].company.pk
        mine = connections["default"]
        try:
            with wall.inside(()):
                if nth % 3 == 0 and Person.objects.unscoped("tests").count():
                    wrong.append((nth, "somebody else's pass was still there"))
                with wall.inside([own]):
                    seen = {row.company_id for row in Person.objects.unscoped("tests")}
                    if seen != {own}:
                        wrong.append((nth, seen))
                    with transaction.atomic():
                        Person.objects.unscoped("tests").update(pinyin=f"{nth}")
                        if nth % 5 == 0:
                            raise ZeroDivisionError
                    if nth % 40 == 7:
                        with mine.cursor() as cursor:
                            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
            done.append(nth)
        except ZeroDivisionError:
            done.append(nth)
        except Exception as fault:
            (done.append(nth) if nth % 40 == 7 else wrong.append((nth, repr(fault))))
        finally:
            mine.close()

    options = connection.settings_dict["OPTIONS"]
    application = options.pop("assume_role", "")  # which Django's pool cannot do; whoever connects, the wall is forced
    connection.close()
    wall.shut()
    options["pool"] = {"min_size": 2, "max_size": 8, "timeout": 60, "reset": forget_pass}
    try:
        threads = [threading.Thread(target=work, args=(nth,)) for nth in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        connection.close_pool()
        del options["pool"]
        options |= {"assume_role": application} if application else {}
        wall.stand_open("tests")
    assert wrong == []
    assert len(done) == 200

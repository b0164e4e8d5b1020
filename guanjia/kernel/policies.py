"""Which tables stand behind the wall, and the policies that PostgreSQL keeps for them: one declaration, read from the models.

A table with a column `company_id` shows the rows of the companies in the pass. One without it hangs on the first row that it
must name (a step on its request, an answer on its check) and is seen with it. Every other table stands in `OUTSIDE` with the
reason; a table that is in none of the three stops the migration. Each migration ends by bringing the database to this state:
policies up where the wall stands (GUANJIA_WALL), down where it lies.

A row may be hung on a row of the same statement, which no policy could see yet. So hanging is open to whoever holds a pass at
all, and the foreign key says that there is something to hang on; reading, changing and taking off are not.
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _

from . import wall

OUTSIDE = {
    "kernel_sequence": "counts numbers given per project and day, nothing else",
    "kernel_oncekey": "keyed by a secret that only the asker's form holds; kept four days",
    "kernel_schedulerun": "names periods of projects, nothing of people",
    "kernel_jobrun": "numbers of jobs done",
    "org_role": "roles are the same for every company",
    "org_loginfailure": "counts failures before anybody is known",
    "rulebook_rollupmark": "one row: until which day days are closed",
    "rulebook_staleday": "days of projects to be counted again",
    "auth_permission": "Django's own, not used",
    "auth_group": "Django's own, not used",
    "auth_group_permissions": "Django's own, not used",
    "django_content_type": "names of tables",
    "django_session": "keyed by a secret that only the browser holds",
}
HANGS = "EXISTS"
#: what a function of the owner's reads for everybody, because its index may not be used behind the wall; it keeps to the pass
READ_BY_OWNER = ("desk_case",)
FOREIGN = "procrastinate_"  # the queue: ids of rows, never their contents


def seen_if(column: str) -> str:
    """The company is in the pass. The sub-selects are asked once a statement; equality of uuids leaks nothing and is cheap."""
    return f"{column} = ANY((SELECT kernel_companies())::uuid[]) OR (SELECT kernel_everyone())"


#: where the company is not a column of that name: the company itself, and a group, which is seen with any of its companies
OF_THEMSELVES = {
    "org_company": seen_if("id"),
    "org_group": f"{HANGS} (SELECT 1 FROM org_company below WHERE below.group_id = org_group.id) OR (SELECT kernel_everyone())",
}


@dataclass(frozen=True)
class Walled:
    """One table behind the wall and the condition under which its rows are seen."""

    table: str
    condition: str
    hangs: bool = False

    @property
    def rule(self) -> str:
        """What follows CREATE POLICY … ON …"""
        return f"USING ({self.condition})" + (" WITH CHECK ((SELECT kernel_pass()) <> '')" if self.hangs else "")

    @property
    def policy(self) -> str:
        """Named by what it says: a changed rule is another policy."""
        return f"wall_{sha256(self.rule.encode()).hexdigest()[:8]}"


def walled() -> list[Walled]:
    """Every table behind the wall, by name. RuntimeError names each table of which nobody has said where it stands."""
    found, homeless = [], []
    for model in sorted(_models(), key=lambda model: model._meta.db_table):
        table, condition = model._meta.db_table, _condition(model)
        if condition:
            found.append(Walled(table, condition, hangs=condition.startswith(HANGS)))
        elif table not in OUTSIDE and not table.startswith(FOREIGN):
            homeless.append(table)
    if homeless:
        raise RuntimeError(
            f"nobody says which company sees {', '.join(homeless)}: add a column company_id, let its first foreign key name a row"
            " of a company, or give the reason in OUTSIDE of kernel/policies.py"
        )
    return found


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]


def _condition(model: type[models.Model]) -> str:
    columns = {field.column for field in model._meta.concrete_fields}
    if model._meta.db_table in OF_THEMSELVES:
        return OF_THEMSELVES[model._meta.db_table]
    if "company_id" in columns:
        return seen_if("company_id")
    above = _hangs_on(model)
    if above is None:
        return ""
    parent = above.remote_field.model._meta
    return f'{HANGS} (SELECT 1 FROM "{parent.db_table}" above WHERE above."{above.target_field.column}" = "{model._meta.db_table}"."{above.column}")'


def _hangs_on(model: type[models.Model]) -> Any | None:
    """The first foreign key that is never empty and leads to a table behind the wall."""
    keys = [field for field in model._meta.concrete_fields if field.remote_field and not field.null]
    return next((key for key in keys if key.remote_field.model is not model and _condition(key.remote_field.model)), None)


# -- the database ----------------------------------------------------------------------------------
def keep(connection: Any, application: str = "") -> None:
    """Bring the database to the declared state, the wall standing or lying. Called as the owner, at the end of `migrate`."""
    with connection.cursor() as cursor:
        is_known = "kernel_wallkey" in _found(cursor)
    if not is_known:  # migrated back to before the wall
        return
    if wall.stands():
        stand(connection, application)
    else:
        lie(connection)


def lie(connection: Any) -> None:
    """Every table in front of the wall again; what the application's role may do stays as it is."""
    with connection.cursor() as cursor:
        for table, (forced, policies) in _found(cursor).items():
            for policy in {name for name in policies if name.startswith("wall_")} | {"owner_reads"}:
                cursor.execute(f'DROP POLICY IF EXISTS {policy} ON "{table}"')
            if forced:
                cursor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY')


def stand(connection: Any, application: str = "") -> None:
    """The key of passes, row-level security, policies, and what the application's role may do; policies change only where they differ."""
    inner, outer = wall.pads(settings.SECRET_KEY)
    with connection.cursor() as cursor:
        there = _found(cursor)
        cursor.execute(
            "INSERT INTO kernel_wallkey (one, inner_pad, outer_pad) VALUES (true, %s, %s)"
            " ON CONFLICT (one) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad"
            " WHERE (kernel_wallkey.inner_pad, kernel_wallkey.outer_pad) <> (excluded.inner_pad, excluded.outer_pad)",
            [inner, outer],
        )
        for one in (one for one in walled() if one.table in there):  # backwards, tables are gone that models still name
            forced, policies = there[one.table]
            if not forced:
                cursor.execute(f'ALTER TABLE "{one.table}" ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY')
            if one.policy not in policies:
                cursor.execute(f'CREATE POLICY {one.policy} ON "{one.table}" {one.rule}')
            for former in {name for name in policies if name.startswith("wall_")} - {one.policy}:
                cursor.execute(f'DROP POLICY {former} ON "{one.table}"')
        for table in READ_BY_OWNER:
            cursor.execute(f'DROP POLICY IF EXISTS owner_reads ON "{table}"')
            if application:
                cursor.execute(f'CREATE POLICY owner_reads ON "{table}" FOR SELECT TO CURRENT_USER USING (true)')
        if application:
            cursor.execute(_LEAVE_NOTHING_TO_PUBLIC)
            cursor.execute(_GRANTS.replace("application", f'"{application}"'))


# What is append-only is what the trigger guards. Nobody but the owner makes tables, not even temporary ones.
_LEAVE_NOTHING_TO_PUBLIC = """
DO $$ BEGIN
    EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$
"""
_GRANTS = """
DO $$ DECLARE kept regclass;
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO application', current_schema());
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO application', current_schema());
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO application', current_schema());
    REVOKE ALL ON kernel_wallkey FROM application;
    REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM application;
    FOR kept IN SELECT tgrelid::regclass FROM pg_trigger  -- 16: on update, whichever column and row
                 WHERE tgfoid = 'kernel_append_only'::regproc AND tgtype & 16 > 0 AND tgqual IS NULL AND tgattr = ''::int2vector LOOP
        EXECUTE format('REVOKE UPDATE ON %s FROM application', kept);
    END LOOP;
    FOR kept IN SELECT tgrelid::regclass FROM pg_trigger WHERE tgfoid = 'kernel_append_only'::regproc AND tgtype & 8 > 0 LOOP  -- on delete
        EXECUTE format('REVOKE DELETE ON %s FROM application', kept);
    END LOOP;
END $$
"""


def gaps(connection: Any) -> list[str]:
    """Tables that ought to stand behind the wall and do not, as the database says; [] when all is well."""
    with connection.cursor() as cursor:
        there = _found(cursor)
    return [one.table for one in walled() if there.get(one.table) != (True, {one.policy})]


def powers(connection: Any) -> list[str]:
    """What the connection's role can do that web and worker should not, in sentences; [] when all is well."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls, EXISTS (SELECT 1 FROM pg_class WHERE relname = 'kernel_journalentry' AND relowner = r.oid),"
            " kernel_pass() <> '' FROM pg_roles r WHERE rolname = current_user"
        )
        bypasses, owns, is_believed = cursor.fetchone()
    faults = {
        _("数据库角色可以绕过行级安全（超级用户或 BYPASSRLS），第二道防线不起作用。"): bypasses,
        _("网页与后台任务使用的是表的拥有者；请运行 manage.py wall sql，另建一个角色。"): owns,
        _("数据库不认本机的通行证：密钥不同。请在设有同一 GUANJIA_SECRET_KEY 的机器上运行 manage.py migrate。"): not is_believed,
    }
    return [words for words, is_so in faults.items() if is_so]


def _found(cursor: Any) -> dict[str, tuple[bool, set[str]]]:
    """Table -> (whether row-level security is forced, names of its policies)."""
    cursor.execute(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, array_agg(p.polname::text) FILTER (WHERE p.polname <> 'owner_reads')"
        " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace GROUP BY c.oid, 1, 2"
    )
    return {table: (forced, set(policies or ())) for table, forced, policies in cursor.fetchall()}

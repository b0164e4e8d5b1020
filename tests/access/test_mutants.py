"""The matrix is tried itself: each check of the product is taken away once, and the matrix must notice.

`MUTANTS` are the checks on which everything stands, and six ways in which strangers were let in elsewhere. Beyond them each
permission of each role is taken away once, and each is once given to a post that has none. The ordinary run leaves permissions to
`make mutants`, which tries all.
"""

import os
from collections.abc import Callable, Iterable

import pytest
from django.db import transaction
from django.db.models import Q

from guanjia.desk import selectors as desk
from guanjia.desk.models import Case
from guanjia.faces.api import telling, tokens
from guanjia.kernel.act import Act, Grant, Rights, matches
from guanjia.kernel.errors import NotFound
from guanjia.kernel.querysets import SubjectQuerySet
from guanjia.kernel.usecase import USECASES
from guanjia.org import selectors as org
from guanjia.org.models import Role
from guanjia.web import auth, faces, fields, imports_views, middleware, references
from guanjia.web.forms import RowForm
from guanjia.web.register import REGISTERS, Register

from . import cells, inventory, oracle, test_positions, world

WHOLE = os.environ.get("GUANJIA_MUTANTS") == "whole"
KNOCKING = (
    "guard",
    "cleaner",
    "deputy",
    "office_manager",
    "desk_agent",
    "technician",
    "two-posts",
    "expired",
    "suspended",
    "transferred",
    "anonymous",
)
#: on how many routes a permission must be noticed
HEARD = 120

#: name -> (what takes the check away, the routes on which it must be noticed)
MUTANTS: dict[str, tuple[Callable, tuple[str, ...]]] = {}


def mutant(*routes: str) -> Callable:
    def keep(fn: Callable) -> Callable:
        MUTANTS[fn.__name__] = fn, routes
        return fn

    return keep


def any_row(rows: SubjectQuerySet, act: Act, id: object) -> object:
    try:
        return rows.unscoped("tests").get(pk=id)
    except Exception:
        raise NotFound() from None


# -- rights --------------------------------------------------------------------------------------
@mutant("case", "register-list:case")
def the_filter_forgets_the_project(patch):
    patch.setattr(Rights, "condition", lambda self, model, person_id: Q(company_id=self.company_id))


@mutant("case", "register-row:person")
def the_filter_forgets_the_company(patch):
    patch.setattr(Rights, "condition", lambda self, model, person_id: Q())


@mutant("case", "customer", "api:desk.case.see")
def the_filter_forgets_what_posts_have_to_do_with(patch):
    patch.setattr(Rights, "seeing", lambda self, model: self)


@mutant("field-order", "field-move:result")
def the_filter_forgets_whose_row_it_is(patch):
    patch.setattr(Grant, "covers", lambda self, subject, person_id: True)
    patch.setattr(Rights, "projects", lambda self, permission=None: self.any_projects())


@mutant("register-action:case:withdraw", "case-move:withdrawal")
def what_is_allowed_in_one_project_is_allowed_in_all(patch):
    before = Rights.may
    patch.setattr(Rights, "may", lambda self, permission, project_id, **kwargs: before(self, permission, None, **kwargs))


@mutant("register-new:house", "register-edit:house", "case-move:closure")
def everything_is_allowed(patch):
    patch.setattr(Act, "may", lambda self, permission, on=None: True)


@mutant("case-move:closure", "order-move:assignment", "own-import")
def nothing_is_required(patch):
    patch.setattr(Act, "require", lambda self, permission, on=None: None)


@mutant("handbook-installation", "register-new:unit")
def a_post_that_ended_still_counts(patch):
    patch.setattr(
        org,
        "_HELD",
        org._HELD.replace("held.starts_on <= %s", "%s::date IS NOT NULL").replace(
            "(held.ends_on IS NULL OR held.ends_on > %s)", "%s::date IS NOT NULL"
        ),
    )


@mutant("register-row:customer", "register-list:customer")
def negative_permissions_are_not_heard(patch):
    patch.setattr(Grant, "allows", lambda self, permission: bool(self.permissions))


# -- the door ------------------------------------------------------------------------------------
@mutant("board", "style")
def whoever_left_is_still_let_in(patch):
    patch.setattr(auth.Backend, "user_can_authenticate", lambda self, user: True)


@mutant("api:registers.list")
def a_token_outlives_its_person(patch):
    def good_one(key, at):
        rows = tokens.ApiToken.objects.unscoped("login").select_related("person")
        return rows.filter(key_hash=tokens.hashed(key)).first()

    patch.setattr(tokens, "good_one", good_one)


@mutant("search", "case")
def nobody_has_to_sign_in(patch):
    patch.setattr(middleware, "face_of", lambda path: faces.Face("console", "/", own_door=True))


# -- rows ----------------------------------------------------------------------------------------
@mutant("house", "customer")
def everybody_sees_everything(patch):
    patch.setattr(SubjectQuerySet, "visible_to", lambda self, act: self.unscoped("tests"))


@mutant("customer", "field-visit")
def a_key_is_found_without_asking_for_whom(patch):
    patch.setattr(SubjectQuerySet, "find", any_row)


@mutant("case", "api:desk.case.see")
def cases_are_found_without_asking_for_whom(patch):
    patch.setattr(desk, "case_for", lambda act, id: any_row(Case.objects.unscoped("tests").with_faces(), act, id))


@mutant("register-row:customer", "register-list:customer")
def a_register_is_open_to_everybody(patch):
    patch.setattr(Register, "may_see", lambda self, act, project_id=None: True)


@mutant("register-row:house", "api-register-row:house")
def a_register_finds_rows_of_others(patch):
    patch.setattr(Register, "find", lambda self, act, id, for_change=False: any_row(self.model._default_manager.all(), act, id))


@mutant("register-new:house", "register-new:building")
def everybody_may_make_rows(patch):
    patch.setattr(Register, "may_create", lambda self, act: self.create is not None)


@mutant("register-import:house", "register-import:building")
def everybody_may_import(patch):
    patch.setattr(Register, "may_import", lambda self, act: bool(self.identity and self.fields))


# -- six ways in which strangers were let in elsewhere --------------------------------------------------
@mutant("api:desk.case.open", "api:desk.contact.receive")
def hole_an_id_in_the_body(patch):
    patch.setattr(telling, "named", lambda model, act, id: None if id is None else any_row(model.objects.all(), act, id))


@mutant("import-run", "import-commit")
def hole_somebody_elses_work_on_many_rows(patch):
    def found_run(act, id):
        run = any_row(imports_views.ImportRun.objects.all(), act, id)
        return run, imports_views.named(run.importer).with_options(run.options)

    patch.setattr(imports_views, "found_run", found_run)


@mutant("register-export:customer", "register-export-xlsx:customer")
def hole_an_export_of_everything(patch):
    patch.setattr(Register, "listing", lambda self, act, columns=(): self.model.objects.unscoped("tests"))


@mutant("file")
def hole_a_file_by_its_key_alone(patch):
    patch.setattr(references, "OF_MODEL", {})
    patch.setattr(SubjectQuerySet, "find", any_row)


@pytest.mark.parametrize("name", sorted(MUTANTS))
def test_the_matrix_notices_that(bed, db, monkeypatch, name, record_property):
    take_away, routes = MUTANTS[name]
    take_away(monkeypatch)
    assert first_wrong(bed, KNOCKING, routes), f"nobody noticed that {name.replace('_', ' ')}"


def test_the_matrix_notices_a_link_to_somebody_elses_row(bed, db, monkeypatch):
    """hole: a relation, chosen in a form, is looked up among all rows."""
    monkeypatch.setattr(fields, "rows_of", lambda model, act: model._default_manager.unscoped("tests"))
    act = org.act_of(bed.people["office_manager"], world.NOW, "console")
    register = REGISTERS["occupancy"]
    made = {name: field for name, field in register.form(act).fields.items() if test_positions.is_reference(field)}
    wrong = [test_positions.betrayed(bed, "office_manager", "POST", register.url("new"), name, one.model) for name, one in made.items()]
    assert any(wrong)


def test_the_matrix_notices_that_a_form_takes_what_it_did_not_ask(bed, db, monkeypatch):
    """hole: whatever is sent is written."""
    monkeypatch.setattr(RowForm, "values", lambda form: {**form.cleaned_data, **{name: form.data[name] for name in form.data}})
    monkeypatch.setattr(Register, "alter", written_as_sent)
    act = org.act_of(bed.people["office_manager"], world.NOW, "console")
    assert test_positions.changed_by_smuggling(bed, REGISTERS["house"], ("office_manager", act))


def written_as_sent(register: Register, act: Act, row: object, values: dict) -> object:
    names = {field.name for field in register.model._meta.concrete_fields if not field.is_relation and not field.primary_key}
    with transaction.atomic():
        kept = {name: value for name, value in values.items() if name in names and name not in ("version", "created_at")}
        register.model.objects.unscoped("tests").filter(pk=row.pk).update(**kept)
    return row


# -- each permission of each role ------------------------------------------------------------------
def entries() -> list[tuple[str, str, str]]:
    """(taken or given, role, permission)."""
    from guanjia.org.roles import ROLES

    seeds = {seed.code: seed.permissions for seed in ROLES if seed.code in world.ROLES}
    taken = [("taken", role, one) for role, permissions in seeds.items() for one in permissions]
    given = [("given", "guard", one) for one in sorted({one for _how, _role, one in taken if not one.startswith("!")})]
    everything = sorted(set(taken)) + given
    return everything if WHOLE else []


@pytest.mark.parametrize(("how", "role", "permission"), entries(), ids=lambda one: one)
def test_the_matrix_notices_a_permission(bed, db, how, role, permission):
    row = Role.objects.get(code=role)
    before = list(row.permissions)
    after = [one for one in before if one != permission] if how == "taken" else [*before, permission]
    if reached(before, permission) == reached(after, permission):
        pytest.skip("another line of the role says the same")
    Role.objects.filter(code=role).update(permissions=after)
    assert unreached(permission) or first_wrong(bed, (role,), by_relevance(permission)), f"{permission} {how} ({role}): nobody noticed"


def reached(permissions: list[str], of: str) -> set[str]:
    """What a role with these permissions may do and see."""
    return {name for name in (*USECASES, of.removeprefix("!").replace("*", "see")) if matches(frozenset(permissions), name)}


def unreached(permission: str) -> str:
    """Why no address shows whether somebody holds this; "" if one should."""
    return next((line["why"] for line in oracle.read("unreached") if line["permission"] == permission), "")


def by_relevance(permission: str) -> list[str]:
    """The routes that sound most like the permission, those first that sound most so."""
    words = set(permission.removeprefix("!").replace("_", ".").split(".")) - {"*"}
    heard = {key: len(words & set(key.replace("-", ":").replace(".", ":").replace("_", ":").split(":"))) for key in inventory.routes()}
    return sorted(heard, key=lambda key: (-heard[key], key))[:HEARD]


def first_wrong(bed: world.Bed, actors: Iterable[str], routes: Iterable[str]) -> str:
    """The first cell that is wrong; "" if all are right."""
    for key in routes:
        route, line = inventory.routes()[key], oracle.approved(key)
        for method in line.methods if line else ():
            for actor in actors:
                found = cells.try_route(bed, route, method, [actor])
                if found.wrong:
                    return found.wrong[0]
    return ""

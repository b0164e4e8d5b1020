"""What import contracts cannot see: foreign keys, look-ups by name, requests in a room, second clocks, unguarded writes."""

import ast
import re

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.tidy.floors import above_rooms, floor_of, goes_down, in_rooms, is_room, storeys
from tests.tidy.laws import checked, law, lazy_imports

HTTP = ("django.http", "django.shortcuts", "django.template", "django.views", "django.urls", "ninja", "django_htmx")


@law(
    where=in_rooms,
    good=["from django.db import models", "from guanjia.kernel import clock", "import http.client"],
    bad=["from django.http import HttpResponse", "from django import shortcuts", "import ninja", "from ninja import Router"],
)
def rooms_know_no_http(source):
    """A room never sees a request, a page or a URL: faces translate."""
    for line, name in source.imports():
        if any(name == banned or name.startswith(banned + ".") for banned in HTTP):
            yield line, f"imports {name}"


@law(
    where=lambda source: "/migrations/" not in source.path,
    good=["from guanjia.desk.models import Case", "apps.get_app_config('desk')"],
    bad=["apps.get_model('desk', 'Case')", "django.apps.apps.get_model('desk.Case')"],
)
def models_are_imported(source):
    """`apps.get_model` leaves no import edge, so no contract can see which way it goes."""
    for node in source.nodes(ast.Attribute):
        if node.attr == "get_model":
            yield node.lineno, "get_model"


CLOCKS = {
    ("timezone", "now"), ("timezone", "localtime"), ("timezone", "localdate"), ("datetime", "now"), ("datetime", "utcnow"),
    ("datetime", "today"), ("date", "today"), ("time", "time"),
}  # fmt: skip


@law(
    where=lambda source: source.path != "guanjia/kernel/clock.py",
    good=["act.at", "clock.now()", "timezone.localtime(act.at)", "time.monotonic()", "datetime.fromisoformat(text)"],
    bad=["timezone.now()", "default = timezone.now", "datetime.date.today()", "dt.datetime.now(tz=UTC)", "timezone.localdate()"],
    but={
        "guanjia/rulebook/management/commands/worker.py datetime.now": "the job queue keeps the machine's time, whatever day a demo shows"
    },
)
def one_clock(source):
    """`act.at` is now in a room; `kernel/clock.py` alone asks the machine, so a demo or a test can be any day."""
    given = {id(call.func) for call in source.nodes(ast.Call) if call.args and _called(call.func)[0] == "timezone"}
    for node in source.nodes(ast.Attribute):
        if _called(node) in CLOCKS and id(node) not in given:
            yield node.lineno, ".".join(_called(node))


def _called(node: ast.AST) -> tuple[str, str]:
    """("timezone", "now") of `django.utils.timezone.now`."""
    if not isinstance(node, ast.Attribute):
        return "", ""
    owner = node.value
    return getattr(owner, "attr", getattr(owner, "id", "")), node.attr


WRITES = {"create", "bulk_create", "update_or_create", "get_or_create", "bulk_update"}


@law(
    where=above_rooms,
    example="guanjia/faces/console/pages/case.py",
    good=[
        "desk.close_case(case, act=act)",
        "request.session.save()",
        "picture.save(out, 'PNG')",
        "Case.objects.visible_to(act)",
        "form.is_valid()",
        "@usecase('portal.link.issue')\ndef issue(case, *, act): Link.objects.create(case=case)",
    ],
    bad=["case.save()", "form.save(commit=False)", "Case.objects.create(title='x')", "Case.objects.bulk_create(rows)"],
    but={
        "guanjia/web/signing/guessing.py objects.bulk_create()": "failed logins are counted before there is anyone who acts",
        "guanjia/faces/api/tokens.py row.save()": "the door's own keys, given out at a terminal",
        "guanjia/web/imports.py objects.bulk_": "the lines of an import are the machinery's own notes; use cases make the rows",
    },
)
def faces_write_through_use_cases(source):
    """Whatever is written is written by a use case, whichever door it came through. A face may have use cases of its own."""
    inside = {
        id(node)
        for function in source.nodes(ast.FunctionDef)
        if any("usecase" in ast.unparse(decorator) for decorator in function.decorator_list)
        for node in ast.walk(function)
    }
    for call in source.nodes(ast.Call):
        if not isinstance(call.func, ast.Attribute) or id(call) in inside:
            continue
        owner, name = _called(call.func)
        if name == "save" and owner != "session" and len(call.args) < 2:  # into what, as what: a file and no row
            yield call.lineno, f"{owner}.save()"
        elif name in WRITES and owner == "objects":
            yield call.lineno, f"objects.{name}()"


@law(
    where=lambda source: in_rooms(source) and re.search(r"/services/[a-z]\w*\.py$|/services\.py$", source.path),
    example="guanjia/desk/services/closing.py",
    good=[
        "@usecase('desk.case.close')\ndef close_case(case, *, act): ...",
        "def _draft(case): ...",
        "def found(): ...\nfound.not_a_usecase = 'nobody could act yet'",
    ],
    bad=["def close_case(case): ...", "def found(): ...\nfound.not_a_usecase = ''", "@transaction.atomic\ndef close_case(case): ..."],
)
def services_are_use_cases(source):
    """What another module may call in `services` has a name, a permission and a transaction, or says why it cannot."""
    excused = {
        node.targets[0].value.id
        for node in source.nodes(ast.Assign)
        if _called(node.targets[0])[1] == "not_a_usecase" and getattr(node.value, "value", "")
    }
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            names = {_called(call)[1] or getattr(call, "id", "") for d in node.decorator_list for call in [getattr(d, "func", d)]}
            if "usecase" not in names and node.name not in excused:
                yield node.lineno, f"{node.name} is no use case"


@law(
    good=[
        "from guanjia.estate import models\ndef f(): return models.House",
        "class DeskConfig(AppConfig):\n    def ready(self):\n        from guanjia.desk import rules",
        "def picture():\n    import PIL.Image",
    ],
    bad=["def f():\n    from guanjia.estate.models import House", "def f():\n    from . import models"],
    but={"guanjia/rulebook/__init__.py __getattr__()": "the room's face opens before Django has loaded its tables"},
)
def cycles_are_not_dodged(source):
    """An import inside a function hides an arrow. Move the line to the right floor; `AppConfig.ready` is Django's own place."""
    for function, line, name in lazy_imports(source):
        if name.split(".")[0] == "guanjia" and function != "ready":
            yield line, f"{function}() imports {name}"


@law(
    good=["from guanjia.kernel.journal import reacts_to", "import signal"],
    bad=["from django.db.models.signals import post_save", "from django.dispatch import receiver"],
)
def facts_not_signals(source):
    """Signals fire on fixtures and imports, in an order nobody sees. Rooms record facts."""
    for line, name in source.imports():
        if name.startswith(("django.db.models.signals", "django.dispatch", "django.core.signals")):
            yield line, f"imports {name}"


test_kept, test_examples = checked(
    rooms_know_no_http, models_are_imported, one_clock, faces_write_through_use_cases, services_are_use_cases,
    cycles_are_not_dodged, facts_not_signals,
)  # fmt: skip


# -- foreign keys, on the living models -------------------------------------------------------------------------------


def upward_keys(every: list[type[models.Model]]) -> list[str]:
    """Foreign keys that point to a higher floor or a neighbour, however they were written."""
    return [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in every
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if field.related_model is not None
        and floor_of(_room(model)) is not None
        and floor_of(_room(field.related_model)) is not None
        and not goes_down(_room(model), _room(field.related_model))
    ]


def _room(model: type[models.Model]) -> str:
    top, _, rest = model.__module__.partition(".")
    return rest.partition(".")[0] if top == "guanjia" else ""


def test_foreign_keys_go_down():
    assert upward_keys(apps.get_models()) == []


@isolate_apps()
def test_a_foreign_key_that_goes_up_is_seen():
    class Pointer(models.Model):
        person = models.ForeignKey(apps.get_model("org.Person"), models.PROTECT, related_name="+")

        class Meta:
            app_label = "kernel"

    Pointer.__module__ = "guanjia.kernel.models"
    assert upward_keys([Pointer]) == ["kernel.Pointer.person -> org.Person"]


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [("desk", "work", True), ("work", "desk", False), ("desk", "premises", False), ("desk", "desk", True), ("org", "kernel", True)],
)
def test_neighbours_do_not_know_each_other(one, other, may):
    assert goes_down(one, other) is may


def test_the_picture_is_whole():
    assert storeys()[0] == ("kernel",)
    assert storeys()[-1] == ("faces",)
    assert [is_room(room) for room in ("desk", "faces", "settings")] == [True, False, False]

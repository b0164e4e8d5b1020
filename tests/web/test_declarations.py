"""A misspelt declaration is told at start-up, in words that lead to it."""

import pytest
from django.core.management import call_command

from guanjia.org import services as org
from guanjia.org.models import Person
from guanjia.web import references
from guanjia.web.checks import wrong_with
from guanjia.web.columns import Column
from guanjia.web.forms import Field
from guanjia.web.register import REGISTERS, Register

ICONS = {"people"}


@pytest.fixture(autouse=True)
def nothing_stays_registered():
    registers, models = dict(REGISTERS), dict(references.OF_MODEL)
    yield
    for kept, before in ((REGISTERS, registers), (references.OF_MODEL, models)):
        kept.clear()
        kept.update(before)


def declared(**attributes) -> Register:
    kind = type("StaffRegister", (Register,), {"__doc__": "员工", "model": Person, "columns": ("name",)} | attributes)
    return REGISTERS[kind().slug]


def test_all_there_are_are_whole():
    call_command("check")
    assert not [words for one in REGISTERS.values() for words in wrong_with(one, ICONS | {one.icon})]


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"columns": ("nmae",)}, "'nmae' leads nowhere"),
        ({"filters": ("company__nmae",)}, "'company__nmae' leads nowhere"),
        ({"order": ("-birth",)}, "'-birth' leads nowhere"),
        ({"icon": "dragon"}, "no icon called 'dragon'"),
        ({"columns": ("name", Column("login", "姓名"))}, "columns of one label"),
        ({"fields": ("name", "is_active"), "create": org.register_person}, "org.person.register takes no is_active"),
    ],
)
def test_what_is_wrong_is_said(attributes, words):
    assert any(words in told for told in wrong_with(declared(**attributes), ICONS)), list(wrong_with(declared(**attributes), ICONS))


def test_a_declaration_says_the_rest_by_itself():
    staff = declared(create=org.register_person, fields=(Field("login", fixed=True), "name"), more_columns=("phone",))
    assert (staff.slug, staff.title, staff.room, staff.see) == ("staff", "员工", "org", "org.person.see")
    assert [column["name"] for column in staff.columns_schema()] == ["name", "phone"]
    assert [(field["name"], field["required"], field["fixed"]) for field in staff.fields_schema()] == [
        ("login", True, True),
        ("name", True, False),
    ]
    assert staff.columns_schema()[1]["personal"]


def test_two_registers_may_not_have_one_name():
    declared()
    with pytest.raises(TypeError, match="two registers"):
        type("Other", (Register,), {"model": Person, "columns": ("name",), "slug": "staff"})

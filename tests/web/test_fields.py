"""What people write, read: labels as well as codes, yuan, yes and no, names of rows."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from guanjia.org.models import CalendarDay, Person, Post
from guanjia.web import fields
from guanjia.web.fields import LabelledChoiceField, ListField, MomentField, MoneyField, ReferenceField, YesNoField, form_field
from tests import make


@pytest.mark.parametrize(
    ("text", "fen"), [("12", 1200), ("12.5", 1250), ("¥1,200.05", 120005), ("－", None), ("0.01 元", 1), ("-3", -300), ("", None)]
)
def test_yuan_are_kept_as_fen(text, fen):
    field = MoneyField(required=False)
    if fen is None and text:
        with pytest.raises(ValidationError):
            field.clean(text)
    else:
        assert field.clean(text) == fen


@pytest.mark.parametrize("text", ["1.234", "一百", "NaN", "Infinity", "1e30", "0x10"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValidationError):
        MoneyField().clean(text)


@given(st.integers(-(10**14), 10**14))
def test_every_amount_comes_back(fen):
    field = MoneyField()
    assert field.clean(field.prepare_value(fen)) == fen


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("否", False), ("on", True), ("", False), ("TRUE", True), (True, True), ("无", False)]
)
def test_yes_and_no(text, value):
    assert YesNoField().clean(text) is value


def test_maybe_is_neither():
    with pytest.raises(ValidationError):
        YesNoField().clean("也许")


@pytest.mark.parametrize("text", ["2026-03-02 10:15", "2026-03-02T10:15", "2026-03-02 10:15:00", "2026-03-02T02:15:00+00:00"])
def test_a_moment_is_read_in_the_projects_zone(text):
    assert MomentField().clean(text) == datetime(2026, 3, 2, 2, 15, tzinfo=UTC)


def test_a_list_takes_every_comma():
    assert ListField().clean("水， 电;土建、、木\n瓦") == ["水", "电", "土建", "木", "瓦"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("text", ["holiday", "节假日"])
def test_a_choice_is_read_by_code_and_by_label_whatever_the_language(language, text):
    field = form_field(CalendarDay._meta.get_field("kind"), None)
    assert isinstance(field, LabelledChoiceField)
    with translation.override(language):
        assert field.clean(text) == "holiday"
    with pytest.raises(ValidationError):
        field.clean("holidays")


def test_a_row_is_found_by_key_by_name_and_by_words_that_fit_no_other(world, act):
    person = make.person(name="欧阳铁柱")
    field = ReferenceField(Person, act(by="office_manager"))
    assert field.clean(str(person.pk)) == field.clean(person.login) == field.clean("欧阳铁柱") == person
    make.person(name="欧阳铁牛")
    with pytest.raises(ValidationError, match="不止一项"):
        ReferenceField(Person, act(by="office_manager")).clean("欧阳")
    with pytest.raises(ValidationError, match="找不到"):
        field.clean("慕容")


def test_nobody_of_another_company_is_found(world, act):
    stranger = make.person(project=make.world(name="别处", code="BC").project, name="欧阳铁柱")
    field = ReferenceField(Person, world.act(act().at, "office_manager"))
    for text in (str(stranger.pk), stranger.login, "欧阳铁柱"):
        with pytest.raises(ValidationError, match="找不到"):
            field.clean(text)


def test_few_rows_are_a_list_and_many_a_box_that_completes(world, act, monkeypatch):
    field = ReferenceField(Person, act(by="office_manager"))
    drawn = field.widget.render("person", world.people["steward"].login, {"id": "id_person"})
    assert "<select" in drawn
    assert f'value="{world.people["steward"].login}" selected' in drawn
    monkeypatch.setattr(fields, "CHOICES_MAX", 3)
    box = ReferenceField(Person, act(by="office_manager")).widget.render("person", "x", {"id": "id_person"})
    assert 'hx-get="/r/person/options"' in box
    assert '<datalist id="id_person_names">' in box


def test_two_of_one_name_are_chosen_by_their_keys(world, act):
    one, other = (make.post(name="夜班", role="steward") for _turn in range(2))
    options = ReferenceField(Post, act(by="office_manager")).options()
    assert {str(one.pk), str(other.pk)} <= {name for name, _words, _key in options}

"""Every column is classed by its model, and what is sensitive is sealed."""

from django.apps import apps
from django.apps.registry import Apps
from django.db import models

from guanjia.customers.models import Customer
from guanjia.kernel import privacy
from guanjia.kernel.privacy import Privacy, internal, sensitive
from guanjia.kernel.vault import SealedField


def test_every_column_of_ours_is_classed():
    assert [fault for model in apps.get_models() if model.__module__.startswith("guanjia.") for fault in privacy.faults(model)] == []


def made(**fields):
    """A model that nobody registers."""
    said = {"__module__": "guanjia.kernel.models", "Meta": type("Meta", (), {"app_label": "kernel", "apps": Apps()})}
    return type("Slip", (models.Model,), said | fields)


def test_a_text_that_nobody_classed_is_found():
    assert "Slip.words has no class" in privacy.faults(made(words=models.TextField()))[0]


def test_what_is_sensitive_must_be_sealed():
    assert "not sealed" in privacy.faults(made(health=models.TextField(), privacy=sensitive("health")))[0]
    assert privacy.faults(made(health=SealedField(), privacy=sensitive("health"))) == []


def test_a_name_without_a_column_is_found():
    assert "no column" in privacy.faults(made(privacy=internal("gone")))[0]


def test_keys_moments_and_choices_need_no_word():
    assert privacy.faults(made(at=models.DateTimeField(), n=models.IntegerField(), day_on=models.DateField())) == []


def test_a_day_of_a_person_needs_one():
    assert privacy.faults(made(born=models.DateField())) != []


def test_what_is_forgotten_of_a_customer():
    assert set(privacy.forgotten(Customer)) >= {"name", "name_pinyin", "id_no", "birth_date", "note"}
    assert privacy.of(Customer._meta.get_field("number")) is Privacy.INTERNAL

"""There is no way to a row except through an act."""

import pytest
from django.apps import apps
from django.db.models import Count

from guanjia.kernel.querysets import SubjectQuerySet, Unscoped

GUARDED = [model for model in apps.get_models() if isinstance(model._default_manager.all(), SubjectQuerySet)]

ASKED = {
    "list": list,
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(pk=None),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "aggregate": lambda rows: rows.aggregate(n=Count("pk")),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "iterator": lambda rows: list(rows.iterator()),
    "in_bulk": lambda rows: rows.in_bulk(),
    "update": lambda rows: rows.update(pk=None),
    "delete": lambda rows: rows.delete(),
    "filtered": lambda rows: list(rows.filter(pk__isnull=False).order_by("pk")[:3]),
    "truth": bool,
}

#: models that carry a company or project and yet may be read without an act
OPEN = {
    "kernel.JournalAbout": "which line is about what, without a word; its line is guarded",
    "kernel.ChainHead": "the head of a company's chain, read by whoever links or verifies",
    "kernel.CompanyKey": "read by the vault alone, by fixed statements",
    "kernel.DataKey": "likewise",
    "kernel.DestroyedKey": "likewise: that something was destroyed, without a word of what",
    "rulebook.SubjectClock": "one moment for a subject, joined by queries that are guarded",
}


@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model._meta.label)
def test_a_query_without_an_act_refuses(model):
    """Before a database is even asked: this test has none."""
    for asked in ASKED.values():
        with pytest.raises(Unscoped, match=model.__name__):
            asked(model._default_manager.all())
    with pytest.raises(Unscoped, match="unknown reason"):
        model._default_manager.unscoped("because I may")


def scoped(model) -> bool:
    columns = {field.attname for field in model._meta.concrete_fields}
    return model.__module__.startswith("guanjia.") and bool(columns & {"company_id", "project_id"})


def test_every_row_that_says_its_company_is_guarded():
    assert GUARDED
    open_doors = {model._meta.label for model in apps.get_models() if scoped(model) and model not in GUARDED}
    assert open_doors == set(OPEN)

"""What a desk begins with."""

import pytest

from guanjia.desk import seed
from guanjia.desk.models import CaseType, Category, Channel
from guanjia.rulebook import catalogue
from tests import make


@pytest.mark.rule("DESK-001", "DESK-002")
def test_channels_and_types_are_the_handbooks(world):
    for model, rule, key in ((Channel, "DESK-001", "channels"), (CaseType, "DESK-002", "types")):
        rows = model.objects.unscoped("tests").filter(company=world.company)
        assert dict(rows.values_list("code", "name")) == catalogue.load()[rule].param(key)
    types = CaseType.objects.unscoped("tests").filter(company=world.company)
    assert types.get(code="repair").branch == "repair"
    assert types.get(code="complaint").ladder == ["desk_supervisor", "dept_head", "office_manager"]


def test_planting_again_changes_nothing(world):
    Category.objects.unscoped("tests").filter(company=world.company, code="leak").update(name="渗漏")
    assert seed.plant(world.company.pk) == 0
    assert make.category("leak").name == "渗漏"


def test_every_topic_is_sound(world):
    codes = {row["code"] for row in seed._types()}
    topics = [topic for group in seed.TREE.values() for topic in group]
    assert len({topic.code for topic in topics}) == len(topics) >= 50
    for category in Category.objects.unscoped("tests").filter(company=world.company, parent__isnull=False):
        category.clean_fields()
        assert category.type in codes
        assert category.initials.isascii()
        assert category.keywords

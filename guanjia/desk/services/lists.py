"""The tree of categories, as a company wants it."""

from typing import Any

from django.utils.translation import gettext as _

from guanjia.customers import names
from guanjia.desk import facts, states
from guanjia.desk.inputs import check, filled, known, only_if, within
from guanjia.desk.models import Category
from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.org.models import Project
from guanjia.work import states as work_states

CHANGEABLE = ("name", "parent", "type", "keywords", "craft", "work_class", "urgency", "importance", "place", "ordinal", "is_active")


@usecase("desk.category.add")
def add_category(
    *,
    project: Project,
    code: str,
    name: str,
    parent: Category | None = None,
    type: str = "",
    keywords: list[str] | None = None,
    craft: str = "",
    work_class: str = "other",
    urgency: int = 2,
    importance: int = 2,
    place: str = "",
    ordinal: int = 0,
    is_active: bool = True,
    act: Act,
) -> Category:
    """One more thing that people call about, for all projects of the company. BadInput if its code is taken."""
    values = {
        "name": name, "parent": parent, "type": type, "keywords": keywords or [], "craft": craft, "work_class": work_class,
        "urgency": urgency, "importance": importance, "place": place, "ordinal": ordinal, "is_active": is_active,
    }  # fmt: skip
    taken = Category.objects.unscoped("uniqueness").filter(company_id=project.company_id, code=code).exists()
    check(filled(code, _("代码"), "code"), only_if(taken, _("已有这个分类代码。"), "code"), *_faults(project, values))
    category = Category(company_id=project.company_id, created_at=act.at, code=code, **values, **_sounds(name))
    category.save(force_insert=True)
    record(category, facts.CategoryAdded(code=code, title=name), act=act, project=project)
    return category


@usecase("desk.category.change")
def change_category(category: Category, *, act: Act, **changes: Any) -> Category:
    """Other words, another parent, another weight; the code stays. Cases that carry it follow."""
    check(only_if(bool(set(changes) - set(CHANGEABLE)), _("分类的代码不能修改。"), "code"), *_faults(category, changes, category))
    changed = [name for name, value in changes.items() if getattr(category, name) != value]
    if not changed:
        return category
    for name in changed:
        setattr(category, name, changes[name])
    category.pinyin, category.initials = _sounds(category.name).values()
    category.version += 1
    category.save(update_fields=[*changed, "pinyin", "initials", "version"])
    record(category, facts.CategoryChanged(title=category.name, changed=changed), act=act)
    return category


def _faults(scope: Any, values: dict[str, Any], category: Category | None = None) -> list[Any]:
    parent = values.get("parent")
    looped = parent is not None and category is not None and category.pk in (parent.pk, parent.parent_id)
    return [
        filled(values.get("name", "-"), _("名称"), "name"), within(parent, scope, "parent"),
        only_if(looped, _("分类不能放到自己下面。"), "parent"),
        only_if(parent is not None and parent.parent_id is not None, _("分类最多两级。"), "parent"),
        known(values.get("type", ""), ("", *states.TYPES), "type"),
        known(values.get("craft", ""), ("", *work_states.CRAFTS), "craft"),
        known(values.get("work_class", "other"), work_states.CLASSES, "work_class"),
        known(values.get("place", ""), ("", *states.PLACES), "place"),
        known(values.get("urgency", 2), states.LEVELS, "urgency"), known(values.get("importance", 2), states.LEVELS, "importance"),
    ]  # fmt: skip


def _sounds(name: str) -> dict[str, str]:
    return {"pinyin": names.pinyin(name, person=False), "initials": names.initials(name, person=False)}

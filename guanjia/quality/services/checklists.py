"""Lists: draft, change, publish, withdraw. What was published stays as it is; whoever wants it otherwise drafts an edition."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase
from guanjia.quality import facts
from guanjia.quality.models import Checklist, ChecklistItem
from guanjia.quality.states import CHECKLIST, DRAFT, PUBLISHED
from guanjia.quality.writing import ItemDraft

CODE = re.compile(r"[a-z][a-z0-9_-]{1,23}", re.ASCII)


@usecase("quality.checklist.draft")
def draft_checklist(
    *,
    project: Any,
    code: str,
    name: str,
    items: Iterable[ItemDraft],
    subject_kind: str = "",
    pass_score: int = 80,
    rectify_from: int | None = None,
    act: Act,
) -> Checklist:
    """The next edition of a company's list, as a draft. BadInput with everything wrong; one draft of a code at a time."""
    code, items = code.strip().lower(), list(items)
    editions = Checklist.objects.unscoped("uniqueness").filter(company_id=project.company_id, code=code)
    reasons = _wrong(name, items, pass_score, rectify_from)
    if not CODE.fullmatch(code):
        reasons.append(Reason(_("代号由 2 到 24 个小写字母、数字、- 或 _ 组成，以字母开头。"), field="code"))
    elif editions.filter(state=DRAFT).exists():
        reasons.append(Reason(_("「%(code)s」已有一份草稿，请先改完它或发布它。") % {"code": code}, field="code"))
    if reasons:
        raise BadInput(reasons)
    last = editions.order_by("-edition").values_list("edition", flat=True).first() or 0
    checklist = Checklist.objects.create(
        company_id=project.company_id,
        code=code,
        edition=last + 1,
        name=name.strip(),
        subject_kind=subject_kind,
        pass_score=pass_score,
        rectify_from=rectify_from,
        created_at=act.at,
    )
    _put_items(checklist, items)
    record(checklist, facts.ChecklistDrafted(code=code, edition=checklist.edition, name=checklist.name), act=act)
    return checklist


@usecase("quality.checklist.change")
def change_checklist(
    checklist: Checklist,
    *,
    name: str,
    items: Iterable[ItemDraft],
    subject_kind: str = "",
    pass_score: int = 80,
    rectify_from: int | None = None,
    act: Act,
) -> Checklist:
    """Another wording of a draft. IllegalMove once it is published."""
    items = list(items)
    CHECKLIST.require(checklist, "change")
    if reasons := _wrong(name, items, pass_score, rectify_from):
        raise BadInput(reasons)
    checklist = CHECKLIST.move(
        checklist, "change", act=act, name=name.strip(), subject_kind=subject_kind, pass_score=pass_score, rectify_from=rectify_from
    )
    checklist.items.all().delete()
    _put_items(checklist, items)
    record(checklist, facts.ChecklistChanged(code=checklist.code, edition=checklist.edition), act=act)
    return checklist


@usecase("quality.checklist.publish")
def publish_checklist(checklist: Checklist, *, act: Act) -> Checklist:
    """From now on checks use this edition; the one before is withdrawn. Checks that were begun end on theirs."""
    CHECKLIST.require(checklist, "publish")
    for before in Checklist.objects.unscoped("uniqueness").filter(company_id=checklist.company_id, code=checklist.code, state=PUBLISHED):
        withdraw_checklist(before, act=act)
    checklist = CHECKLIST.move(checklist, "publish", act=act, published_at=act.at)
    record(
        checklist,
        facts.ChecklistPublished(code=checklist.code, edition=checklist.edition, name=checklist.name, items=checklist.items.count()),
        act=act,
    )
    return checklist


@usecase("quality.checklist.withdraw")
def withdraw_checklist(checklist: Checklist, *, act: Act) -> Checklist:
    """The list is used no more."""
    checklist = CHECKLIST.move(checklist, "withdraw", act=act)
    record(checklist, facts.ChecklistWithdrawn(code=checklist.code, edition=checklist.edition), act=act)
    return checklist


def _wrong(name: str, items: list[ItemDraft], pass_score: int, rectify_from: int | None) -> list[Reason]:
    reasons = []
    if not name.strip():
        reasons.append(Reason(_("请填写名称。"), field="name"))
    if not items:
        reasons.append(Reason(_("请至少写一项检查内容。"), field="items"))
    if not 0 <= pass_score <= 100:
        reasons.append(Reason(_("合格分为 0 到 100。"), field="pass_score"))
    if rectify_from is not None and not 0 <= rectify_from <= 100:
        reasons.append(Reason(_("权重为 0 到 100。"), field="rectify_from"))
    return reasons


def _put_items(checklist: Checklist, items: list[ItemDraft]) -> None:
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            company_id=checklist.company_id,
            checklist=checklist,
            position=position,
            text=item.text,
            kind=item.kind,
            weight=item.weight,
            is_vital=item.is_vital,
            low=item.low,
            high=item.high,
        )
        for position, item in enumerate(items, start=1)
    )

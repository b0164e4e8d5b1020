"""Cards of duties: laid out for a company, worded anew, chosen."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import cards, facts
from ..models import DutyCard, Role

LINES_MAX = 40
TEXT_MAX = 120


@usecase("org.card.install")
def install_cards(*, project: Any, act: Act) -> int:
    """Lay out the cards that come with the house where the company has none yet; returns how many were new."""
    company_id = project.company_id
    there = set(DutyCard.objects.unscoped("uniqueness").filter(company_id=company_id).values_list("clause", flat=True))
    roles = set(Role.objects.values_list("code", flat=True))
    new = [
        DutyCard(
            company_id=company_id,
            clause=seed.clause,
            role_id=seed.of if seed.of in roles else None,
            unit_kind="" if seed.of in roles else seed.of,
            title=seed.title,
            lines=list(seed.lines),
            in_use=seed.first,
            created_at=act.at,
        )
        for seed in cards.seeds().values()
        if seed.clause not in there
    ]
    DutyCard.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@usecase("org.card.revise")
def revise_card(card: DutyCard, *, title: str | None = None, lines: Iterable[str] | None = None, act: Act) -> DutyCard:
    """Word a card anew: one sentence a line, clauses in brackets behind it (「巡视小区 [PREM-034]」).

    BadInput for a blank title, no line at all, more than 40 lines or a line of more than 120 signs.
    """
    title = card.title if title is None else title.strip()
    said = card.lines if lines is None else [cards.line(one) for one in lines if one.strip()]
    reasons = []
    if not title:
        reasons.append(Reason(_("请填写名称。"), field="title"))
    if not said or len(said) > LINES_MAX:
        reasons.append(Reason(_("职责写 1 到 %(most)d 行，一行一项。") % {"most": LINES_MAX}, field="lines"))
    for nth, one in enumerate(said, 1):
        if not one["text"] or len(one["text"]) > TEXT_MAX:
            reasons.append(Reason(_("第 %(nth)d 行须有文字，不超过 %(most)d 字。") % {"nth": nth, "most": TEXT_MAX}, field="lines"))
    if reasons:
        raise BadInput(reasons)
    changed = [name for name, value in (("title", title), ("lines", said)) if getattr(card, name) != value]
    if changed:
        card.title, card.lines = title, said
        card.version += 1
        card.save(update_fields=[*changed, "version"])
        record(card, facts.CardRevised(changed=changed), act=act)
    return card


@usecase("org.card.choose")
def choose_card(card: DutyCard, *, act: Act) -> DutyCard:
    """This card is now the one of its role; the other editions stay on the shelf. Cards of units need no choosing."""
    if card.role_id is None:
        raise BadInput([Reason(_("部门的职责卡不用选，都在用。"))])
    if card.in_use:
        return card
    DutyCard.objects.unscoped("uniqueness").filter(company_id=card.company_id, role_id=card.role_id, in_use=True).update(in_use=False)
    card.in_use = True
    card.version += 1
    card.save(update_fields=["in_use", "version"])
    record(card, facts.CardChosen(role=card.role_id, title=card.title), act=act)
    return card

"""My post: what I am there for, line by line, and what each line wants of me today (ORG-020: a steward's day in four parts)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from guanjia.org import selectors as organisation
from guanjia.org.models import DutyCard
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook.models import Obligation
from guanjia.web.partials import page

from .duties import with_subjects

SHOWN = 200  # duties that are laid to the lines; whoever owes more looks at the list


@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The cards of the roles one holds, with the open duties of the clauses behind each line; the rest below."""
    act = request.act
    roles = organisation.roles_of(act)
    cards = list(DutyCard.objects.visible_to(act).filter(role__in=roles, in_use=True, company_id=act.company_id).order_by("role"))
    owed = list(rulebook.my_duties(act).order_by("due_at")[:SHOWN])
    items = dict(zip((one.pk for one in owed), with_subjects(request, owed), strict=True))
    laid: set[Any] = set()
    shown = [{"card": card, "lines": [laid_to(line, owed, items, laid, act) for line in card.lines]} for card in cards]
    rest = [items[one.pk] for one in owed if one.pk not in laid]
    return page(request, "console/my_post.html", cards=shown, rest=rest, owed=len(owed), late=sum(one.due_at < act.at for one in owed))


def laid_to(line: dict, owed: list[Obligation], items: dict, laid: set, act: Any) -> dict[str, Any]:
    """A line with the duties of its clauses that no line before it has taken."""
    mine = [one for one in owed if one.rule in line["rules"] and one.pk not in laid]
    laid.update(one.pk for one in mine)
    return {
        "text": line["text"],
        "rules": line["rules"],
        "items": [items[one.pk] for one in mine],
        "late": sum(one.due_at < act.at for one in mine),
    }

"""What adopting a handbook would change in a project, and what stands in its way; asked before anybody decides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.errors import Reason
from guanjia.org import selectors as org
from guanjia.org.models import Project

from . import adoption, bounds, handbooks, parameters, registry
from .adoption import InUse
from .catalogue import Clause, load
from .handbooks.text import clashes
from .models.handbooks import Adoption, HandbookVersion
from .rule import Duty
from .states import ADOPTED, PUBLISHED


class Number(NamedTuple):
    """A number of a clause, before and after."""

    rule: str
    key: str
    before: Any
    after: Any

    @property
    def is_stricter(self) -> bool | None:
        return bounds.is_stricter(self.key, self.after, self.before)


@dataclass
class Preview:
    """What would happen: clauses that begin and stop to be lived by, numbers that change, and every reason against it."""

    opens: list[str] = field(default_factory=list)
    stops: list[str] = field(default_factory=list)
    numbers: list[Number] = field(default_factory=list)
    lived_by: set[str] = field(default_factory=set)  # all clauses that the project would live by
    ownerless: dict[str, list[str]] = field(default_factory=dict)  # role -> clauses that nobody would answer for
    reasons: list[Reason] = field(default_factory=list)


def preview(project: Project, edition: HandbookVersion, starts_on: date, at: datetime) -> Preview:
    """What adopting the edition from a day on would change; `reasons` holds everything that stands in its way."""
    moment = max(opening(starts_on), at)
    now = adoption.in_use(project.pk, moment)
    then = adoption.together(following(project.pk, edition, moment))
    own = parameters.overrides_at(project.pk, moment)
    found = Preview()
    for rule in load():
        before, after = lives_by(rule, own, now), lives_by(rule, own, then)
        if before != after:
            (found.opens if after else found.stops).append(rule)
        if after:
            found.lived_by.add(rule)
        if before and after:
            found.numbers += _numbers(rule, own, now, then)
    found.ownerless = ownerless(project, (rule for rule in load() if rule in found.lived_by), at)
    found.reasons = list(_against(project, edition, starts_on, at, moment, found))
    return found


def _against(
    project: Project, edition: HandbookVersion, starts_on: date, at: datetime, moment: datetime, found: Preview
) -> Iterable[Reason]:
    if edition.state != PUBLISHED:
        yield Reason(_("草稿不能采用，请先发布。"), field="edition")
    if starts_on < timezone.localtime(at).date():
        yield Reason(_("起始日不能早于今天：已产生的应办事项不追改。"), field="starts_on")
    if any(spell.edition_id == edition.pk for spell in adoption.spells_of(project.pk) if spell.holds_at(moment)):
        yield Reason(_("项目正在采用这一版。"), field="edition")
    rows = Adoption.objects.unscoped("engine").filter(project=project, state=ADOPTED, since__gt=moment)
    for later in rows.select_related("edition__handbook"):
        if later.handbook_id == edition.handbook_id or (later.is_base and edition.handbook.is_base):
            said = {"handbook": later, "day": later.starts_on}
            yield Reason(_("已定自 %(day)s 起采用%(handbook)s，请先终止那一项。") % said, field="starts_on")
    if edition.handbook.kind == "addon" and not _has_base(project, moment):
        yield Reason(_("附加手册须与一部基本手册同用，请先采用基本手册。"), field="edition")
    missing = sorted(handbooks.foundation() - found.lived_by)
    if missing and edition.handbook.kind != "foundation":
        yield Reason(_("缺底座条款：%(rules)s。") % {"rules": "、".join(missing)}, field="edition")
    for clash in clashes(found.lived_by):
        yield Reason(clash, field="edition")
    for role, rules in found.ownerless.items():
        said = {"role": org.role_name(role), "rules": "、".join(rules)}
        yield Reason(_("「%(role)s」没有人担任，也没有人代理：%(rules)s。请先任命。") % said, field="edition", cure="org.holding.appoint")


def _has_base(project: Project, moment: datetime) -> bool:
    rows = Adoption.objects.unscoped("engine").filter(project=project, state=ADOPTED, is_base=True)
    return any(row.holds_at(moment) for row in rows)


def _numbers(rule: str, own: Mapping[tuple[str, str], Any], now: InUse | None, then: InUse) -> Iterable[Number]:
    clause = load()[rule]
    for key in bounds.numbers(clause):
        before, after = of_book(clause, key, now), of_book(clause, key, then)
        if before != after and (rule, key) not in own:
            yield Number(rule, key, before, after)


def of_book(clause: Clause, key: str, book: InUse | None) -> Any:
    """A clause's number as the handbooks in use have it."""
    entry = book.entries.get(clause.id) if book else None
    return entry.params[key] if entry is not None and key in entry.params else bounds.numbers(clause).get(key)


def lives_by(rule: str, own: Mapping[tuple[str, str], Any], book: InUse | None) -> bool:
    """Whether a project would live by a clause with these handbooks: what it decided of its `own` still outweighs."""
    if (rule, "on") in own:
        return bool(own[rule, "on"])
    return book.is_on(rule) if book is not None else any(binding.awake for binding in registry.of_rule(rule)) or rule in registry.MARKS


def following(project_id: UUID, edition: HandbookVersion, moment: datetime) -> tuple[tuple[UUID, str], ...]:
    """The editions that would hold at a moment with this one among them: it takes the place of a base, or of its own older edition."""
    rows = Adoption.objects.unscoped("engine").filter(project_id=project_id, state=ADOPTED).select_related("edition__handbook")
    kept = [
        row
        for row in rows.order_by("-is_base", "since", "pk")
        if row.holds_at(moment) and row.handbook_id != edition.handbook_id and not (row.is_base and edition.handbook.is_base)
    ]
    own = (edition.pk, edition.label)
    others = [(row.edition_id, row.edition.label) for row in kept]
    return (own, *others) if edition.handbook.is_base else (*others, own)


def ownerless(project: Project, rules: Iterable[str], at: datetime) -> dict[str, list[str]]:
    """Role -> the clauses that it would answer for, where neither it nor any superior role is held by anybody."""
    owing: dict[str, list[str]] = {}
    for rule in rules:
        for role in owners_of(rule):
            owing.setdefault(role, []).append(rule)
    return {role: owed for role, owed in owing.items() if org.post_of(role, project.pk, at) is None}


def owners_of(rule: str) -> list[str]:
    """The roles that the duties of a clause name as owners."""
    roles: dict[str, None] = {}
    for binding in registry.of_rule(rule):
        if isinstance(binding, Duty):
            given = binding.owner if isinstance(binding.owner, tuple) else (binding.owner,)
            roles.update(dict.fromkeys(one for one in given if isinstance(one, str) and one))
    return list(roles)


def opening(day: date) -> datetime:
    """The first moment of a day where we are."""
    return datetime.combine(day, time(), timezone.get_current_timezone())


# -- one number of one project ---------------------------------------------------------------------
def faults_of_parameter(clause: Clause, key: str, value: Any, *, project: Project, at: datetime) -> list[Reason]:
    """What is wrong with a number that a project wants to set for itself, measured from its handbook."""
    base = parameters.in_handbook(clause.id, key, project.pk, at)
    if base is None and key != "on":  # the handbook leaves it to the project: any value of the right sort
        fault = bounds.wrong_sort(key, registry.params_of(clause.id).get(key), value)
        return [Reason(fault, field="value")] if fault else []
    reasons = [Reason(fault, field="value") for fault in bounds.faults(clause, key, value, base=base)]
    book = adoption.in_use(project.pk, at)
    if key == "on" and book is not None and not reasons:
        reasons += [Reason(fault, field="value") for fault in _switch_faults(clause, bool(value), book)]
    return reasons


def _switch_faults(clause: Clause, on: bool, book: InUse) -> Iterable[str]:
    entry = book.entries.get(clause.id)
    if not on and (clause.id in handbooks.foundation() or (entry is not None and entry.unwaivable)):
        yield _("底座与法律要求的条款不能停用。")
    if on and not book.is_on(clause.id):
        yield from clashes({clause.id, *(rule for rule in book.entries if book.is_on(rule))}, about=clause.id)

"""Which files may be the same person twice: candidates by equal keys, judged by `matching`. Never across projects."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from django.db.models import Count, QuerySet

from guanjia.kernel.act import Act
from guanjia.org.models import Project

from .matching import Likeness, Traits, likeness
from .models import ContactPoint, Customer, Distinction, Occupancy
from .states import EMAIL, PHONE, WECHAT

SHARED_MAX = 8  # a number that more files have is a company's switchboard, not a person
IDENTITY = "id_no_blind"  # equal for equal numbers of a company, and readable by nobody


@dataclass(frozen=True)
class Suggestion:
    """Two files that may be one person, the one with more history first, and why."""

    one: Customer
    other: Customer
    likeness: Likeness


def suggestions(project: Project, act: Act, *, limit: int = 200) -> list[Suggestion]:
    """The likeliest pairs of a project, the surest first; nobody merged already, no pair that somebody has told apart.

    A fixed number of queries, whatever the size of the project.
    """
    pairs = _candidates(project, act)
    return _judged(pairs, act)[:limit]


def suggestions_for(customer: Customer, act: Act) -> list[Suggestion]:
    """The files that may be this very person's."""
    mine = set(customer.contact_points.values_list("value", flat=True))
    same = set(_others(ContactPoint.objects.visible_to(act).filter(project_id=customer.project_id, value__in=mine), customer))
    homes = set(customer.occupancies.values_list("house_id", flat=True))
    alike = Occupancy.objects.visible_to(act).filter(house__in=homes, customer__name_pinyin=customer.name_pinyin)
    same |= set(_others(alike, customer))
    if getattr(customer, IDENTITY):
        rows = _living_files(customer.project_id, act).filter(**{IDENTITY: getattr(customer, IDENTITY)})
        same |= set(rows.exclude(pk=customer.pk).values_list("pk", flat=True)[:SHARED_MAX])
    return _judged({_pair(customer.pk, pk) for pk in same}, act)


def compare(one: Customer, other: Customer, act: Act) -> Likeness:
    """How alike two files are."""
    traits = _traits([one.pk, other.pk], act)
    return likeness(traits[one.pk], traits[other.pk])


# -- candidates ----------------------------------------------------------------------------------
def _candidates(project: Project, act: Act) -> set[tuple[UUID, UUID]]:
    points = ContactPoint.objects.visible_to(act).filter(project=project, customer__kept=None)
    homes = Occupancy.objects.visible_to(act).filter(project=project, customer__kept=None)
    papers = _living_files(project.pk, act).exclude(**{IDENTITY: ""})
    return {
        *_sharing(points, "customer_id", "kind", "value"),
        *_sharing(homes, "customer_id", "house_id", "customer__name_pinyin"),
        *_sharing(papers, "pk", IDENTITY),
    }


def _sharing(rows: QuerySet, whose: str, *keys: str) -> Iterator[tuple[UUID, UUID]]:
    """Pairs of customers whose rows have equal keys."""
    shared = rows.order_by().values(*keys).annotate(n=Count(whose, distinct=True)).filter(n__gt=1, n__lte=SHARED_MAX)
    wanted = {tuple(one[key] for key in keys) for one in shared}
    if not wanted:
        return
    groups: dict[tuple, set[UUID]] = defaultdict(set)
    last = {one[-1] for one in wanted}
    for pk, *values in rows.order_by().filter(**{f"{keys[-1]}__in": last}).values_list(whose, *keys):
        if tuple(values) in wanted:
            groups[tuple(values)].add(pk)
    for together in groups.values():
        yield from (_pair(*two) for two in combinations(together, 2))


def _others(rows: QuerySet, customer: Customer) -> list[UUID]:
    others = rows.filter(customer__kept=None).exclude(customer=customer)
    return list(others.order_by().values_list("customer_id", flat=True).distinct()[: SHARED_MAX * 4])


def _living_files(project_id: UUID, act: Act) -> QuerySet[Customer]:
    return Customer.objects.visible_to(act).filter(project_id=project_id, kept=None)


def _pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


# -- judging -------------------------------------------------------------------------------------
def _judged(pairs: Iterable[tuple[UUID, UUID]], act: Act) -> list[Suggestion]:
    pairs = set(pairs)
    if not pairs:
        return []
    ids = {pk for pair in pairs for pk in pair}
    pairs -= set(Distinction.objects.visible_to(act).filter(first__in=ids, second__in=ids).values_list("first_id", "second_id"))
    traits = _traits(ids, act)
    rows = {one.pk: one for one in Customer.objects.visible_to(act).filter(pk__in=ids, kept=None).annotate(history=Count("occupancies"))}
    found = []
    for pair in pairs:
        alike = likeness(traits[pair[0]], traits[pair[1]])
        if alike.is_likely and rows.keys() >= set(pair):
            one, other = sorted((rows[pk] for pk in pair), key=lambda row: (-row.history, row.created_at, row.pk))
            found.append(Suggestion(one, other, alike))
    return sorted(found, key=lambda one: (-one.likeness.score, one.one.name_pinyin, one.other.pk))


def _traits(ids: Iterable[UUID], act: Act) -> dict[UUID, Traits]:
    """What is compared of these files; three queries."""
    ids = list(ids)
    ways: dict[UUID, dict[str, set]] = defaultdict(lambda: defaultdict(set))
    for pk, kind, value in ContactPoint.objects.visible_to(act).filter(customer__in=ids).values_list("customer_id", "kind", "value"):
        ways[pk][kind].add(value)
    homes: dict[UUID, set[UUID]] = defaultdict(set)
    for pk, house in Occupancy.objects.visible_to(act).filter(customer__in=ids).values_list("customer_id", "house_id"):
        homes[pk].add(house)
    return {
        row.pk: Traits(
            kind=row.kind,
            name=row.name,
            sex=row.sex,
            identity=str(getattr(row, IDENTITY)),
            phones=frozenset(ways[row.pk][PHONE]),
            wechats=frozenset(ways[row.pk][WECHAT]),
            emails=frozenset(ways[row.pk][EMAIL]),
            houses=frozenset(homes[row.pk]),
        )
        for row in Customer.objects.visible_to(act).filter(pk__in=ids)
    }

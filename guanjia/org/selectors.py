"""Who is whom and who may what, at a moment."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel import fixed, wall
from guanjia.kernel.act import ASSIGNED, NOBODY, SELF, WIDE, Act, Actor, Grant, Rights
from guanjia.kernel.memo import remembered
from guanjia.kernel.worktime import WorkCalendar

from . import calendars
from .models import Absence, AuthorityLimit, CalendarPast, Company, Holding, Person, Post, Project, Role, RoleSetting, Unit
from .roles import EVERYBODY

DEPUTIES_MAX = 4  # a deputy who is away himself names another, but not for ever
ROUND_THE_CLOCK = WorkCalendar(week=(((0, 1440),),) * 7)


def holdings_at(at: datetime) -> QuerySet[Holding]:
    """Holdings that run at that moment, with person, post and role."""
    return _holdings_on(timezone.localtime(at).date())


def _holdings_on(day: date) -> QuerySet[Holding]:
    running = Q(starts_on__lte=day) & (Q(ends_on__isnull=True) | Q(ends_on__gt=day))
    return (
        Holding.objects.unscoped("rights").filter(running, person__is_active=True).select_related("person", "post__role", "post__project")
    )


def rights_of(person: Person, at: datetime) -> Rights:
    """The union of the grants of the posts held at that moment; nothing else gives rights."""
    if not person.is_active:
        return NOBODY
    day = timezone.localtime(at).date()
    grants = []
    for holder, post, project, unit, role, reach, chosen, *permissions in fixed.run(_HELD, [person.pk, at, at, day, day]):
        allowed, narrow = _permissions(*permissions), reach if reach in (ASSIGNED, SELF) else WIDE
        for place, company in _places(person.company_id, project, unit, reach, chosen):
            grants.append(Grant(place, allowed, narrow, role, post, company, holder))
    return Rights(company_id=person.company_id, grants=tuple(grants))


_HELD = """
WITH RECURSIVE acting(person_id, step) AS (
  SELECT %s::uuid, 0
  UNION
  SELECT away.person_id, acting.step + 1
    FROM acting
    JOIN org_absence away ON away.deputy_id = acting.person_id AND away.hands_over AND away.cleared_at IS NULL
     AND away.starts_at <= %s AND (away.ends_at IS NULL OR away.ends_at > %s)
   WHERE acting.step < 4
)
SELECT held.person_id, held.post_id, post.project_id, post.unit_id, post.role_id,
       COALESCE(NULLIF(held.reach, ''), NULLIF(setting.reach, ''), role.reach), held.reach,
       role.permissions, COALESCE(setting.given, '[]'), COALESCE(setting.taken, '[]')
  FROM (SELECT DISTINCT person_id FROM acting) one
  JOIN org_holding held ON held.person_id = one.person_id
  JOIN org_person person ON person.id = held.person_id AND person.is_active
  JOIN org_post post ON post.id = held.post_id
  JOIN org_role role ON role.code = post.role_id
  LEFT JOIN org_rolesetting setting ON setting.role_id = role.code AND setting.company_id = post.company_id
 WHERE held.starts_on <= %s AND (held.ends_on IS NULL OR held.ends_on > %s)
"""  # every request asks it: the rights of that moment, never remembered. Who stands in for somebody away has his rights too.


def _places(company_id: UUID, project_id: UUID | None, unit_id: UUID | None, reach: str, chosen: str) -> list[tuple[UUID | None, UUID]]:
    """(project, company) of every place that a post reaches; without a project: what belongs to the company as a whole.

    A post in a project stays there, unless the appointment itself chose a wider reach. A post of a unit reaches the projects
    of the unit, or of all below it; a post of the company reaches the company, or all companies of its group.
    """
    if project_id and chosen not in ("subtree", "company", "group"):
        return [(project_id, company_id)]
    if unit_id and reach in ("unit", "subtree"):
        return [(pk, company_id) for pk in _projects_of_unit(company_id, unit_id, reach == "subtree")] + [(None, company_id)]
    if reach == "group":
        return _projects_of_group(company_id)
    projects = Project.objects.unscoped("rights").filter(company_id=company_id).order_by("pk").values_list("pk", flat=True)
    return [(pk, company_id) for pk in projects] + [(None, company_id)]


def _projects_of_unit(company_id: UUID, unit_id: UUID, with_lower: bool) -> list[UUID]:
    units = {unit_id}
    if with_lower:
        below: dict[UUID | None, list[UUID]] = {}
        for pk, parent in Unit.objects.unscoped("rights").filter(company_id=company_id).values_list("pk", "parent_id"):
            below.setdefault(parent, []).append(pk)
        step = [unit_id]
        while step:
            step = [child for unit in step for child in below.get(unit, ()) if child not in units]
            units.update(step)
    rows = Project.objects.unscoped("rights").filter(company_id=company_id, unit_id__in=units).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _projects_of_group(company_id: UUID) -> list[tuple[UUID | None, UUID]]:
    with wall.everyone("rights"):  # only then is it known that the sisters may be seen
        sisters = Company.objects.filter(Q(pk=company_id) | Q(group__companies=company_id)).values_list("pk", flat=True).distinct()
        companies = sorted(sisters)
        projects = Project.objects.unscoped("rights").filter(company_id__in=companies).order_by("pk").values_list("pk", "company_id")
        return [*projects, *((None, company) for company in companies)]


@lru_cache(1000)
def _permissions(of_role: str, given: str, taken: str) -> frozenset[str]:
    """`permissions_of` for columns as they come; one and the same set for the same words, so that it is hashed and compared once."""
    return permissions_of(json.loads(of_role), json.loads(given), json.loads(taken))


def permissions_of(of_role: Iterable[str], given: Iterable[str] = (), taken: Iterable[str] = ()) -> frozenset[str]:
    """What a role grants in a company: its own, what everybody has, and what the company gave to it or took from it.

    What a company gives, it gives although the role leaves it out (`!desk.case.withdraw`).
    """
    own = (name for name in of_role if name[0] != "!" or not any(fnmatchcase(one, name[1:]) for one in given))
    return frozenset((*own, *given, *(f"!{name}" for name in taken), *EVERYBODY))


def needs_second_factor(person: Person, at: datetime) -> bool:
    """True if one of the roles held at that moment asks for a second proof at sign-in, in the person's company."""
    roles = holdings_at(at).filter(person=person).values("post__role_id")
    return RoleSetting.objects.unscoped("login").filter(company_id=person.company_id, second_factor=True, role__in=roles).exists()


def is_below(person: Person, act: Act) -> bool:
    """True if this act stands over somebody: every post of his lies in a place it reaches, under a lower role than its highest.

    Whoever may change roles administers everybody of his company; the system does too.
    """
    if act.rights.everywhere or act.may("org.role.change", on=person):
        return True
    held = list(holdings_at(act.at).filter(person=person).values_list("post__project_id", "post__role__rank"))
    mine = max(Role.objects.filter(code__in=roles_of(act)).values_list("rank", flat=True), default=0)
    places = {grant.project_id for grant in act.rights.grants}
    return person.company_id in act.rights.companies and all(place in places and rank < mine for place, rank in held)


def act_of(person: Person, at: datetime, via: str) -> Act:
    """The act of a person now signed in."""
    return Act(by=Actor("person", person.pk, person.name), at=at, via=via, rights=rights_of(person, at))


def roles_of(act: Act, project: Project | None = None) -> frozenset[str]:
    """Codes of the roles the act's person holds (in that project)."""
    return frozenset(g.role for g in act.rights.grants if project is None or g.project_id == project.pk)


def holders_by_role(act: Act) -> dict[str, list[str]]:
    """Who holds which role today in what the act reaches: {role: ["李客服（翠湖花园）", …]}, deputies named as such."""
    rows = holdings_at(act.at).filter(company_id=act.company_id)
    if not act.rights.everywhere:
        rows = rows.filter(Q(post__project__in=act.rights.any_projects()) | Q(post__project__isnull=True))
    found: dict[str, list[str]] = {}
    for holding in rows.order_by("person__name"):
        where = holding.post.project.name if holding.post.project else _("全公司")
        found.setdefault(holding.post.role_id, []).append(
            f"{holding.person.name}（{where}{'，' + _('代理') if holding.kind == 'deputy' else ''}）"
        )
    return found


@remembered
def role_names(codes: frozenset[str]) -> list[str]:
    """What the roles are called, the highest first."""
    return list(Role.objects.filter(code__in=codes).order_by("-rank", "code").values_list("name", flat=True))


def projects_of(act: Act) -> QuerySet[Project]:
    """Projects in which the act has any grant, by name."""
    return Project.objects.visible_to(act).order_by("name")


def holders_of(role: str, project: Project, at: datetime) -> list[Person]:
    """People who hold a post of that role in the project, or in the company where the post has no project; main holders first."""
    rows = (
        holdings_at(at)
        .filter(post__role_id=role, company_id=project.company_id)
        .filter(Q(post__project=project) | Q(post__project__isnull=True))
    )
    return [holding.person for holding in sorted(rows, key=lambda h: (h.kind != "main", h.post.project_id is None, h.person.name))]


def people_in_role(role: str, company_id: UUID, project_id: UUID | None, at: datetime) -> list[Person]:
    """Who answers for a role at that moment: the holders of its posts in the project or the company, deputies where there are none.

    Without a project only posts of the company itself count.
    """
    rows = holdings_at(at).filter(post__role_id=role, company_id=company_id)
    rows = rows.filter(Q(post__project_id=project_id) | Q(post__project__isnull=True)) if project_id else rows.filter(post__project=None)
    return _answering(sorted(rows, key=lambda h: (h.post.project_id is None, h.person.name)), at)


def people_in_posts(posts: Iterable[UUID], at: datetime) -> list[Person]:
    """Who answers for these posts at that moment."""
    return _answering(holdings_at(at).filter(post_id__in=list(posts)).order_by("person__name"), at)


def post_names(posts: Iterable[UUID]) -> list[str]:
    """What these posts are called."""
    return list(Post.objects.unscoped("link").filter(pk__in=list(posts)).order_by("name").values_list("name", flat=True))


def _answering(holdings: Iterable[Holding], at: datetime) -> list[Person]:
    """Of each post its holders who are there, for those who are away whoever stands in, else its deputies; each person once."""
    by_post: dict[UUID, list[Holding]] = {}
    for holding in holdings:
        by_post.setdefault(holding.post_id, []).append(holding)
    away = absences_of([h.person_id for held in by_post.values() for h in held], at)
    asked = []
    for held in by_post.values():
        main = [_there(h.person, away) for h in held if h.kind == "main"]
        asked += [one for one in main if one is not None] or [h.person for h in held if h.kind != "main" and h.person_id not in away]
    return list(dict.fromkeys(asked))


def absences_of(people: Iterable[UUID], at: datetime) -> dict[UUID, Absence]:
    """Who of these people is away at that moment, and of those who stand in for them."""
    found: dict[UUID, Absence] = {}
    wanted = set(people)
    for _step in range(DEPUTIES_MAX):
        rows = Absence.objects.unscoped("rights").at(at).filter(person_id__in=wanted).select_related("deputy")
        new = {absence.person_id: absence for absence in rows if absence.person_id not in found}
        found |= new
        wanted = {absence.deputy_id for absence in new.values() if absence.deputy_id} - set(found)
        if not wanted:
            break
    return found


def _there(person: Person, away: dict[UUID, Absence]) -> Person | None:
    """The person, or his deputy, or the deputy's; None if that leads nowhere."""
    one: Person | None = person
    for _step in range(DEPUTIES_MAX):
        if one is None or one.pk not in away:
            return one if one is not None and one.is_active else None
        one = away[one.pk].deputy
    return None


def stood_in_for(person: Person, role: str, company_id: UUID, project_id: UUID | None, at: datetime) -> Person | None:
    """The holder in whose place somebody acts as deputy; None if he acts for himself."""
    rows = list(holdings_at(at).filter(post__role_id=role, company_id=company_id))
    posts = {h.post_id for h in rows if h.person_id == person.pk and h.kind == "deputy"}
    if any(h.person_id == person.pk and h.kind == "main" for h in rows):
        return None
    away = absences_of([h.person_id for h in rows], at)
    absent = next((h.person for h in rows if h.kind == "main" and h.person_id in away and _there(h.person, away) == person), None)
    return absent or next((h.person for h in rows if h.post_id in posts and h.kind == "main"), None)


def superiors_of(role: str) -> list[str]:
    """The roles above a role, the nearest first."""
    above, step = [], _superiors().get(role)
    while step and step not in above:
        above.append(step)
        step = _superiors().get(step)
    return above


@remembered
def _superiors() -> dict[str, str]:
    return {code: superior for code, superior in Role.objects.values_list("code", "superior_id") if superior}


def role_name(code: str) -> str:
    """What a role is called; its code where there is no such role."""
    return Role.objects.filter(code=code).values_list("name", flat=True).first() or code


def post_of(role: str, project_id: UUID, at: datetime) -> Post | None:
    """The post that answers for a role in a project: the nearest one held by somebody, climbing from role to superior role.

    None if nobody up to the top holds any such post.
    """
    return _answering_posts(project_id, timezone.localtime(at).date()).get(role)


@remembered
def _answering_posts(project_id: UUID, day: date) -> dict[str, Post]:
    """Role code -> answering post, for all roles of a project on a day."""
    company_id = Project.objects.unscoped("rights").values_list("company_id", flat=True).get(pk=project_id)
    rows = _holdings_on(day).filter(company_id=company_id).filter(Q(post__project_id=project_id) | Q(post__project__isnull=True))
    held: dict[str, Post] = {}
    for holding in sorted(rows, key=lambda h: (h.post.project_id is None, h.kind != "main", h.post.id)):
        held.setdefault(holding.post.role_id, holding.post)
    superiors = dict(Role.objects.values_list("code", "superior_id"))
    answering = {}
    for role in superiors:
        step: str | None = role
        seen = set()
        while step and step not in held and step not in seen:
            seen.add(step)
            step = superiors.get(step)
        if step in held:
            answering[role] = held[step]
    return answering


def turning_days(company_id: UUID) -> list[date]:
    """The days, in order, from which somebody else may answer for a role: between two of them `post_of` never changes."""
    held = Holding.objects.unscoped("rights").filter(company_id=company_id).values_list("starts_on", "ends_on")
    return sorted({day for span in held for day in span if day is not None})


def calendar_of(project_id: UUID, known_at: datetime | None = None) -> WorkCalendar:
    """The working time of a project, as a value: as it is, or as it was known at a moment. Round the clock where none was set."""
    history = _calendar_history(project_id)
    return history.now if known_at is None else history.known_at(known_at)


@remembered
def _calendar_history(project_id: UUID) -> calendars.History:
    project = Project.objects.unscoped("rights").select_related("calendar").get(pk=project_id)
    return calendars.history(project.calendar) if project.calendar else calendars.History(ROUND_THE_CLOCK)


def projects_on(calendar_id: UUID) -> list[Project]:
    """The projects that live by a calendar."""
    return list(Project.objects.unscoped("engine").filter(calendar_id=calendar_id).order_by("pk"))


def calendars_changed(since: datetime, until: datetime) -> list[tuple[UUID, datetime]]:
    """(calendar, moment) of each change that became known everywhere after `since` and by `until`."""
    rows = CalendarPast.objects.unscoped("engine").filter(known_until__gt=since, known_until__lte=until)
    return list(rows.values_list("calendar_id", "known_until").distinct().order_by("known_until"))


def authority_of(roles: Iterable[str], company: Company, matter: str) -> int | None:
    """The highest limit in fen that these roles have in a matter; None if no limit was set for any of them."""
    rows = AuthorityLimit.objects.unscoped("rights").filter(company=company, matter=matter, role_id__in=list(roles))
    limits = list(rows.values_list("amount_fen", flat=True))
    return max(limits) if limits else None


def people(act: Act) -> Any:
    """The people of the act's company, by name."""
    return Person.objects.visible_to(act).order_by("name")

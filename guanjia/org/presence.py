"""Who is there now: on watch first, then who holds the post and is present, then who stands in, then the next superior.

A `Presence` is read once for a company and a moment and then answers any number of questions without the database. It
names people, never more: what is done to them is for others. Nobody who is away, inactive or set aside is named.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from .models import Absence, Holding, Role, Watch
from .selectors import DEPUTIES_MAX, holdings_at

#: who answers at the end of every climb
LAST = ("general_manager", "company_admin")


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who is there: the person, the post (None for a deputy without one), its role, and by which way he was found.

    `how` is watch, post or deputy; `role` differs from the one asked for where one had to climb.
    """

    person_id: UUID
    name: str
    role: str
    post_id: UUID | None
    how: str


@dataclass
class Presence:
    """Who of a company is there at a moment."""

    at: datetime
    superiors: dict[str, str | None]
    holdings: dict[str, list[Holding]]  # role -> holdings, nearest and main first
    watches: dict[str, list[Watch]]  # role -> watches
    absences: dict[UUID, Absence]
    names: dict[UUID, str]
    _found: dict[tuple, tuple[Found, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, company_id: UUID, at: datetime) -> "Presence":
        """Read the company's posts, watches and absences as they are at that moment; four queries."""
        holdings: dict[str, list[Holding]] = defaultdict(list)
        for holding in holdings_at(at).filter(company_id=company_id):
            holdings[holding.post.role_id].append(holding)
        for rows in holdings.values():
            rows.sort(key=lambda h: (h.post.project_id is None, h.kind != "main", h.post_id, h.person.name, h.person_id))
        watches: dict[str, list[Watch]] = defaultdict(list)
        on_watch = Watch.objects.unscoped("rights").at(at).filter(company_id=company_id, person__is_active=True)
        for watch in on_watch.select_related("post", "person").order_by("starts_at", "pk"):
            watches[watch.post.role_id].append(watch)
        away = Absence.objects.unscoped("rights").at(at).filter(company_id=company_id).select_related("deputy")
        absences = {absence.person_id: absence for absence in away}
        names = {holding.person_id: holding.person.name for rows in holdings.values() for holding in rows}
        superiors = dict(Role.objects.values_list("code", "superior_id"))
        return cls(at, superiors, dict(holdings), dict(watches), absences, names)

    def is_away(self, person_id: UUID) -> bool:
        return person_id in self.absences

    def present(self, role: str, project_id: UUID, *, skipping: Collection[UUID] = ()) -> tuple[Found, ...]:
        """Who answers for a role in a project now, the first to be told first; () if nobody does up to the very top."""
        key = (role, project_id, frozenset(skipping))
        if key not in self._found:
            self._found[key] = self._climb(role, project_id, key[2])
        return self._found[key]

    def stand_in(self, person_id: UUID, *, skipping: Collection[UUID] = ()) -> UUID | None:
        """The person himself if he is there, else his deputy, else the deputy's; None if that leads nowhere."""
        seen: set[UUID] = set()
        one: UUID | None = person_id
        while one is not None and len(seen) <= DEPUTIES_MAX and one not in seen:
            absence = self.absences.get(one)
            if absence is None:
                return None if one in skipping else one
            seen.add(one)
            deputy = absence.deputy
            if deputy is not None:
                self.names.setdefault(deputy.pk, deputy.name)
            one = deputy.pk if deputy is not None and deputy.is_active else None
        return None

    def name_of(self, person_id: UUID) -> str:
        """What somebody who was named here is called; "" for whoever holds no post and stands in for nobody."""
        return self.names.get(person_id, "")

    def role_of(self, person_id: UUID, project_id: UUID) -> str:
        """The highest role that somebody holds in a project, by how many stand above it; "" for none."""
        held = {h.post.role_id for rows in self.holdings.values() for h in rows if h.person_id == person_id and _is_at(h, project_id)}
        return min(held, key=lambda role: (len(list(self._steps(role))), role), default="")

    def superior_of(self, role: str, levels: int = 1) -> str:
        """The role so many steps above, or the highest there is; "" above an unknown one."""
        for _step in range(levels):
            above = self.superiors.get(role)
            if not above:
                return role if _step else ""
            role = above
        return role

    # -- the climb -------------------------------------------------------------------------------
    def _climb(self, role: str, project_id: UUID, skipping: frozenset[UUID]) -> tuple[Found, ...]:
        for step in self._steps(role):
            found = self._of_role(step, project_id, skipping)
            if found:
                return found
        return ()

    def _steps(self, role: str) -> Iterator[str]:
        """The role, its superiors, and whoever answers in the end; each once."""
        seen: set[str] = set()
        step: str | None = role
        while step and step not in seen:
            seen.add(step)
            yield step
            step = self.superiors.get(step)
        yield from (last for last in LAST if last not in seen)

    def _of_role(self, role: str, project_id: UUID, skipping: frozenset[UUID]) -> tuple[Found, ...]:
        on_watch = [
            Found(watch.person_id, watch.person.name, role, watch.post_id, "watch")
            for watch in self.watches.get(role, ())
            if _is_at(watch, project_id) and self._is_there(watch.person_id, skipping)
        ]
        if on_watch:
            return _once(on_watch)
        held = [h for h in self.holdings.get(role, ()) if _is_at(h, project_id)]
        near = [h for h in held if h.post.project_id is not None]
        for rows in (near, held):  # the project's own post before the company's
            found = self._present_of(rows, role, skipping)
            if found:
                return found
        return ()

    def _present_of(self, held: list[Holding], role: str, skipping: frozenset[UUID]) -> tuple[Found, ...]:
        main = [h for h in held if h.kind == "main"]
        there = [Found(h.person_id, h.person.name, role, h.post_id, "post") for h in main if self._is_there(h.person_id, skipping)]
        if there:
            return _once(there)
        deputies = [
            Found(one, self.names.get(one, ""), role, h.post_id, "deputy")
            for h in main
            if self.is_away(h.person_id) and (one := self.stand_in(h.person_id, skipping=skipping)) is not None
        ]
        deputies += [
            Found(h.person_id, h.person.name, role, h.post_id, "deputy")
            for h in held
            if h.kind != "main" and self._is_there(h.person_id, skipping)
        ]
        return _once(deputies)

    def _is_there(self, person_id: UUID, skipping: frozenset[UUID]) -> bool:
        return person_id not in skipping and person_id not in self.absences


def _is_at(one: Holding | Watch, project_id: UUID) -> bool:
    return one.post.project_id in (None, project_id)


def _once(found: list[Found]) -> tuple[Found, ...]:
    return tuple({one.person_id: one for one in reversed(found)}.values())[::-1]


def present_holders(role: str, project_id: UUID, at: datetime, *, company_id: UUID, skipping: Collection[UUID] = ()) -> tuple[Found, ...]:
    """Who answers for a role in a project at a moment; for one question (for many, keep the `Presence`)."""
    return Presence.of(company_id, at).present(role, project_id, skipping=skipping)

"""Opening companies and projects, hiring people, appointing them, publishing calendars."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from guanjia.kernel import memo, wall
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.journal import record, recorded_at
from guanjia.kernel.usecase import usecase, whole

from .. import facts, selectors
from ..calendars import ROUND_THE_CLOCK, known_from, statutory_days, work_calendar
from ..models import Calendar, CalendarDay, CalendarPast, Company, Group, Holding, Person, Post, Project, ReportingLine, Role, Unit
from ..roles import ROLES
from ..states import REACHES

EDITABLE_OF_PERSON = ("name", "phone", "skills", "is_active", "language")
EDITABLE_OF_POST = ("name", "seats", "unit")


def sync_roles() -> int:  # not a use case: seeding of a closed list, before there is anybody to act
    """Write the closed list of roles where rows are missing; what a company changed stays. Returns how many were added."""
    there = set(Role.objects.values_list("code", flat=True))
    new = [
        Role(code=r.code, name=str(r.name), reach=r.reach, rank=r.rank, permissions=list(r.permissions))
        for r in ROLES
        if r.code not in there
    ]
    Role.objects.bulk_create(new)
    for seed in ROLES:
        if seed.code not in there and seed.superior:
            Role.objects.filter(code=seed.code).update(superior_id=seed.superior)
    return len(new)


sync_roles.not_a_usecase = "seeding"


def found_company(*, name: str, credit_code: str) -> Company:
    """A new company, and the closed list of roles if this is the first: before it exists nobody can act in it."""

    def found() -> Company:
        sync_roles()
        return Company.objects.create(name=name, credit_code=credit_code)

    return whole(found)


found_company.not_a_usecase = "there is nobody yet who could act"


def found_group(*, name: str, companies: Iterable[Company]) -> Group:
    """A group over these companies, or more of them in one that is there: whoever runs the installation says so."""

    def found() -> Group:
        group, _made = Group.objects.get_or_create(name=name)
        Company.objects.filter(pk__in=[company.pk for company in companies]).update(group=group)
        return group

    return whole(found)


found_group.not_a_usecase = "there is nobody yet who could act for all of them"


@usecase("org.calendar.create")
def create_calendar(*, project: Company, name: str, hours: dict[str, Any] | None = None, act: Act) -> Calendar:
    """A calendar of service hours ({"0": [[480, 1200]], …}, minutes of the day); round the clock by default."""
    return Calendar.objects.create(company=project, name=name, hours=hours or ROUND_THE_CLOCK)


@usecase("org.calendar.publish")
def publish_calendar(calendar: Calendar, *, year: int, act: Act) -> int:
    """Add the statutory days of a year; days that were set by hand stay. Returns how many were added."""
    there = set(calendar.days.filter(date__year=year).values_list("date", flat=True))
    rows = [
        CalendarDay(company_id=calendar.company_id, calendar=calendar, date=day, kind=kind, source=source[:120])
        for day, kind, source in statutory_days(year)
        if day not in there
    ]
    known = _keep_past(calendar, act, *(CalendarPast(date=row.date) for row in rows))
    CalendarDay.objects.bulk_create(rows)
    record(calendar, facts.CalendarPublished(year=year, days=len(rows), source="法定节假日", known_from=known), act=act)
    return len(rows)


@usecase("org.calendar.set_day")
def set_calendar_day(calendar: Calendar, *, date: date, kind: str, source: str = "", act: Act) -> CalendarDay:
    """Say what one date is: holiday, rest or work. The rows decide, whatever a package says.

    What was reckoned before the change was known stays; clocks that still run are moved visibly.
    """
    if kind not in dict(CalendarDay.KINDS):
        raise BadInput([Reason(_("性质须为节假日、休息日或调休上班。"), field="kind")])
    said = calendar.days.filter(date=date).values_list("kind", flat=True).first()
    known = _keep_past(calendar, act, *([CalendarPast(date=date, kind=said or "")] if said != kind else []))
    day, _created = calendar.days.update_or_create(date=date, defaults={"kind": kind, "source": source, "company_id": calendar.company_id})
    record(calendar, facts.CalendarDaySet(date=str(date), kind=kind, known_from=known), act=act)
    return day


@usecase("org.calendar.set_hours")
def set_calendar_hours(calendar: Calendar, *, hours: dict[str, Any], act: Act) -> Calendar:
    """Say when service is given on each weekday ({"0": [[480, 1200]], …}, minutes of the day; Monday is 0).

    BadInput for spans that do not ascend within a day, and for a week without any. As with days, nothing is reckoned anew in silence.
    """
    try:
        week = work_calendar(hours, {}).week
    except (ValueError, TypeError):
        raise BadInput([Reason(_("服务时间须在一天之内，先后不重叠，如 08:30-12:00 13:30-17:30。"), field="hours")]) from None
    if not any(week):
        raise BadInput([Reason(_("一周至少要有一段服务时间。"), field="hours")])
    hours = {str(day): [list(span) for span in spans] for day, spans in enumerate(week)}
    known = _keep_past(calendar, act, *([CalendarPast(hours=calendar.hours)] if hours != calendar.hours else []))
    calendar.hours = hours
    calendar.version += 1
    calendar.save(update_fields=["hours", "version"])
    record(calendar, facts.CalendarHoursSet(hours=hours, known_from=known), act=act)
    return calendar


def _keep_past(calendar: Calendar, act: Act, *pasts: CalendarPast) -> datetime | None:
    """Keep what is about to change; returns from when on the change is known, None where no project lives by the calendar yet."""
    if not pasts or not selectors.projects_on(calendar.pk):
        return None
    known = known_from(recorded_at(act))
    for past in pasts:
        past.company_id, past.calendar, past.known_until = calendar.company_id, calendar, known
    CalendarPast.objects.bulk_create(pasts)
    memo.forget_all()
    return known


@usecase("org.project.open")
def open_project(
    *,
    project: Company,
    name: str,
    code: str,
    kind: str = "community",
    calendar: Calendar | None = None,
    unit: Unit | None = None,
    district: str = "",
    address: str = "",
    phone: str = "",
    act: Act,
) -> Project:
    """A new project of a company; BadInput if its code is taken."""
    code = code.strip().upper()
    if Project.objects.unscoped("uniqueness").filter(company=project, code=code).exists():
        raise BadInput([Reason(_("项目代号「%(code)s」已被使用，请换一个。") % {"code": code}, field="code")])
    opened = Project.objects.create(
        company=project, name=name, code=code, kind=kind, calendar=calendar, unit=unit, district=district, address=address, phone=phone
    )
    record(opened, facts.ProjectOpened(kind=kind, name=name), act=act, project=opened)
    return opened


@usecase("org.person.register")
def register_person(
    *, project: Any, login: str, name: str, phone: str = "", skills: list[str] | None = None, password: str | None = None, act: Act
) -> Person:
    """Somebody starts to work here. Without a password he cannot sign in until one is set."""
    reasons = []
    login = login.strip().lower()
    if not login:
        reasons.append(Reason(_("请填写账号。"), field="login"))
    elif _is_taken(login):
        reasons.append(Reason(_("账号「%(login)s」已被使用，请换一个。") % {"login": login}, field="login"))
    if not name.strip():
        reasons.append(Reason(_("请填写姓名。"), field="name"))
    if reasons:
        raise BadInput(reasons)
    person = Person(company_id=project.company_id, login=login, name=name.strip(), phone=phone, skills=skills or [], pinyin=_pinyin(name))
    person.set_password(password)
    person.save()
    record(person, facts.PersonRegistered(name=person.name), act=act)
    return person


def _is_taken(login: str) -> bool:
    """Accounts are one list for all companies: who signs in has said nothing else yet."""
    with wall.everyone("uniqueness"):
        return Person.objects.unscoped("uniqueness").filter(login=login).exists()


@usecase("org.person.change")
def change_person(person: Person, *, act: Act, **values: Any) -> Person:
    """Change what may be changed of a person (`EDITABLE_OF_PERSON`); the journal keeps which columns."""
    return _change(person, values, EDITABLE_OF_PERSON, facts.PersonChanged, act)


@usecase("org.person.set_password")
def set_password(person: Person, *, password: str, act: Act) -> Person:
    """Give a person a new password; his open sessions end with the old one."""
    person.set_password(password)
    person.save(update_fields=["password"])
    record(person, facts.PersonChanged(changed=["password"]), act=act)
    return person


@usecase("org.post.create")
def create_post(*, project: Any, role: str, name: str = "", seats: int = 1, unit: Unit | None = None, act: Act) -> Post:
    """A post in a project, or (given a company) for all of its projects."""
    of_project = project if isinstance(project, Project) else None
    row = Role.objects.get(code=role)
    post = Post.objects.create(company_id=project.company_id, project=of_project, role=row, name=name or row.name, seats=seats, unit=unit)
    record(post, facts.PostCreated(role=role, name=post.name), act=act)
    return post


@usecase("org.post.change")
def change_post(post: Post, *, act: Act, **values: Any) -> Post:
    """Change a post's name, seats or unit."""
    return _change(post, values, EDITABLE_OF_POST, facts.PostChanged, act)


@usecase("org.holding.appoint")
def appoint(
    post: Post, *, person: Person, starts_on: date, ends_on: date | None = None, kind: str = "main", reach: str = "", act: Act
) -> Holding:
    """A person holds a post from a day on, as far as its role reaches, or as `reach` says.

    BadInput when all seats are taken or the person is of another company. Nobody appoints himself.
    """
    overlapping = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
    held = post.holdings.filter(overlapping, kind="main")
    if ends_on:
        held = held.filter(starts_on__lt=ends_on)
    reasons = []
    if person.company_id != post.company_id:
        reasons.append(Reason(_("找不到此人员。"), field="person"))
    if person.pk == act.person_id:
        reasons.append(Reason(_("不能任命自己，请由别人办理。"), field="person"))
    if reach and reach not in REACHES:
        reasons.append(Reason(_("没有这种范围：%(reach)s") % {"reach": reach}, field="reach"))
    if reach == "group" and post.company.group_id is None:
        reasons.append(Reason(_("本公司不属于任何集团，范围不能是全集团。"), field="reach"))
    if kind == "main" and held.count() >= post.seats:
        reasons.append(
            Reason(_("「%(post)s」编制 %(seats)d 人已满，请先结束原任职。") % {"post": post.name, "seats": post.seats}, field="person")
        )
    if reasons:
        raise BadInput(reasons)
    holding = Holding.objects.create(
        company_id=post.company_id, post=post, person=person, starts_on=starts_on, ends_on=ends_on, kind=kind, reach=reach
    )
    record(
        holding, facts.HoldingAppointed(person_id=str(person.pk), post_id=str(post.pk), role=post.role_id), act=act, about=(person, post)
    )
    return holding


@usecase("org.holding.end")
def end_holding(holding: Holding, *, ends_on: date, act: Act) -> Holding:
    """The holding ends; its day is the first one without it."""
    if ends_on <= holding.starts_on:
        raise BadInput([Reason(_("结束日须晚于开始日。"), field="ends_on")])
    holding.ends_on = ends_on
    holding.save(update_fields=["ends_on"])
    record(
        holding,
        facts.HoldingEnded(person_id=str(holding.person_id), post_id=str(holding.post_id), role=holding.post.role_id),
        act=act,
        about=(holding.person, holding.post),
    )
    return holding


@usecase("org.unit.create")
def create_unit(*, project: Any, name: str, kind: str = "department", parent: Unit | None = None, act: Act) -> Unit:
    """A part of the company; BadInput for a blank name, one that is taken under the same parent, or an unknown kind."""
    reasons = []
    name = name.strip()
    if not name:
        reasons.append(Reason(_("请填写名称。"), field="name"))
    elif Unit.objects.unscoped("uniqueness").filter(company_id=project.company_id, parent=parent, name=name).exists():
        reasons.append(Reason(_("同一上级下已有「%(name)s」，请换一个名称。") % {"name": name}, field="name"))
    if kind not in dict(Unit.KINDS):
        reasons.append(Reason(_("没有这个类别：%(kind)s") % {"kind": kind}, field="kind"))
    if parent is not None and parent.company_id != project.company_id:
        reasons.append(Reason(_("找不到上级单位。"), field="parent"))
    if reasons:
        raise BadInput(reasons)
    unit = Unit.objects.create(company_id=project.company_id, parent=parent, kind=kind, name=name)
    record(unit, facts.UnitCreated(kind=kind, name=name), act=act)
    return unit


@usecase("org.reporting_line.draw")
def draw_line(post: Post, *, superior: Post, kind: str = "administrative", starts_on: date, act: Act) -> ReportingLine:
    """From a day on, a post reports to another as well (ORG-007).

    BadInput when the superior is of another company, the line is there already, or it would lead back to the post.
    """
    reasons = []
    # Two lines drawn at once could close a circle that neither sees: they are drawn one after the other.
    list(Post.objects.unscoped("uniqueness").filter(company_id=post.company_id).select_for_update(of=("self",)).order_by("pk"))
    if superior.company_id != post.company_id:
        reasons.append(Reason(_("找不到上级岗位。"), field="superior"))
    elif post.pk == superior.pk:
        reasons.append(Reason(_("岗位不能向自己汇报。"), field="superior"))
    elif _leads_to(superior, post, starts_on):
        reasons.append(
            Reason(
                _("「%(superior)s」已直接或间接向「%(post)s」汇报，不能互为上下级。") % {"superior": superior.name, "post": post.name},
                field="superior",
            )
        )
    if kind not in dict(ReportingLine.KINDS):
        reasons.append(Reason(_("性质须为行政或业务。"), field="kind"))
    elif post.lines_up.filter(superior=superior, kind=kind).filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)).exists():
        reasons.append(Reason(_("这条汇报线已经登记。"), field="superior"))
    if reasons:
        raise BadInput(reasons)
    line = ReportingLine.objects.create(
        company_id=post.company_id, post=post, superior=superior, kind=kind, starts_on=starts_on, created_at=act.at
    )
    record(
        line,
        facts.ReportingLineDrawn(post_id=str(post.pk), superior_id=str(superior.pk), kind=kind, starts_on=str(starts_on)),
        act=act,
        about=(post, superior),
    )
    return line


@usecase("org.reporting_line.end")
def end_line(line: ReportingLine, *, ends_on: date, act: Act) -> ReportingLine:
    """The line ends; its day is the first one without it."""
    reasons = []
    if ends_on <= line.starts_on:
        reasons.append(Reason(_("结束日须晚于开始日。"), field="ends_on"))
    if line.ends_on is not None:
        reasons.append(Reason(_("这条汇报线已于 %(day)s 终止。") % {"day": line.ends_on}, field="ends_on"))
    if reasons:
        raise BadInput(reasons)
    line.ends_on = ends_on
    line.version += 1
    line.save(update_fields=["ends_on", "version"])
    record(
        line,
        facts.ReportingLineEnded(post_id=str(line.post_id), superior_id=str(line.superior_id), kind=line.kind, ends_on=str(ends_on)),
        act=act,
        about=(line.post, line.superior),
    )
    return line


def _leads_to(lower: Post, upper: Post, starts_on: date) -> bool:
    """True if, on or after that day, `lower` reports to `upper` through any number of lines."""
    ahead = ReportingLine.objects.unscoped("uniqueness").filter(company_id=lower.company_id)
    ups: dict[Any, list[Any]] = {}
    for post_id, superior_id in ahead.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)).values_list("post_id", "superior_id"):
        ups.setdefault(post_id, []).append(superior_id)
    seen, step = set(), [lower.pk]
    while step:
        here = step.pop()
        if here == upper.pk:
            return True
        if here not in seen:
            seen.add(here)
            step += ups.get(here, [])
    return False


def _change(subject: Any, values: dict[str, Any], editable: tuple[str, ...], fact: type, act: Act) -> Any:
    changed = [name for name, value in values.items() if name in editable and getattr(subject, name) != value]
    for name in changed:
        setattr(subject, name, values[name])
    if changed:
        subject.version += 1
        if hasattr(subject, "pinyin"):
            subject.pinyin = _pinyin(subject.name)
            subject.save(update_fields=[*changed, "pinyin", "version"])
        else:
            subject.save(update_fields=[*changed, "version"])
        record(subject, fact(changed=changed), act=act)
    return subject


def _pinyin(name: str) -> str:
    syllables = lazy_pinyin(name)
    return f"{''.join(syllables)} {''.join(s[0] for s in syllables if s)}"

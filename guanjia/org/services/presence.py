"""Saying who is away and who stands in, and who has the watch."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, NotAllowed, Reason
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import facts
from ..models import Absence, Holding, Person, Post, Watch

#: the permission to say of others that they are away
ARRANGE = "org.absence.arrange"
APPOINT = "org.holding.appoint"


@usecase("org.absence.report")
def report_absence(
    *,
    project: Any,
    person: Person,
    starts_at: datetime,
    ends_at: datetime | None = None,
    reason: str = "leave",
    deputy: Person | None = None,
    act: Act,
) -> Absence:
    """Somebody is away from a moment on, until another or until he says that he is back; `deputy` stands in.

    Everybody may say it of himself, superiors of others. BadInput with all reasons; NotAllowed for somebody else.
    """
    _mine_or_arranged(person, act)
    reasons = [] if reason in dict(Absence.REASONS) else [Reason(_("请选择事由。"), field="reason")]
    reasons += _wrong_span(starts_at, ends_at) + _wrong_deputy(person, deputy)
    if person.company_id != project.company_id:
        reasons.append(Reason(_("找不到此人员。"), field="person"))
    elif not reasons and Absence.objects.unscoped("uniqueness").meeting(starts_at, ends_at).filter(person=person).exists():
        reasons.append(Reason(_("%(person)s这段时间已登记不在岗，请改那一条。") % {"person": person.name}, field="starts_at"))
    if reasons:
        raise BadInput(reasons)
    absence = Absence.objects.create(
        company_id=person.company_id,
        person=person,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        deputy=deputy,
        created_at=act.at,
        hands_over=deputy is not None and _may_hand_over(person, act),
    )
    record(
        absence,
        facts.AbsenceReported(
            person_id=str(person.pk), starts_at=_iso(starts_at), ends_at=_iso(ends_at), deputy_id=str(deputy.pk) if deputy else ""
        ),
        act=act,
        about=(person, deputy),
    )
    return absence


@usecase("org.absence.change")
def change_absence(
    absence: Absence, *, ends_at: datetime | None = None, reason: str = "leave", deputy: Person | None = None, act: Act
) -> Absence:
    """Another end, reason or deputy of an absence; when it began stays."""
    _mine_or_arranged(absence.person, act)
    reasons = [] if reason in dict(Absence.REASONS) else [Reason(_("请选择事由。"), field="reason")]
    reasons += _wrong_span(absence.starts_at, ends_at) + _wrong_deputy(absence.person, deputy)
    others = Absence.objects.unscoped("uniqueness").filter(person=absence.person).exclude(pk=absence.pk)
    if not reasons and absence.cleared_at is None and others.meeting(absence.starts_at, ends_at).exists():
        reasons.append(Reason(_("%(person)s这段时间已登记不在岗，请改那一条。") % {"person": absence.person.name}, field="ends_at"))
    if reasons:
        raise BadInput(reasons)
    new = {"ends_at": ends_at, "reason": reason, "deputy": deputy}
    if deputy != absence.deputy:
        new["hands_over"] = deputy is not None and _may_hand_over(absence.person, act)
    changed = [name for name, value in new.items() if getattr(absence, name) != value]
    if changed:
        for name in changed:
            setattr(absence, name, new[name])
        absence.version += 1
        absence.save(update_fields=[*changed, "version"])
        record(absence, facts.AbsenceChanged(changed=changed), act=act, about=(absence.person,))
    return absence


@usecase("org.absence.end")
def end_absence(absence: Absence, *, act: Act) -> Absence:
    """Back again, now; an absence that has not begun never was. BadInput if it is over."""
    _mine_or_arranged(absence.person, act)
    _end(absence, act, _("这一段已经结束。"))
    record(absence, facts.AbsenceEnded(person_id=str(absence.person_id)), act=act, about=(absence.person,))
    return absence


@usecase("org.watch.set")
def set_watch(*, project: Any, post: Post, person: Person, starts_at: datetime, ends_at: datetime, act: Act) -> Watch:
    """A holder of a post has its watch from one moment to another: he is told first. BadInput with all reasons."""
    reasons = _wrong_span(starts_at, ends_at)
    if ends_at is None:
        reasons.append(Reason(_("请填写值班到何时。"), field="ends_at"))
    if post.company_id != project.company_id or person.company_id != project.company_id:
        reasons.append(Reason(_("找不到此岗位或人员。"), field="post"))
    elif not reasons:
        reasons += _not_of_the_post(post, person, starts_at)
        if Watch.objects.unscoped("uniqueness").meeting(starts_at, ends_at).filter(post=post, person=person).exists():
            reasons.append(Reason(_("%(person)s这段时间在此岗位已排值班。") % {"person": person.name}, field="starts_at"))
    if reasons:
        raise BadInput(reasons)
    watch = Watch.objects.create(
        company_id=post.company_id, post=post, person=person, starts_at=starts_at, ends_at=ends_at, created_at=act.at
    )
    record(
        watch,
        facts.WatchSet(person_id=str(person.pk), post_id=str(post.pk), starts_at=_iso(starts_at), ends_at=_iso(ends_at)),
        act=act,
        about=(person, post),
    )
    return watch


@usecase("org.watch.clear")
def clear_watch(watch: Watch, *, act: Act) -> Watch:
    """The watch ends now, or never was if it has not begun. BadInput if it is over."""
    _end(watch, act, _("这一班已经结束。"))
    record(watch, facts.WatchCleared(person_id=str(watch.person_id), post_id=str(watch.post_id)), act=act, about=(watch.person, watch.post))
    return watch


# -- what is wrong -------------------------------------------------------------------------------
def _mine_or_arranged(person: Person, act: Act) -> None:
    if person.pk == act.person_id or act.rights.everywhere:
        return
    where = Q(post__project__in=act.rights.projects(ARRANGE)) | Q(post__project__isnull=True)
    mine = Holding.objects.unscoped("rights").filter(where, person=person, company_id=act.company_id)
    if not act.may(ARRANGE) or not mine.exists():
        raise NotAllowed([Reason(_("只能登记自己不在岗；替别人登记请找主管。"))])


def _may_hand_over(person: Person, act: Act) -> bool:
    """True if this act may give somebody's rights to a deputy: one's own, or anybody's for those who appoint people.

    Whoever else arranges an absence names who answers duties meanwhile, not who gets the rights.
    """
    return person.pk == act.person_id or act.may(APPOINT)


def _wrong_span(starts_at: datetime, ends_at: datetime | None) -> list[Reason]:
    return [Reason(_("结束须晚于开始。"), field="ends_at")] if ends_at is not None and ends_at <= starts_at else []


def _wrong_deputy(person: Person, deputy: Person | None) -> list[Reason]:
    if deputy is None:
        return []
    if deputy.pk == person.pk:
        return [Reason(_("代理人须是另一个人。"), field="deputy")]
    if deputy.company_id != person.company_id or not deputy.is_active:
        return [Reason(_("找不到此人员，或已不在职。"), field="deputy")]
    return []


def _not_of_the_post(post: Post, person: Person, starts_at: datetime) -> list[Reason]:
    day = timezone.localtime(starts_at).date()
    held = Holding.objects.unscoped("uniqueness").filter(post=post, person=person, starts_on__lte=day).exclude(ends_on__lte=day)
    if held.exists():
        return []
    said = _("%(person)s那天不担任「%(post)s」，请先任命或另选一人。") % {"person": person.name, "post": post.name}
    return [Reason(said, field="person")]


def _end(span: Absence | Watch, act: Act, over: str) -> None:
    if span.cleared_at is not None or (span.ends_at is not None and span.ends_at <= act.at):
        raise BadInput([Reason(over)])
    if span.starts_at >= act.at:
        span.cleared_at = act.at
    else:
        span.ends_at = act.at
    span.version += 1
    span.save(update_fields=["cleared_at", "ends_at", "version"])


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment is not None else ""

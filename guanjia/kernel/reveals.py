"""Seeing masked fields in full: asked for with a purpose, let through by a gate, shown for minutes, noted before it is shown.

Asking makes a row. `reveal` opens it, if the gate lets it: the clauses say whose leave it takes. `show` gives the values, as
often and as long as the row says, and only to who asked. `break_glass` opens at once, and rings.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from . import alarms, disclosing, facts, reading
from .act import Act, system_act
from .errors import BadInput, IllegalMove, NotAllowed, NotFound, Reason
from .gates import Gate
from .ids import Ref
from .journal import Place, record
from .models import Reveal
from .states import ASKED, EMERGENCY, GLASS, PURPOSES, REVEAL, SHOWN
from .usecase import usecase

MINUTES_MAX, VIEWS_MAX = 30, 5


@dataclass(frozen=True)
class Terms:
    """How long and how often something may be seen in full; a project may shorten it, nobody lengthens it."""

    minutes: int = MINUTES_MAX
    views: int = VIEWS_MAX


_terms: list[Callable[[Any, Any], Terms]] = []


def install_terms(fn: Callable[[Any, Any], Terms]) -> Callable[[Any, Any], Terms]:
    """Install who knows a project's terms: `fn(project_id, at)`."""
    _terms[:] = [fn]
    return fn


def terms_for(project_id: Any, at: Any) -> Terms:
    """The terms of a project at a moment, never more than the longest."""
    given = _terms[0](project_id, at) if _terms else Terms()
    return Terms(max(1, min(given.minutes, MINUTES_MAX)), max(1, min(given.views, VIEWS_MAX)))


class RevealPersonal(Gate, name="kernel.personal.reveal", passes_to="kernel.personal.revealed"):
    """May these fields of this record be shown in full to who asks? `at_hand`: not sensitive, and on a matter he has in hand."""

    whom: str = ""
    fields: tuple[str, ...] = ()
    sensitive: bool = False
    purpose: str = ""
    matter: str = ""
    reason: str = ""
    at_hand: bool = False

    @classmethod
    def of(cls, reveal: Reveal, *, whose: Any, act: Act, **_values: Any) -> "RevealPersonal":
        _of_asker(reveal, whose, act)
        sensitive = disclosing.is_sensitive(whose, reveal.fields)
        matter = disclosing.matter_at(reveal.matter, act)
        return cls(
            **cls.common(reveal, act),
            whom=str(reveal.subject),
            fields=tuple(reveal.fields),
            sensitive=sensitive,
            purpose=reveal.purpose,
            matter=str(reveal.matter or ""),
            reason=reveal.reason,
            at_hand=not sensitive and matter is not None and matter.in_hand and whose.pk in matter.concerns,
        )


@usecase("kernel.personal.ask")
def ask_to_reveal(whose: Any, *, fields: Iterable[str], purpose: str, matter: Ref | None = None, reason: str = "", act: Act) -> Reveal:
    """Ask to see fields of a record in full. BadInput for no field, an unknown one, or a purpose that is not on the list."""
    row = _asked(whose, list(fields), purpose, matter, reason, act)
    row.save(force_insert=True)
    record(row, facts.PersonalRevealAsked(purpose=purpose, fields=row.fields, labels=labels(whose, row.fields)), act=act, about=_about(row))
    return row


@usecase("kernel.personal.reveal", gate=RevealPersonal)
def reveal(row: Reveal, *, whose: Any, act: Act) -> Reveal:
    """Open what was asked for, from now on for the project's minutes. `whose` is the record asked about.

    NotFound for anybody but the asker; GateClosed without the leave that the clauses ask for.
    """
    return _open(row, whose, act)


@usecase("kernel.personal.break_glass")
def break_glass(whose: Any, *, fields: Iterable[str], reason: str, act: Act) -> Reveal:
    """In danger, see fields at once and without leave. Rings at the same moment; somebody else judges it afterwards."""
    if len(reason.strip()) < 4:
        raise BadInput(Reason(_("请写明是什么紧急情况。"), field="reason"))
    row = _asked(whose, list(fields), EMERGENCY, None, reason, act)
    row.is_glass = True
    row.save(force_insert=True)
    row = _open(row, whose, act)
    alarms.raise_alarm(
        kind=GLASS,
        subject=Ref.to(row),
        project_id=row.project_id,
        reader_id=row.asker_id,
        reader_name=row.asker_name,
        words=row.reason,
        act=system_act(act.at, company_id=row.company_id),
    )
    return row


@usecase("kernel.personal.show")
def show(row: Reveal, *, whose: Any, act: Act) -> dict[str, str]:
    """Name -> value in full, noted before it is returned. IllegalMove once the time or the views are used up."""
    _of_asker(row, whose, act)
    if not row.is_live(act.at):
        raise IllegalMove(Reason(_("已到期或已收起，请重新申请。")))
    row.views += 1
    row.save(update_fields=["views"])
    reading.note([whose], how=SHOWN, fields=row.fields, purpose=row.purpose, matter=row.matter, act=act)
    return disclosing.in_full(whose, row.fields)


@usecase("kernel.personal.hide")
def hide(row: Reveal, *, act: Act) -> Reveal:
    """Put away what was opened, or take back what was asked."""
    if act.person_id != row.asker_id:
        raise NotFound()
    row = REVEAL.move(row, "close", act=act)
    record(row, facts.PersonalHidden(views=row.views), act=act, about=_about(row))
    return row


def reveals_of(act: Act) -> Any:
    """What this act's person asked for, the newest first."""
    return Reveal.objects.visible_to(act).filter(asker_id=act.person_id).order_by("-asked_at")


def live_of(subject: Any, act: Act) -> Reveal | None:
    """What this act's person may see of a record just now."""
    rows = reveals_of(act).filter(subject_id=subject.pk, ends_at__gt=act.at)
    return next((row for row in rows if row.is_live(act.at)), None)


def labels(subject: Any, names: Iterable[str]) -> str:
    """What fields are called: 「电话、证件号」."""
    known = disclosing.disclosed(subject)
    return "、".join(str(known[name].label) for name in names if name in known)


def _asked(subject: Any, fields: list[str], purpose: str, matter: Ref | None, reason: str, act: Act) -> Reveal:
    known, reasons = disclosing.disclosed(subject), []
    if not fields or any(name not in known for name in fields):
        reasons.append(Reason(_("请选择要看的内容。"), field="fields"))
    if purpose not in PURPOSES:
        reasons.append(Reason(_("请选择用途。"), field="purpose"))
    if act.person_id is None:
        raise NotAllowed([Reason(_("只有登录的人员可以查看原文。"))])
    if reasons:
        raise BadInput(reasons)
    ref = Ref.to(subject)
    return Reveal(
        company_id=subject.company_id,
        project_id=subject.project_id,
        state=ASKED,
        asker_id=act.person_id,
        asker_name=act.by.name,
        subject_kind=ref.kind,
        subject_id=ref.id,
        subject_number=subject.number,
        fields=fields,
        purpose=purpose,
        matter_kind=matter.kind if matter else "",
        matter_id=matter.id if matter else None,
        reason=reason.strip()[:200],
        asked_at=act.at,
        created_at=act.at,
    )


def _open(row: Reveal, subject: Any, act: Act) -> Reveal:
    terms = terms_for(row.project_id, act.at)
    until = act.at + timedelta(minutes=terms.minutes)
    row = REVEAL.move(row, "open", act=act, opened_at=act.at, ends_at=until, views_max=terms.views)
    fact = facts.PersonalRevealed(
        purpose=row.purpose, fields=row.fields, labels=labels(subject, row.fields), glass=row.is_glass, until=until
    )
    record(row, fact, act=act, about=_about(row), project=Place(row.company_id, row.project_id))
    return row


def _of_asker(row: Reveal, subject: Any, act: Act) -> None:
    if act.person_id != row.asker_id or Ref.to(subject) != row.subject:
        raise NotFound()


def _about(row: Reveal) -> tuple[Ref | None, ...]:
    return (row.subject, row.matter)

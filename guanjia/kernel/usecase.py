"""A use case is one function, one transaction, one permission, one name.

    @usecase("desk.case.close", gate=gates.CloseCase)
    def close_case(case, *, outcome, act): ...

The wrapper goes behind the wall with the act's company, opens the transaction, locks and re-reads the subject, requires the permission, asks the gate, runs the
body, lets the engine hear what was recorded, runs the reactions, and links the journal last.
"""

import functools
import inspect
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import OperationalError, connection, transaction

from . import facts, fixed, wall
from .errors import GateClosed, Reason, Refusal
from .gates import Gate
from .journal import REACTIONS, Book, current_book, drop_book, open_book, record
from .models import Subject

USECASES: dict[str, Callable] = {}
_guards: list[Callable[[Sequence[Gate]], list[list[Reason]]]] = []
_witnesses: list[Callable[[Gate, Any], None]] = []
_RETRIES_AFTER_DEADLOCK = 3


def install_guard(fn: Callable[[Sequence[Gate]], list[list[Reason]]]) -> Callable:
    """Install who answers for gates: `fn(contexts)` returns of each every reason that keeps it shut. The rulebook does."""
    _guards[:] = [fn]
    return fn


def install_witness(fn: Callable[[Gate, Any], None]) -> Callable:
    """Install who is told that a move went through its gate: `fn(context, act)`, in the move's transaction."""
    _witnesses[:] = [fn]
    return fn


def ask(context: Gate) -> list[Reason]:
    """Every reason that keeps this gate shut now."""
    return ask_all([context])[0]


def ask_all(contexts: Sequence[Gate]) -> list[list[Reason]]:
    """For each of many gates every reason that keeps it shut now; one question, for whoever brings a thousand at once."""
    answers: list[list[Reason]] = [[] for _context in contexts]
    for guard in _guards:
        for answer, reasons in zip(answers, guard(contexts), strict=True):
            answer += reasons
    return answers


def bear_witness(context: Gate, act: Any) -> None:
    """Tell whoever wants to know that a move went through its gate; a use case with a `gate` does so by itself."""
    for witness in _witnesses:
        witness(context, act)


def usecase(name: str, *, gate: type[Gate] | None = None) -> Callable:
    """Make a function the use case `name`; see the module's words."""

    def decorate(fn: Callable) -> Callable:
        signature = inspect.signature(fn)

        @functools.wraps(fn)
        def run(*args: Any, **kwargs: Any) -> Any:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            companies = bound.arguments["act"].companies
            with wall.inside(companies) if companies else nullcontext():
                return whole(lambda: _perform(fn, name, gate, bound))

        if name in USECASES and USECASES[name].__qualname__ != fn.__qualname__:
            raise TypeError(f"use case {name} is declared twice")
        run.usecase, run.gate = name, gate
        USECASES[name] = run
        return run

    return decorate


def _perform(fn: Callable, name: str, gate: type[Gate] | None, bound: inspect.BoundArguments) -> Any:
    act = bound.arguments["act"]
    book = current_book()
    since = len(book.unanswered)
    first = next(iter(bound.arguments))
    subject = bound.arguments[first]
    if first != "project" and isinstance(subject, Subject):
        found = _locked(subject)
        if found is None:  # gone, or behind the wall: then it is another company's, and not allowed
            act.require(name, on=subject)
            raise type(subject).DoesNotExist(subject.pk)
        subject = bound.arguments[first] = found
    else:
        subject = bound.arguments.get("project")  # not locked: every foreign key to it would wait
    act.require(name, on=subject)
    context = _guard(gate, bound, subject) if gate is not None else None
    result = fn(*bound.args, **bound.kwargs)
    if context is not None:
        bear_witness(context, act)
    book.hear()
    _answer(book, since)
    return result


def _guard(gate: type[Gate], bound: inspect.BoundArguments, subject: Any) -> Gate:
    values = dict(bound.arguments)
    values.update(values.pop("kwargs", {}))
    act = values.pop("act")
    first = next(iter(bound.arguments))
    if subject is bound.arguments[first] and first != "project":
        values.pop(first)
    else:
        values.pop("project", None)
    context = gate.of(subject, act=act, **values)
    reasons = ask(context)
    if reasons:
        raise GateClosed(reasons, context=context)
    return context


def _locked(subject: Subject) -> Subject | None:
    """The row as it is now, held until the transaction ends: what two people do to it happens one after the other.

    One that is not stored yet is nobody else's. None if there is no such row to be seen.
    """
    if subject._state.adding:
        return subject
    found = fixed.read(type(subject), "WHERE id = %s FOR UPDATE", [subject.pk])
    if not found:
        return None
    project = subject._state.fields_cache.get("project")
    if project is not None and project.pk == found[0].project_id:
        found[0].project = project  # known already, and the rows of a project do not move
    return found[0]


def _answer(book: Book, since: int) -> None:
    """Run the reactions to what was recorded from position `since` on, and to what they record in turn."""
    while len(book.unanswered) > since:
        entry, act = book.unanswered.pop(since)
        if act.is_import:  # imported history reacts to nothing
            continue
        for reaction in REACTIONS.get(entry.fact, ()):
            attempt(_react, reaction, entry, act=act.because(entry))


def _react(reaction: Callable, entry: Any, *, act: Any) -> None:
    reaction(entry, act)


def attempt(fn: Callable, *args: Any, act: Any, **kwargs: Any) -> Any:
    """Try a use case inside another's transaction; a refusal is journalled, not raised. Returns its result, or None."""
    book = current_book()
    if book is None:
        return whole(lambda: attempt(fn, *args, act=act, **kwargs))
    book.hear()
    mark = book.mark()
    try:
        with transaction.atomic():
            return fn(*args, act=act, **kwargs)
    except Refusal as no:
        book.forget_since(mark)
        subject = next((a for a in args if isinstance(a, Subject)), None)
        if subject is not None:
            record(
                subject, facts.AttemptRefused(usecase=getattr(fn, "usecase", fn.__name__), reasons=[str(r) for r in no.reasons]), act=act
            )
            book.hear()
        return None


def whole(fn: Callable[[], Any]) -> Any:
    """Run `fn` in one transaction with one journal book; nested calls join it.

    A deadlock is nobody's answer: the outermost call rolls back and runs again, at most three times.
    """
    if current_book() is not None:
        return fn()
    if connection.in_atomic_block:
        with transaction.atomic():
            return _with_book(fn)
    for attempt_number in range(1, _RETRIES_AFTER_DEADLOCK + 1):
        try:
            with transaction.atomic():
                return _with_book(fn)
        except OperationalError as error:
            deadlock = getattr(error.__cause__, "sqlstate", "") in ("40P01", "40001")
            if not deadlock or attempt_number == _RETRIES_AFTER_DEADLOCK:
                raise
    raise AssertionError("unreachable: the loop returns or raises")


def _with_book(fn: Callable[[], Any]) -> Any:
    book = open_book()
    try:
        result = fn()
        book.hear()
        book.close()
        return result
    finally:
        drop_book()

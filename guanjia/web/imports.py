"""A file on its way into a register: staged, its columns named, looked at line by line, shown, carried out, receipted.

Looking at a line is doing it and taking it back: the use case runs in a savepoint, so that what the preview says is
what will happen. Carrying out goes by chunks; a chunk is one transaction that also moves the run's cursor, so an
import that is killed goes on where it stopped and does nothing twice. A line that says what is already there is
unchanged: importing a file again changes nothing. Importers that can do a thousand lines at once are given a thousand;
if one of them is refused, halves are tried until it stands alone.
"""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from guanjia.kernel import clock, fixed, headers, sheets
from guanjia.kernel.act import Act
from guanjia.kernel.bulk import insert_many, unswept
from guanjia.kernel.cells import as_text
from guanjia.kernel.errors import BadInput, Reason, Refusal
from guanjia.kernel.ids import uuid7
from guanjia.kernel.journal import current_book
from guanjia.kernel.usecase import whole

from . import forgetting, proposals, refusals
from .importers import Importer, Line, Look
from .models import ADDED, CHANGED, REFUSED, SKIPPED, UNCHANGED, ImportRow, ImportRun, RememberedMapping

CHUNK = 100
WHOLE_MAX = 5_000  # so many lines at most are carried out as one
TO_DO = (ADDED, CHANGED)
#: the column of an error file that says why; ignored when the corrected file comes back
WHY_HEADER = "不接受的原因"
#: a year of a hundred thousand homes, with its titles and sub-totals
LIMITS = sheets.Limits(rows_max=120_000, area_max=12_000_000)


class _TakenBack(Exception):
    """Ends the transaction of a chunk that was only looked at, or of a whole import that one line spoilt."""


# -- receiving -----------------------------------------------------------------------------------
def receive(
    importer: Importer, *, name: str, content: bytes, into: Any, act: Act, by: Any, options: dict | None = None, sheet: str = ""
) -> ImportRun:
    """Stage a file; SheetRefused or BadInput if it cannot be used as a whole. The same unfinished file is not staged twice.

    The run waits for somebody to say what the columns mean, unless the headers say it beyond doubt.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    unfinished = ImportRun.objects.visible_to(act).filter(
        importer=importer.name, sha256=sha256, by=by, into=into, options=options or {}, **({"sheet": sheet} if sheet else {})
    )
    run = unfinished.exclude(state__in=ImportRun.OVER).order_by("-pk").first()
    if run is not None:
        return run
    table = sheets.raw(io.BytesIO(content), sheet=sheet, limits=LIMITS)
    head = list(islice(table.records, headers.HEAD))
    known = [word for target in importer.targets for word in (target.label, *target.words)]
    found = headers.find(head, known=known) if importer.made_by_hand or known else headers.find(head)
    columns = _named(found, head)
    if not columns:
        raise BadInput([Reason(_("找不到表头：请在第一行写上各列的名字。"))])
    run = ImportRun(
        company_id=act.company_id,
        importer=importer.name,
        into=into,
        by=by,
        name=name[:200],
        sha256=sha256,
        sheet=table.name[:60],
        headers=list(columns.items()),
        header_lines=[found.first, found.last],
        options=options or {},
        created_at=act.at,
        state=ImportRun.MAPPING,
    )
    run.mapping = importer.fixed_mapping([header for header in columns if header != WHY_HEADER]) or {}
    places = [_place(letter) for letter in columns.values()]
    with transaction.atomic():
        ImportRun.objects.bulk_create([run])
        below = ((line, values) for line, values in chain(head, table.records) if line > found.last)
        run.lines = _stage(run, below, places)
        if not run.lines:
            raise BadInput([Reason(_("文件里只有表头，没有内容。"))])
        if run.mapping:
            run.state = ImportRun.LOOKING
        else:
            proposed = proposed_for(run, importer, act)
            run.mapping = {one.header: one.target.name for one in proposed if one.target is not None}
            doubled = any(header.rpartition("（")[0] in columns for header in columns)
            if importer.is_sure(proposed) and not doubled and not importer.missing(run.mapping):
                run.state = ImportRun.LOOKING
        ImportRun.objects.visible_to(act).filter(pk=run.pk).update(lines=run.lines, state=run.state, mapping=run.mapping)
    return run


def _named(found: headers.Headers, head: list[sheets.Record]) -> dict[str, str]:
    """Name to letter of all columns that have a name or, among the first lines, something in them."""
    filled = {index for line, values in head if line > found.last for index, value in enumerate(values) if value not in (None, "")}
    width = max(len(found.names), max(filled, default=-1) + 1)
    named: dict[str, str] = {}
    for index in range(width):
        letter = sheets.letter(index)
        name = found.names[index] if index < len(found.names) else ""
        if name or index in filled:
            named[name or _("%(letter)s 列（没有表头）") % {"letter": letter}] = letter
    return named


def _place(letter: str) -> int:
    place = 0
    for sign in letter:
        place = place * 26 + ord(sign) - ord("A") + 1
    return place - 1


def _stage(run: ImportRun, records: Iterable[sheets.Record], places: Sequence[int]) -> int:
    """Write the lines down as they come; returns how many."""
    count = 0

    def rows() -> Iterator[tuple]:
        nonlocal count
        for line, values in records:
            width = len(values)
            cells = [_stored(values[place]) if place < width else None for place in places]
            if any(cell not in (None, "") for cell in cells):
                count += 1
                yield uuid7(), run.pk, line, json.dumps(cells, ensure_ascii=False), "", "", "", "[]", "[]", "[]"

    insert_many(ImportRow, ("id", "run_id", "line", "cells", "name", "key", "verdict", "changes", "reasons", "notes"), rows())
    return count


def _stored(value: Any) -> Any:
    """A cell as JSON can keep it. A NUL, which it cannot, becomes another control character, and is refused like any."""
    if isinstance(value, str):
        return value.replace("\x00", "\x01").encode("utf-8", "replace").decode()
    if isinstance(value, float) and not abs(value) < float("inf"):
        return str(value)
    return value if value is None or isinstance(value, int | float | bool) else as_text(value)


# -- columns -------------------------------------------------------------------------------------
def proposed_for(run: ImportRun, importer: Importer, act: Act) -> list[proposals.Proposal]:
    """What each column of the file probably says: as the last file with these headers was read, else by names and cells."""
    rows = list(run.rows.order_by("line").values_list("cells", flat=True)[: proposals.SAMPLES])
    cells = {header: [row[place] for row in rows if place < len(row)] for place, header in enumerate(run.columns)}
    remembered = RememberedMapping.objects.visible_to(act).filter(importer=importer.name, fingerprint=_fingerprint(run)).first()
    columns = {header: letter for header, letter in run.columns.items() if header != WHY_HEADER}
    return proposals.propose(importer.targets, columns, cells, remembered=remembered.mapping if remembered else None)


def say_columns(run: ImportRun, mapping: dict[str, str], importer: Importer, act: Act, *, is_whole: bool = False) -> None:
    """Somebody has said what the columns mean; it is remembered for the next file with these headers. BadInput if it will not do."""
    known = {target.name for target in importer.targets}
    mapping = {header: name for header, name in mapping.items() if header in run.columns and name in known}
    reasons = importer.missing(mapping)
    if is_whole and run.lines > WHOLE_MAX:
        reasons.append(Reason(_("超过 %(count)d 行的文件不能要求全部一起。") % {"count": WHOLE_MAX}))
    if reasons:
        raise BadInput(reasons)
    with transaction.atomic():
        held = ImportRun.objects.visible_to(act).select_for_update(of=("self",)).get(pk=run.pk)
        if held.state not in (ImportRun.MAPPING, ImportRun.LOOKING, ImportRun.READY):
            raise BadInput([Reason(_("这次导入已经开始写入或已结束，不能再改列的对应。"))])
        held.rows.exclude(verdict="").update(verdict="", name="", key="", changes=[], reasons=[], notes=[])
        changed = {"mapping": mapping, "state": ImportRun.LOOKING, "looked_through": 0, "is_whole": is_whole}
        ImportRun.objects.visible_to(act).filter(pk=run.pk).update(**changed)
        RememberedMapping.objects.bulk_create(
            [
                RememberedMapping(
                    company_id=run.company_id,
                    importer=importer.name,
                    fingerprint=_fingerprint(run),
                    mapping=mapping,
                    by_id=act.person_id or run.by_id,
                    used_at=act.at,
                    created_at=act.at,
                )
            ],
            update_conflicts=True,
            unique_fields=["company", "importer", "fingerprint"],
            update_fields=["mapping", "by", "used_at"],
        )
    for name, value in changed.items():
        setattr(run, name, value)


def _fingerprint(run: ImportRun) -> str:
    return proposals.fingerprint(header for header in run.columns if header != WHY_HEADER)


# -- moving on -----------------------------------------------------------------------------------
def advance(run: ImportRun, importer: Importer, act: Act) -> bool:
    """Look at, or carry out, the next chunk of lines; True while there is more of the same to do.

    Outside of any other transaction, because each chunk is one; of two workers the second waits and goes on behind.
    """
    if current_book() is not None:
        raise RuntimeError("an import goes by transactions of its own and cannot be part of another")
    held = ImportRun.objects.visible_to(act).get(pk=run.pk)
    with unswept():
        if held.state == ImportRun.LOOKING:
            return _look_on(held, importer, act)
        if held.state == ImportRun.COMMITTING:
            return _all_at_once(held, importer, act) if held.is_whole else whole(lambda: _carry_on(held, importer, act))
    return False


def skip_preview(run: ImportRun, act: Act) -> None:
    """Whoever has no eyes for a preview carries out at once: each line is looked at when its turn comes, and only then."""
    with transaction.atomic():
        started = ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.LOOKING).update(state=ImportRun.COMMITTING)
        if started:
            run.rows.filter(verdict="").update(verdict=ADDED)


def start_committing(run: ImportRun, act: Act) -> None:
    """The preview was read and is wanted. BadInput if all was wanted and not all will do."""
    if run.is_whole and run.rows.filter(verdict=REFUSED).exists():
        raise BadInput([Reason(_("要求全部一起导入，而有的行不接受：请下载改好后再传。"))])
    ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.READY).update(state=ImportRun.COMMITTING)


def cancel(run: ImportRun, act: Act) -> None:
    """Stop: what was carried out stays, what was not never will be."""
    waiting = ImportRun.objects.visible_to(act).filter(pk=run.pk).exclude(state__in=ImportRun.OVER)
    with transaction.atomic():
        if waiting.update(state=ImportRun.CANCELLED, finished_at=clock.now()):
            forgetting.forget_all_but_refused(run)


def tally(run: ImportRun) -> dict[str, int]:
    """How many lines of each verdict, how many are done, how many are still to be looked at."""
    run.refresh_from_db(fields=["state", "done_through"])
    counted = Counter(dict(run.rows.order_by().values_list("verdict").annotate(n=Count("pk"))))
    over = run.state == ImportRun.DONE
    done = counted[ADDED] + counted[CHANGED] if over else run.rows.filter(verdict__in=TO_DO, line__lte=run.done_through).count()
    return {verdict: counted[verdict] for verdict in (ADDED, CHANGED, UNCHANGED, REFUSED, SKIPPED)} | {
        "looked": run.lines - counted[""],
        "lines": run.lines,
        "to_do": counted[ADDED] + counted[CHANGED],
        "done": done,
    }


def refused_file(run: ImportRun, kind: str) -> Iterable[bytes] | Any:
    """The refused lines as they came, each with the reason and, in a workbook, its cells marked: to correct and upload again."""
    names = [*run.columns, WHY_HEADER]
    rows = forgetting.still_staged(run).filter(verdict=REFUSED).order_by("line").iterator(chunk_size=1000)
    lines = (
        ([*row.cells, "；".join(_worded(letter, header, why) for letter, header, why in row.reasons)], _marks(row, run)) for row in rows
    )
    if kind == "csv":
        return sheets.write_csv(names, (values for values, _marked in lines))
    return sheets.write_marked(names, lines, title=run.name)


def _worded(letter: str, header: str, why: str) -> str:
    return f"{header}：{why}" if letter else why


def _marks(row: ImportRow, run: ImportRun) -> dict[int, str]:
    """Which cells are to be marked, each with what is wrong."""
    places = {header: place for place, header in enumerate(run.columns)}
    return {places[header]: why for _letter, header, why in row.reasons if header in places}


# -- looking -------------------------------------------------------------------------------------
def _look_on(run: ImportRun, importer: Importer, act: Act) -> bool:
    size = importer.chunk or CHUNK
    rows = list(run.rows.filter(line__gt=run.looked_through).order_by("line")[:size])
    if importer.tries:
        looks: list[Look] = []

        def try_and_take_back() -> None:
            looks.extend(_tried(importer, row, run, act) for row in rows)
            raise _TakenBack

        with suppress(_TakenBack):
            whole(try_and_take_back)
    else:
        looks = _judged(importer, rows, run, act)
    with transaction.atomic():
        held = ImportRun.objects.visible_to(act).select_for_update(of=("self",)).get(pk=run.pk)
        if (held.state, held.looked_through) != (ImportRun.LOOKING, run.looked_through):
            return held.state == ImportRun.LOOKING  # somebody else was quicker, or stopped it
        if importer.repeated:
            _tell_doubles(run, list(zip(rows, looks, strict=True)), importer)
        _write(run, zip(rows, looks, strict=True))
        more = len(rows) == size
        moved = {"looked_through": rows[-1].line} if rows else {}
        ImportRun.objects.visible_to(act).filter(pk=run.pk).update(state=ImportRun.LOOKING if more else ImportRun.READY, **moved)
    return more


def _tried(importer: Importer, row: ImportRow, run: ImportRun, act: Act) -> Look:
    """What would become of a line: its use case is tried inside a savepoint."""
    line = Line.of(row.line, row.cells, run.columns, run.said_by)
    if why := _says_nothing(importer, row, run):
        return Look(SKIPPED, reasons=[Reason(why)])
    if line.reasons:
        return Look(REFUSED, reasons=line.reasons)
    look = importer.look(line, into=run.into, act=act)
    if look.verdict not in TO_DO:
        return look
    try:
        _in_savepoint(lambda: importer.carry_out(line, look, into=run.into, act=act))
    except Refusal as refusal:
        return Look(REFUSED, name=look.name, reasons=importer.told(line, refusal.reasons))
    return look


def _judged(importer: Importer, rows: list[ImportRow], run: ImportRun, act: Act) -> list[Look]:
    """What would become of many lines at once, for an importer that knows without trying."""
    columns, said_by = run.columns, run.said_by
    silent = {row.line: why for row in rows if (why := _says_nothing(importer, row, run))}
    lines = [Line.of(row.line, row.cells, columns, said_by) for row in rows if row.line not in silent]

    def earlier(keys: set[str]) -> list[Line]:
        above = run.rows.filter(key__in=keys, line__lt=rows[0].line, verdict__in=(*TO_DO, UNCHANGED)).order_by("line")
        return [Line.of(row.line, row.cells, columns, said_by) for row in above]

    looks = iter(importer.looks(lines, earlier=earlier, into=run.into, act=act))
    return [Look(SKIPPED, reasons=[Reason(silent[row.line])]) if row.line in silent else next(looks) for row in rows]


def _says_nothing(importer: Importer, row: ImportRow, run: ImportRun) -> str:
    return headers.says_nothing(row.cells, list(run.columns)) if importer.made_by_hand else ""


def _tell_doubles(run: ImportRun, seen: list[tuple[ImportRow, Look]], importer: Importer) -> None:
    """A line that names the same thing as an earlier one of the file is refused: the file contradicts or repeats itself.

    Unless the importer knows that it only repeats itself; then it says what is there already.
    """
    names = [look.name for _row, look in seen if look.name]
    first = dict(run.rows.filter(name__in=names).exclude(verdict="").order_by("-line").values_list("name", "line"))
    for row, look in seen:
        if not look.name:
            continue
        earlier = first.setdefault(look.name, row.line)
        if earlier < row.line and look.verdict != REFUSED:
            look.verdict, look.changes = importer.repeated, []
            look.reasons = [Reason(_("与第 %(line)d 行是同一项，请只留一行。") % {"line": earlier})]


_WRITE = """
UPDATE web_importrow AS r SET name = v.name, key = v.key, verdict = v.verdict, changes = v.changes, reasons = v.reasons,
    notes = v.notes, row_id = v.row_id
FROM json_to_recordset(%s::json) AS v(id uuid, name text, key text, verdict text, changes jsonb, reasons jsonb, notes jsonb, row_id uuid)
WHERE r.id = v.id
"""


def _write(run: ImportRun, seen: Iterable[tuple[ImportRow, Look]], made: dict[int, Any] | None = None) -> None:
    """Write down what would become, or became, of these lines; of those for which that stands there already, nothing."""
    columns, made = run.columns, made or {}
    told = []
    for row, look in seen:
        new = {
            "name": look.name[:200] or row.name,
            "key": look.key[:120],
            "verdict": look.verdict,
            "changes": look.changes,
            "reasons": _placed(look.reasons, columns),
            "notes": [[columns.get(header, ""), header if header in columns else "", how] for header, how in look.notes],
            "row_id": made.get(row.line),
        }
        if any(getattr(row, name) != value for name, value in new.items() if name not in ("key", "notes")):
            told.append(new | {"id": row.pk})
    if told:
        fixed.run(_WRITE, [json.dumps(told, ensure_ascii=False, default=str)])


def _placed(reasons: Iterable[Reason], columns: dict[str, str]) -> list[list[str]]:
    """Reasons with the letter and header of the column they are about, "" for the whole line."""
    return [[columns.get(reason.field, ""), reason.field if reason.field in columns else "", str(reason)] for reason in reasons]


# -- carrying out --------------------------------------------------------------------------------
def _carry_on(run: ImportRun, importer: Importer, act: Act) -> bool:
    held = ImportRun.objects.visible_to(act).select_for_update(of=("self",)).get(pk=run.pk)  # one worker at a time
    if held.state != ImportRun.COMMITTING:
        return False
    size = importer.chunk or CHUNK
    rows = list(held.rows.filter(verdict__in=TO_DO, line__gt=held.done_through).order_by("line")[:size])
    looks, made = _carried_out(importer, rows, held, act)
    _write(held, zip(rows, looks, strict=True), made)
    moved = {"done_through": rows[-1].line} if rows else {}
    if rows:
        forgetting.forget_taken(held, first=rows[0].line, last=rows[-1].line)
    if len(rows) < size:
        moved |= {"state": ImportRun.DONE, "finished_at": clock.now()}
        forgetting.forget_all_but_refused(held)
    if moved:
        ImportRun.objects.visible_to(act).filter(pk=held.pk).update(**moved)
    return len(rows) == size


def _all_at_once(run: ImportRun, importer: Importer, act: Act) -> bool:
    """Carry out everything in one transaction; one refused line takes all of it back, and the preview says which."""
    spoilt: list[tuple[ImportRow, Look]] = []

    def everything() -> None:
        while _carry_on(run, importer, act):
            pass
        refused = run.rows.filter(verdict=REFUSED)
        spoilt[:] = [(row, Look(REFUSED, row.name, reasons=[])) for row in refused]
        if spoilt:
            raise _TakenBack

    with suppress(_TakenBack):
        whole(everything)
    if spoilt:
        with transaction.atomic():
            for row, _look in spoilt:
                run.rows.filter(pk=row.pk).update(verdict=REFUSED, reasons=row.reasons)
            ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.COMMITTING).update(state=ImportRun.READY)
    return False


def _carried_out(importer: Importer, rows: list[ImportRow], run: ImportRun, act: Act) -> tuple[list[Look], dict[int, Any]]:
    """Do these lines; returns what became of each, and the keys of rows that were made, by line.

    Each is looked at anew: what changed since the preview is not overwritten by what was seen then.
    """
    columns, said_by = run.columns, run.said_by
    lines = [Line.of(row.line, row.cells, columns, said_by) for row in rows]
    if importer.chunk:
        return _together(importer, lines, run, act) if lines else [], {}
    made: dict[int, Any] = {}
    return [_one_carried_out(importer, line, run, act, made) for line in lines], made


def _one_carried_out(importer: Importer, line: Line, run: ImportRun, act: Act, made: dict[int, Any]) -> Look:
    if line.reasons:
        return Look(REFUSED, reasons=line.reasons)
    look = importer.look(line, into=run.into, act=act)
    if look.verdict in TO_DO:
        try:
            row = _in_savepoint(lambda: importer.carry_out(line, look, into=run.into, act=act))
            made[line.number] = getattr(row, "pk", None)
        except Refusal as refusal:
            look = Look(REFUSED, name=look.name, reasons=importer.told(line, refusal.reasons))
    return look


def _together(importer: Importer, lines: list[Line], run: ImportRun, act: Act) -> list[Look]:
    try:
        return _in_savepoint(lambda: importer.carry_out_all(lines, into=run.into, act=act))
    except Refusal as refusal:
        if len(lines) == 1:
            return [Look(REFUSED, reasons=importer.told(lines[0], refusal.reasons))]
    half = len(lines) // 2
    return _together(importer, lines[:half], run, act) + _together(importer, lines[half:], run, act)


def _in_savepoint(fn: Callable[[], Any]) -> Any:
    """Run `fn`; if it is refused, nothing of it remains, neither rows nor journal lines."""
    book = current_book()
    book.hear()
    mark = book.mark()
    try:
        with transaction.atomic():
            made = fn()
            book.hear()
            return made
    except Refusal:
        book.forget_since(mark)
        raise
    except IntegrityError as error:
        book.forget_since(mark)
        refusal = refusals.of_broken_constraint(error)
        if refusal is None:
            raise
        raise refusal from None

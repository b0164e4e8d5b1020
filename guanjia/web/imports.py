"""A file on its way into a register: staged, looked at line by line, shown, carried out, receipted.

Looking at a line is doing it and taking it back: the use case runs in a savepoint, so that what the preview says is
what will happen. Carrying out goes by chunks; a chunk is one transaction that also marks its lines as done, so an
import that is killed goes on where it stopped and does nothing twice. A line that says what is already there is
unchanged: importing a file again changes nothing.
"""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from guanjia.kernel import clock, sheets
from guanjia.kernel.act import Act
from guanjia.kernel.cells import CellError, as_text
from guanjia.kernel.errors import BadInput, Reason, Refusal
from guanjia.kernel.journal import current_book
from guanjia.kernel.usecase import whole

from . import refusals
from .importers import Importer, Line, Look
from .models import ADDED, CHANGED, REFUSED, UNCHANGED, ImportRow, ImportRun

CHUNK = 100
STAGED_AT_ONCE = 1000
TO_DO = (ADDED, CHANGED)
#: the column of an error file that says why; ignored when the corrected file comes back
WHY_HEADER = "不接受的原因"


class _TakenBack(Exception):
    """Ends the transaction of a chunk that was only looked at."""


def receive(importer: Importer, *, name: str, content: bytes, into: Any, act: Act, by: Any, options: dict | None = None) -> ImportRun:
    """Stage a file; SheetRefused or BadInput if it cannot be used as a whole. The same unfinished file is not staged twice."""
    sha256 = hashlib.sha256(content).hexdigest()
    unfinished = ImportRun.objects.visible_to(act).filter(importer=importer.name, sha256=sha256, by=by, into=into, options=options or {})
    run = unfinished.exclude(state=ImportRun.DONE).order_by("-pk").first()
    if run is not None:
        return run
    sheet = sheets.read(io.BytesIO(content))
    importer.check(list(sheet.headers))
    run = ImportRun(
        company_id=act.company_id,
        importer=importer.name,
        into=into,
        by=by,
        name=name[:200],
        sha256=sha256,
        headers=list(sheet.headers.items()),
        options=options or {},
        created_at=act.at,
    )
    with transaction.atomic():
        ImportRun.objects.bulk_create([run])
        run.lines = sum(_stage(run, sheet))
        if not run.lines:
            raise BadInput([Reason(_("文件里只有表头，没有内容。"))])
        ImportRun.objects.visible_to(act).filter(pk=run.pk).update(lines=run.lines)
    return run


def _stage(run: ImportRun, sheet: sheets.Sheet) -> Iterator[int]:
    """Write the lines down as they come; yields how many at a time."""
    while rows := list(islice(sheet.rows, STAGED_AT_ONCE)):
        yield len(
            ImportRow.objects.bulk_create(
                ImportRow(run=run, line=row.line, cells={header: _stored(cell.value) for header, cell in row.cells.items()}) for row in rows
            )
        )


def advance(run: ImportRun, importer: Importer, act: Act) -> bool:
    """Look at, or carry out, the next chunk of lines; True while there is more of the same to do.

    Outside of any other transaction, because each chunk is one; of two workers the second waits and goes on behind.
    """
    if current_book() is not None:
        raise RuntimeError("an import goes by transactions of its own and cannot be part of another")
    held = ImportRun.objects.visible_to(act).values_list("state", flat=True).get(pk=run.pk)
    if held == ImportRun.LOOKING:
        return _look_on(run, importer, act)
    if held == ImportRun.COMMITTING:
        return whole(lambda: _carry_on(run, importer, act))
    return False


def skip_preview(run: ImportRun, act: Act) -> None:
    """Whoever has no eyes for a preview carries out at once: each line is looked at when its turn comes, and only then."""
    with transaction.atomic():
        started = ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.LOOKING).update(state=ImportRun.COMMITTING)
        if started:
            run.rows.filter(verdict="").update(verdict=ADDED)


def start_committing(run: ImportRun, act: Act) -> None:
    """The preview was read and is wanted."""
    ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.READY).update(state=ImportRun.COMMITTING)


def tally(run: ImportRun) -> dict[str, int]:
    """How many lines of each verdict, how many are done, how many are still to be looked at."""
    counted = Counter(dict(run.rows.order_by().values_list("verdict").annotate(n=Count("pk"))))
    done = run.rows.filter(done_at__isnull=False).count()
    return {verdict: counted[verdict] for verdict in (ADDED, CHANGED, UNCHANGED, REFUSED)} | {
        "looked": run.lines - counted[""],
        "lines": run.lines,
        "to_do": counted[ADDED] + counted[CHANGED],
        "done": done,
    }


def refused_file(run: ImportRun, kind: str) -> Iterable[bytes] | Any:
    """The refused lines as they came, each with the reason, to correct and upload again."""
    headers = [*run.columns, WHY_HEADER]
    rows = run.rows.filter(verdict=REFUSED).order_by("line")
    lines = (
        [*(row.cells.get(header) for header in run.columns), "；".join(why for _letter, _header, why in row.reasons)]
        for row in rows.iterator(chunk_size=STAGED_AT_ONCE)
    )
    return sheets.write_csv(headers, lines) if kind == "csv" else sheets.write_xlsx(headers, lines, title=run.name)


# -- looking -------------------------------------------------------------------------------------
def _look_on(run: ImportRun, importer: Importer, act: Act) -> bool:
    seen: list[tuple[ImportRow, Look]] = []

    def try_and_take_back() -> None:
        rows = list(run.rows.filter(verdict="").order_by("line")[:CHUNK])
        for row in rows:
            seen.append((row, _looked_at(importer, row, run, act)))
        raise _TakenBack

    with suppress(_TakenBack):
        whole(try_and_take_back)
    with transaction.atomic():
        _tell_doubles(run, seen, importer)
        for row, look in seen:
            row.name, row.verdict, row.changes, row.reasons = look.name[:200], look.verdict, look.changes, _placed(look, run)
        ImportRow.objects.bulk_update([row for row, _look in seen], ["name", "verdict", "changes", "reasons"])
        more = run.rows.filter(verdict="").exists()
        if not more:
            ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.LOOKING).update(state=ImportRun.READY)
    return more


def _looked_at(importer: Importer, row: ImportRow, run: ImportRun, act: Act) -> Look:
    """What would become of a line: its use case is tried inside a savepoint."""
    try:
        line = Line.of(row.line, row.cells, run.columns)
    except CellError as no:
        return Look(REFUSED, reasons=[Reason(no.reason, field=no.header)])
    look = importer.look(line, into=run.into, act=act)
    if look.verdict not in TO_DO:
        return look
    try:
        _in_savepoint(lambda: importer.carry_out(line, look, into=run.into, act=act))
    except Refusal as refusal:
        return Look(REFUSED, name=look.name, reasons=importer.told(line, refusal.reasons))
    return look


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


def _placed(look: Look, run: ImportRun) -> list[list[str]]:
    """Reasons with the letter and header of the column they are about, "" for the whole line."""
    return [
        [run.columns.get(reason.field, ""), reason.field if reason.field in run.columns else "", str(reason)] for reason in look.reasons
    ]


# -- carrying out --------------------------------------------------------------------------------
def _carry_on(run: ImportRun, importer: Importer, act: Act) -> bool:
    ImportRun.objects.visible_to(act).select_for_update(of=("self",)).get(pk=run.pk)  # one worker at a time
    rows = list(run.rows.filter(verdict__in=TO_DO, done_at__isnull=True).order_by("line")[:CHUNK])
    for row in rows:
        _carried_out(importer, row, run, act)
    ImportRow.objects.bulk_update(rows, ["name", "verdict", "reasons", "changes", "row_id", "done_at"])
    if len(rows) == CHUNK:
        return True
    ImportRun.objects.visible_to(act).filter(pk=run.pk, state=ImportRun.COMMITTING).update(state=ImportRun.DONE, finished_at=clock.now())
    return False


def _carried_out(importer: Importer, row: ImportRow, run: ImportRun, act: Act) -> None:
    """Do one line. It is looked at anew: what changed since the preview is not overwritten by what was seen then."""
    try:
        line = Line.of(row.line, row.cells, run.columns)
        look = importer.look(line, into=run.into, act=act)
    except CellError as no:
        look = Look(REFUSED, reasons=[Reason(no.reason, field=no.header)])
    if look.verdict in TO_DO:
        try:
            made = _in_savepoint(lambda: importer.carry_out(line, look, into=run.into, act=act))
            row.row_id = getattr(made, "pk", None)
        except Refusal as refusal:
            look = Look(REFUSED, name=look.name, reasons=importer.told(line, refusal.reasons))
    row.name = look.name[:200] or row.name
    row.verdict, row.changes, row.reasons = look.verdict, look.changes, _placed(look, run)
    row.done_at = clock.now() if look.verdict != REFUSED else None


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


def _stored(value: Any) -> Any:
    """A cell as JSON can keep it. A NUL, which it cannot, becomes another control character, and is refused like any."""
    if isinstance(value, str):
        return value.replace("\x00", "\x01")
    return value if value is None or isinstance(value, int | float | bool) else as_text(value)

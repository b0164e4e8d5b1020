"""manage.py import_cases FILE --map property: cases of another system, with their own times, each once."""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from guanjia.faces.console import importing
from guanjia.kernel import clock
from guanjia.kernel.act import Act
from guanjia.kernel.errors import Refusal
from guanjia.org import selectors as org
from guanjia.org.models import Person, Project
from guanjia.web import imports
from guanjia.web.models import ADDED, REFUSED, UNCHANGED, ImportRun

#: in whose name an import runs that names nobody: the first of these posts that somebody holds
ROLES = ("desk_supervisor", "office_manager", "general_manager")
REFUSALS_SHOWN = 20


class Command(BaseCommand):
    help = "把别处的诉求连同原来的时间导入项目；再导一次不会重复，中断后重跑会接着做"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="CSV 或 xlsx")
        parser.add_argument(
            "--map", required=True, help=f"{'、'.join(importing.PRESETS)}，或 键=列名,键=列名；可用的键：{'、'.join(importing.KEYS)}"
        )
        parser.add_argument("--project", help="项目代码；只有一个项目时可以不写")
        parser.add_argument("--source", default="", help="来源的名称：同一来源的同一行只进一次")
        parser.add_argument("--by", help="以谁的名义导入（账号）；不写则是项目的客服主管或管理处经理")
        parser.add_argument("--refused", type=Path, help="不接受的行写到哪里；默认写在当前目录")

    def handle(self, *, file: Path, map: str, project: str | None, source: str, by: str | None, refused: Path | None, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"读不了 {file}：{error.strerror}") from None
        into = project_named(project)
        person = importer_person(by, into)
        act = org.act_of(person, clock.now(), "import")
        try:
            importer = importing.CaseImporter(importing.mapping_of(map, source))
            if not act.may("desk.import.case", on=into):
                raise CommandError(f"{person.name} 的岗位不能导入诉求。")
            run = imports.receive(importer, name=file.name, content=content, into=into, act=act, by=person, options=importer.options)
        except Refusal as no:
            raise CommandError("\n".join([no.headline, *(f"  {reason}" for reason in no.reasons)])) from None
        self.stdout.write(f"{into.name}：{file.name}，{run.lines} 行，由 {person.name} 导入")
        self.carry_out(run, importer, act)
        self.receipt(run, act, refused or Path(f"{file.stem}.refused.csv"))

    def carry_out(self, run: ImportRun, importer: importing.CaseImporter, act: Act) -> None:
        imports.skip_preview(run, act)
        began, before = time.monotonic(), handled(run)
        if before:
            self.stdout.write(f"接着上次：已有 {before} 行")
        while imports.advance(run, importer, act):
            self.tell(run, began, before)
        self.tell(run, began, before)

    def tell(self, run: ImportRun, began: float, before: int) -> None:
        done, seconds = handled(run), time.monotonic() - began
        self.stdout.write(f"  {done} / {run.lines} 行，每秒 {(done - before) / max(seconds, 0.001):.0f} 行")
        self.stdout.flush()

    def receipt(self, run: ImportRun, act: Act, refused: Path) -> None:
        counts = imports.tally(run)
        self.stdout.write(
            f"导入 {counts[ADDED]}，不变 {counts[UNCHANGED]}，"
            f"与先前内容相同而相连 {importing.duplicates_linked(run, act)}，不接受 {counts[REFUSED]}"
        )
        if not counts[REFUSED]:
            return
        bad = run.rows.filter(verdict=REFUSED).order_by("line")
        for row in bad[:REFUSALS_SHOWN]:
            for letter, header, why in row.reasons:
                self.stdout.write(f"  第 {row.line} 行" + (f" {letter} 列「{header}」" if letter else "") + f"：{why}")
        refused.write_bytes(b"".join(imports.refused_file(run, "csv")))
        self.stdout.write(f"不接受的 {counts[REFUSED]} 行连同原因写在 {refused}，改好后再导入这个文件即可。")


def handled(run: ImportRun) -> int:
    """Lines that need nothing more."""
    run.refresh_from_db(fields=["done_through", "state"])
    done = run.state == ImportRun.DONE
    return run.lines if done else run.lines - run.rows.filter(verdict__in=imports.TO_DO, line__gt=run.done_through).count()


def project_named(code: str | None) -> Project:
    found = Project.objects.unscoped("import").select_related("company")
    found = list(found.filter(code=code) if code else found)
    if len(found) != 1:
        known = "、".join(Project.objects.unscoped("import").order_by("code").values_list("code", flat=True)[:20])
        raise CommandError(f"请用 --project 指明一个项目。现有：{known or '（没有）'}")
    return found[0]


def importer_person(login: str | None, project: Project) -> Person:
    if login:
        person = Person.objects.unscoped("import").filter(login=login, company=project.company_id, is_active=True).first()
        if person is None:
            raise CommandError(f"项目所属公司没有账号 {login}。")
        return person
    for role in ROLES:
        holders = org.holders_of(role, project, clock.now())
        if holders:
            return holders[0]
    raise CommandError("项目没有客服主管或管理处经理，请用 --by 指明以谁的名义导入。")

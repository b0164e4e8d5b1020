"""manage.py rulebook list | coverage [--json] | explain ID | replay | check"""

import json
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from guanjia.org.models import Company
from guanjia.rulebook import checks, reach, registry, replay
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.explain import explain
from guanjia.rulebook.models import Obligation


class Command(BaseCommand):
    help = "规则手册：list 列出、coverage 覆盖率、explain 说明一项应办事项、replay 由日志重建并比较、check 检查绑定"

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["list", "coverage", "explain", "replay", "check"])
        parser.add_argument("id", nargs="?", default="")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, what, id, **options):
        getattr(self, f"do_{what}")(id, options)

    def do_list(self, id, options):
        for rule, clause in load().items():
            bound = sorted({b.room for b in registry.of_rule(rule)} | {mark.room for mark in registry.MARKS.get(rule, ())})
            if bound or not id or rule.startswith(id):
                self.stdout.write(f"{rule:9} {clause.zh}  [{', '.join(bound) or '—'}]")

    def do_coverage(self, id, options):
        report = reach.reach(Path(settings.BASE_DIR) / "tests")
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write("已实现 {realised}，部分 {partly}，未实现 {missing}".format(**report))
        for axis, title in (("by_module", "按篇"), ("by_kind", "按类"), ("by_stage", "按期"), ("by_way", "按方式")):
            self.stdout.write(f"\n{title}")
            for name, counts in report[axis].items():
                self.stdout.write("  {:16} 已实现 {realised:4}  部分 {partly:4}  未实现 {missing:4}".format(name, **counts))
        if report["ids"]["partly"]:
            self.stdout.write("\n已绑定但没有测试： " + "、".join(report["ids"]["partly"]))

    def do_explain(self, id, options):
        obligation = Obligation.objects.unscoped("replay").filter(pk=id).select_related("owner_post", "assignee").first() if id else None
        if obligation is None:
            raise CommandError("没有这项应办事项。请给出它的编号（id）。")
        for sentence in explain(obligation):
            self.stdout.write(sentence)

    def do_replay(self, id, options):
        wrong = 0
        for company in Company.objects.order_by("name"):
            compared, found = replay.differences(company.pk)
            wrong += len(found)
            self.stdout.write(f"{company.name}：比较 {compared} 项应办事项，{len(found)} 处差异")
            for sentence in found[:20]:
                self.stdout.write(f"  {sentence}")
        self.stdout.write(f"{wrong} differences")
        if wrong:
            raise CommandError("应办事项与日志不一致。")

    def do_check(self, id, options):
        faults = checks.bindings_name_what_exists(None) + checks.marks_name_clauses(None) + checks.bindings_can_be_kept(None)
        for fault in faults:
            self.stdout.write(fault.msg)
        if faults:
            raise CommandError(f"{len(faults)} 处绑定有误。")
        self.stdout.write(f"{len(registry.BINDINGS)} 处绑定，{len(registry.MARKS)} 条标注，均无误。")

"""manage.py rulebook list | coverage [--json] | compliance [ID] [--period 2026-03] [--by …] [--json] | explain ID | replay | check"""

import json

from django.core.management.base import BaseCommand, CommandError

from guanjia.kernel import clock, periods
from guanjia.kernel.act import system_act
from guanjia.org.models import Company, Project
from guanjia.rulebook import checks, compliance, reach, registry, replay
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.explain import explain
from guanjia.rulebook.models import Obligation

GROUPS = {
    "rule": "条款",
    "stage": "阶段",
    "project": "项目",
    "handbook": "手册",
    "post": "岗位",
    "person": "人员",
    "day": "日",
    "month": "月",
}


class Command(BaseCommand):
    help = "规则手册：list 列出、coverage 覆盖率、compliance 执行情况、explain 说明一项应办事项、replay 由日志重建并比较、check 检查绑定"

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["list", "coverage", "compliance", "explain", "replay", "check"])
        parser.add_argument("id", nargs="?", default="")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--period", default="", help="compliance：2026-03、2026-Q1、2026-03-02；默认本月")
        parser.add_argument("--project", default="", help="compliance：项目代号；默认全部")
        parser.add_argument("--by", default="rule", help=f"compliance：分组，逗号分隔（{'、'.join(compliance.KEYS)}）")
        parser.add_argument("--outside", action="store_true", help="compliance：只数外部应办的")

    def handle(self, *args, what, id, **options):
        getattr(self, f"do_{what}")(id, options)

    def do_list(self, id, options):
        for rule, clause in load().items():
            bound = sorted({b.room for b in registry.of_rule(rule)} | {mark.room for mark in registry.MARKS.get(rule, ())})
            if bound or not id or rule.startswith(id):
                self.stdout.write(f"{rule:9} {clause.zh}  [{', '.join(bound) or '—'}]")

    def do_coverage(self, id, options):
        report = reach.reach()
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=1))
            return
        self.stdout.write("已实现 {realised}，部分 {partly}，未实现 {missing}".format(**report))
        axes = (("by_module", "按篇"), ("by_kind", "按类"), ("by_stage", "按期"), ("by_handbook", "按出处"), ("by_mechanism", "按机制"))
        for axis, title in axes:
            self.stdout.write(f"\n{title}")
            for name, counts in report[axis].items():
                self.stdout.write("  {:16} 已实现 {realised:4}  部分 {partly:4}  未实现 {missing:4}".format(name, **counts))
        if report["ids"]["sampled"]:
            self.stdout.write("\n有抽查（抽到多少算多少，不等于全面执行）： " + "、".join(report["ids"]["sampled"]))
        self.stdout.write("\n如何落实：" + "，".join(f"{reach.WAYS[way]} {count}" for way, count in report["by_way"].items()))
        if report["ids"]["partly"]:
            self.stdout.write("\n已绑定但没有测试： " + "、".join(report["ids"]["partly"]))

    def do_compliance(self, id, options):
        at = clock.now()
        period = options["period"] or periods.period_of("month", at)
        by = tuple(key.strip() for key in options["by"].split(",") if key.strip())
        if set(by) - set(compliance.KEYS):
            raise CommandError(f"只能按 {'、'.join(compliance.KEYS)} 分组。")
        projects = Project.objects.unscoped("rights")
        if options["project"]:
            projects = projects.filter(code=options["project"])
        try:
            asked = compliance.Asked.of_period(
                period,
                projects=tuple(projects.values_list("pk", flat=True)),
                rules=tuple(rule for rule in compliance.rules_in_use() if rule.startswith(id)) if id else None,
                outside=options["outside"],
            )
        except ValueError:
            raise CommandError("期间请写成 2026-03、2026-Q1 或 2026-03-02。") from None
        found = compliance.counts(system_act(at), asked, by, spread=True)
        rows = sorted(found.items(), key=lambda row: tuple(map(str, row[0])))
        if options["json"]:
            lines = [dict(zip(by, map(str, key), strict=True)) | numbers.as_json() for key, numbers in rows]
            self.stdout.write(json.dumps({"period": period, "rows": lines}, ensure_ascii=False, indent=1))
            return
        self.stdout.write(f"{period}  {'按' + '、'.join(GROUPS.get(key, key) for key in by) if by else '合计'}")
        self.stdout.write("应办 按时 迟办 作罢 豁免 取消 未办 未办已逾期  按时率  平均分钟  九成分钟")
        for key, n in rows:
            share = "—" if n.share is None else f"{n.share:.1%}"
            mean, p90 = ("—" if m is None else f"{m:.0f}" for m in (n.minutes_mean, n.minutes_p90))
            figures = f"{n.owed:4} {n.in_time:4} {n.late:4} {n.lapsed:4} {n.waived:4} {n.voided:4} {n.open:4} {n.open_late:6}"
            self.stdout.write(f"{' '.join(map(str, key)) or '合计':12} {figures}  {share:>6} {mean:>8} {p90:>8}")

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
        faults = checks.bindings_name_what_exists(None) + checks.marks_name_clauses(None)
        faults += checks.times_of_the_catalogue_are_read(None) + checks.bindings_can_be_kept(None)
        for fault in faults:
            self.stdout.write(fault.msg)
        if faults:
            raise CommandError(f"{len(faults)} 处绑定有误。")
        self.stdout.write(f"{len(registry.BINDINGS)} 处绑定，{len(registry.MARKS)} 条标注，均无误。")

"""What can have happened to a report."""

from guanjia.kernel.journal import Fact


class SnapshotTaken(Fact, name="insight.snapshot.taken", zh="报告已生成"):
    report: str
    period: str
    digest: str
    says = "{period}"

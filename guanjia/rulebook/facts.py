from datetime import datetime

from guanjia.kernel.journal import Fact


class DutyOverdue(Fact, name="rulebook.duty.overdue", zh="应办事项逾期"):
    rule: str
    stage: str = ""
    obligation_id: str
    due_at: str
    owner: str = ""
    owed_by: str = ""
    says = "{rule} 应于 {due_at} 前办"


class DutyEscalated(Fact, name="rulebook.duty.escalated", zh="应办事项已升级"):
    rule: str
    obligation_id: str
    to_role: str


class DutyWaived(Fact, name="rulebook.duty.waived", zh="应办事项已豁免"):
    rule: str
    obligation_id: str
    reason: str
    says = "{rule}：{reason}"


class DutyReassigned(Fact, name="rulebook.duty.reassigned", zh="应办事项已转交"):
    rule: str
    obligation_id: str
    person_id: str


class DutyExtended(Fact, name="rulebook.duty.extended", zh="应办事项已延期"):
    rule: str
    obligation_id: str
    until: datetime
    reason: str
    says = "{rule} 延至 {until}：{reason}"


class LateExplained(Fact, name="rulebook.duty.late_explained", zh="已说明逾期原因"):
    rule: str
    obligation_id: str
    reason: str
    says = "{reason}"


class DrawDrawn(Fact, name="rulebook.draw.drawn", zh="已抽取"):
    rule: str
    period: str
    seed: str
    population: int
    digest: str
    chosen: list
    says = "{rule} {period}：{population} 中抽取"


class ReadingTaken(Fact, name="rulebook.reading.taken", zh="指标已读取"):
    rule: str
    stage: str = ""
    period: str
    numerator: int
    denominator: int
    says = "{rule} {period}：{numerator}/{denominator}"


class ReadingShort(Fact, name="rulebook.reading.short", zh="指标未达标"):
    rule: str
    stage: str = ""
    period: str
    numerator: int
    denominator: int
    target: str
    says = "{rule} {period}：{numerator}/{denominator}，目标 {target}"


class ParameterSet(Fact, name="rulebook.parameter.set", zh="规则参数已调整"):
    rule: str
    key: str
    value: str
    before: str = ""
    starts_on: str
    says = "{rule} {key}：{before} → {value}，自 {starts_on}"


# -- clocks and counts
class ClockRecomputed(Fact, name="rulebook.clock.recomputed", zh="时限已按新日历重算"):
    """The obligations whose due time another calendar moves; `known_at`: from when on it is known."""

    obligations: list
    known_at: datetime
    count: int
    says = "{count} 项"


class TallyReached(Fact, name="rulebook.tally.reached", zh="累计已到限"):
    """Said of the thing that was counted, once a period, by the fact that made it so."""

    rule: str
    stage: str = ""
    key: str
    period: str
    amount: float
    threshold: float
    says = "{rule} {period}：{amount}，界限 {threshold}"

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


class DutyWarned(Fact, name="rulebook.duty.warned", zh="应办事项将到期，已提醒"):
    rule: str
    stage: str = ""
    obligation_id: str
    due_at: str
    to: str = ""
    says = "{rule} 应于 {due_at} 前办，已提醒 {to}"


class DutyEscalated(Fact, name="rulebook.duty.escalated", zh="应办事项已升级"):
    rule: str
    stage: str = ""
    obligation_id: str
    step: int = 1
    to_role: str
    to: str = ""
    says = "{rule} 第 {step} 级，已报 {to}"


class DutyAcknowledged(Fact, name="rulebook.duty.acknowledged", zh="已知悉应办事项"):
    rule: str
    obligation_id: str
    says = "{rule}"


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
    says = "{reason}"


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


class ParameterProposed(Fact, name="rulebook.parameter.proposed", zh="已提议调整规则参数"):
    rule: str
    key: str
    value: str
    before: str = ""
    starts_on: str
    says = "{rule} {key}：{before} → {value}，自 {starts_on}"


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


# -- approvals
class ApprovalRequested(Fact, name="rulebook.approval.requested", zh="已送审"):
    matter: str
    title: str = ""
    digest: str = ""
    says = "{title}"


class ApprovalStepOpened(Fact, name="rulebook.approval.step_opened", zh="待审批"):
    matter: str
    nth: int
    role: str = ""
    due_at: str = ""


class ApprovalStepApproved(Fact, name="rulebook.approval.step_approved", zh="一级已批准"):
    matter: str
    nth: int
    words: str = ""
    says = "{words}"


class ApprovalApproved(Fact, name="rulebook.approval.approved", zh="已批准"):
    matter: str
    digest: str = ""


class ApprovalRefused(Fact, name="rulebook.approval.refused", zh="未批准"):
    matter: str
    nth: int
    words: str = ""
    says = "{words}"


class ApprovalWithdrawn(Fact, name="rulebook.approval.withdrawn", zh="已撤回审批"):
    matter: str
    reason: str = ""
    says = "{reason}"


class ApprovalApplied(Fact, name="rulebook.approval.applied", zh="已按批准执行"):
    matter: str
    digest: str = ""


class ApprovalOverdue(Fact, name="rulebook.approval.overdue", zh="审批逾期"):
    matter: str
    nth: int
    role: str = ""


# -- rules that a company writes
class AuthoredWritten(Fact, name="rulebook.authored.written", zh="已起草本公司规则"):
    rule: str
    edition: int
    title: str
    says = "{rule} 第 {edition} 版：{title}"


class AuthoredRewritten(Fact, name="rulebook.authored.rewritten", zh="已修改规则草稿"):
    rule: str
    edition: int
    title: str
    says = "{rule} 第 {edition} 版：{title}"


class AuthoredProposed(Fact, name="rulebook.authored.proposed", zh="已提请批准本公司规则"):
    rule: str
    edition: int
    starts_on: str
    says = "{rule} 第 {edition} 版，自 {starts_on}"


class AuthoredGivenBack(Fact, name="rulebook.authored.given_back", zh="规则已退回修改"):
    rule: str
    edition: int
    reason: str = ""
    says = "{rule}：{reason}"


class AuthoredEnacted(Fact, name="rulebook.authored.enacted", zh="本公司规则已批准"):
    """`asked_for` is the day the asker wanted; a rule approved late begins on the day after."""

    rule: str
    edition: int
    starts_on: str
    asked_for: str = ""
    digest: str = ""
    says = "{rule} 第 {edition} 版，自 {starts_on} 生效"


class AuthoredEnded(Fact, name="rulebook.authored.ended", zh="本公司规则已终止"):
    rule: str
    edition: int
    ends_on: str
    reason: str
    says = "{rule}，自 {ends_on} 起不再执行：{reason}"


class AuthoredDropped(Fact, name="rulebook.authored.dropped", zh="规则草稿已作废"):
    rule: str
    edition: int


# -- penalties -----------------------------------------------------------------------------------
class PenaltySuggested(Fact, name="rulebook.penalty.suggested", zh="条款提示奖惩"):
    rule: str
    level: str
    person_id: str
    source_kind: str
    source_id: str


# -- handbooks
class HandbookInstalled(Fact, name="rulebook.handbook.installed", zh="随附手册已装入"):
    key: str
    nth: int
    says = "{key} 第 {nth} 版"


class HandbookDrafted(Fact, name="rulebook.handbook.drafted", zh="手册已起草"):
    key: str
    nth: int
    source: str = ""
    says = "{key} 第 {nth} 版"


class HandbookChanged(Fact, name="rulebook.handbook.changed", zh="手册草稿已修改"):
    key: str
    nth: int
    rules: list


class HandbookSubmitted(Fact, name="rulebook.handbook.submitted", zh="手册已送审"):
    key: str
    nth: int
    words: str = ""
    says = "{key} 第 {nth} 版：{words}"


class HandbookSentBack(Fact, name="rulebook.handbook.sent_back", zh="手册已退回修改"):
    key: str
    nth: int


class HandbookPublished(Fact, name="rulebook.handbook.published", zh="手册已发布"):
    key: str
    nth: int
    digest: str
    words: str = ""
    says = "{key} 第 {nth} 版：{words}"


class AdoptionProposed(Fact, name="rulebook.adoption.proposed", zh="已提出采用手册"):
    handbook: str
    starts_on: str
    reason: str = ""
    says = "{handbook}，自 {starts_on}"


class AdoptionAdopted(Fact, name="rulebook.adoption.adopted", zh="已采用手册"):
    handbook: str
    since: str
    replaces: str = ""
    says = "{handbook}，自 {since}"


class AdoptionRefused(Fact, name="rulebook.adoption.refused", zh="未采用手册"):
    handbook: str
    reasons: list
    says = "{handbook}"


class AdoptionWithdrawn(Fact, name="rulebook.adoption.withdrawn", zh="采用手册的申请已撤回"):
    handbook: str


class AdoptionEnded(Fact, name="rulebook.adoption.ended", zh="手册停止采用"):
    handbook: str
    until: str
    reason: str = ""
    says = "{handbook}，至 {until}"


# -- backtests -----------------------------------------------------------------------------------
class BacktestAsked(Fact, name="rulebook.backtest.asked", zh="已要求回测"):
    since: str
    until: str
    projects: int
    rules: list
    says = "{since} 至 {until}"


class BacktestEnded(Fact, name="rulebook.backtest.ended", zh="回测已结束"):
    state: str
    lines: int = 0
    error: str = ""
    says = "{lines} 条日志"


# -- keeping -------------------------------------------------------------------------------------
class RetentionSet(Fact, name="rulebook.retention.set", zh="保存期限已设定"):
    code: str
    kind: str
    keep: str
    before: str = ""
    source: str = ""
    starts_on: str
    says = "{before} → {keep}，自 {starts_on}（{source}）"


# -- compliance
class MonthEnded(Fact, name="rulebook.month.ended", zh="月份已结束并计数"):
    period: str
    says = "{period}"

"""What can have happened to a rectification, a list, a check, a finding. Each line is also about what it was opened for."""

from datetime import date

from guanjia.kernel.journal import Fact


class RectificationOpened(Fact, name="quality.rectification.opened", zh="整改单已开立"):
    kind: str
    source_kind: str = ""
    matter: str = ""
    says = "整改事项：{matter}"


class RectificationPlanned(Fact, name="quality.rectification.planned", zh="已责成限期整改"):
    kind: str
    person_id: str
    person: str
    due_on: date
    says = "责成{person}于 {due_on} 前整改"


class RectificationFinished(Fact, name="quality.rectification.finished", zh="整改已完成"):
    measures: str
    says = "{measures}"


class RectificationVerified(Fact, name="quality.rectification.verified", zh="整改已验证合格"):
    effect: str
    says = "{effect}"


class RectificationFailed(Fact, name="quality.rectification.failed", zh="整改验证不合格"):
    reason: str
    says = "{reason}"


# -- lists, checks, findings ---------------------------------------------------------------------
class ChecklistDrafted(Fact, name="quality.checklist.drafted", zh="检查表已起草"):
    code: str
    edition: int
    name: str
    says = "{name} 第 {edition} 版"


class ChecklistChanged(Fact, name="quality.checklist.changed", zh="检查表草稿已修改"):
    code: str
    edition: int


class ChecklistPublished(Fact, name="quality.checklist.published", zh="检查表已发布"):
    code: str
    edition: int
    name: str
    items: int
    says = "{name} 第 {edition} 版，{items} 项"


class ChecklistWithdrawn(Fact, name="quality.checklist.withdrawn", zh="检查表已停用"):
    code: str
    edition: int


class CheckStarted(Fact, name="quality.check.started", zh="开始检查"):
    list: str
    edition: int
    subject: str = ""
    says = "{subject}"


class CheckAnswered(Fact, name="quality.check.answered", zh="检查已作答"):
    items: int
    failed: int


class CheckCompleted(Fact, name="quality.check.completed", zh="检查已完成"):
    list: str
    edition: int
    passed: bool
    score: int | None = None
    findings: int = 0
    checker_id: str = ""
    says = "得分 {score}，问题 {findings} 项"


class CheckDropped(Fact, name="quality.check.dropped", zh="检查已作废"):
    list: str
    reason: str
    says = "{reason}"


class FindingRecorded(Fact, name="quality.finding.recorded", zh="发现问题"):
    list: str
    matter: str
    weight: int
    says = "{matter}"


class FindingCleared(Fact, name="quality.finding.cleared", zh="问题已销项"):
    list: str
    words: str
    says = "{words}"


# -- sign-offs
class SignoffSigned(Fact, name="quality.signoff.signed", zh="已签认"):
    register: str
    period: str
    scope: str = ""
    title: str = ""
    digest: str = ""
    sha256: str = ""
    says = "{title}"


class SignoffReceived(Fact, name="quality.signoff.received", zh="签认已接收"):
    register: str
    period: str
    words: str = ""
    says = "{words}"

"""What can have happened to a rectification. Each line is also about what it was opened for."""

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

"""What can have happened to a sanction. The lines are about nothing but the sanction: whoever may not see it meets no trace."""

from guanjia.kernel.journal import Fact


class SanctionDrafted(Fact, name="workforce.sanction.drafted", zh="奖惩草稿已提示"):
    kind: str
    level: str
    rule: str = ""


class SanctionProposed(Fact, name="workforce.sanction.proposed", zh="奖惩已送审"):
    kind: str
    level: str
    rule: str = ""


class SanctionReturned(Fact, name="workforce.sanction.returned", zh="奖惩已撤回"):
    reason: str = ""
    says = "{reason}"


class SanctionDropped(Fact, name="workforce.sanction.dropped", zh="奖惩未采纳"):
    reason: str
    says = "{reason}"


class SanctionApproved(Fact, name="workforce.sanction.approved", zh="奖惩已批准"):
    kind: str
    level: str
    rule: str = ""


class SanctionRefused(Fact, name="workforce.sanction.refused", zh="奖惩未批准"):
    kind: str
    level: str
    rule: str = ""


class SanctionAppealed(Fact, name="workforce.sanction.appealed", zh="已申诉"):
    words: str
    says = "{words}"


class SanctionUpheld(Fact, name="workforce.sanction.upheld", zh="申诉后维持"):
    words: str
    says = "{words}"


class SanctionLifted(Fact, name="workforce.sanction.lifted", zh="奖惩已撤销"):
    words: str
    says = "{words}"

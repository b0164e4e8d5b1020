from datetime import datetime

from guanjia.kernel.journal import Fact


class ProjectOpened(Fact, name="org.project.opened", zh="项目已启用"):
    kind: str
    name: str
    says = "{name}"


class PersonRegistered(Fact, name="org.person.registered", zh="人员已登记"):
    name: str
    says = "{name}"


class PersonChanged(Fact, name="org.person.changed", zh="人员资料已修改"):
    changed: list


class SignedIn(Fact, name="org.sign_in.begun", zh="已登录"):
    face: str
    way: str


class SignedOut(Fact, name="org.sign_in.ended", zh="已退出登录"):
    face: str
    devices: int = 1


class ProofAdded(Fact, name="org.sign_in.proof_added", zh="已添加登录凭证"):
    kind: str
    label: str
    says = "{label}"


class ProofRemoved(Fact, name="org.sign_in.proof_removed", zh="已删去登录凭证"):
    kind: str
    label: str
    says = "{label}"


class RecoveryCodesMade(Fact, name="org.sign_in.recovery_codes_made", zh="已生成恢复码"):
    codes: int


class RecoveryCodeUsed(Fact, name="org.sign_in.recovery_code_used", zh="已使用恢复码"):
    left: int
    says = "还剩 {left} 个"


class SignInReset(Fact, name="org.person.sign_in_reset", zh="登录已重设"):
    devices: int
    reason: str
    says = "{reason}"


class IdentityProviderSet(Fact, name="org.identity_provider.set", zh="统一登录已设定"):
    name: str
    issuer: str
    is_active: bool
    says = "{name} {issuer}"


class UnitCreated(Fact, name="org.unit.created", zh="单位已设立"):
    kind: str
    name: str
    says = "{name}"


class PostCreated(Fact, name="org.post.created", zh="岗位已设立"):
    role: str
    name: str
    says = "{name}"


class PostChanged(Fact, name="org.post.changed", zh="岗位已修改"):
    changed: list


class HoldingAppointed(Fact, name="org.holding.appointed", zh="已任职"):
    person_id: str
    post_id: str
    role: str


class HoldingEnded(Fact, name="org.holding.ended", zh="任职结束"):
    person_id: str
    post_id: str
    role: str


class RoleChanged(Fact, name="org.role.changed", zh="角色权限已调整"):
    """What the company now gives to the role and takes from it beyond what it did before; `given_back` is as in the closed list again."""

    role: str
    given: list
    taken: list
    given_back: list
    second_factor: bool = False
    title: str = ""
    reach: str = ""
    reason: str = ""
    says = "{reason}"


class CardRevised(Fact, name="org.card.revised", zh="职责卡已修改"):
    changed: list


class CardChosen(Fact, name="org.card.chosen", zh="已选用职责卡"):
    role: str
    title: str
    says = "{title}"


class PartnerRegistered(Fact, name="org.partner.registered", zh="合作单位已登记"):
    kind: str
    name: str
    says = "{name}"


class PartnerCorrected(Fact, name="org.partner.corrected", zh="合作单位资料已修改"):
    changed: list


class LiaisonRecorded(Fact, name="org.liaison.recorded", zh="对外联络已登记"):
    body: str
    matter: str
    says = "{body}：{matter}"


class ReportingLineDrawn(Fact, name="org.reporting_line.drawn", zh="汇报线已确定"):
    post_id: str
    superior_id: str
    kind: str
    starts_on: str


class ReportingLineEnded(Fact, name="org.reporting_line.ended", zh="汇报线已终止"):
    post_id: str
    superior_id: str
    kind: str
    ends_on: str


class CalendarPublished(Fact, name="org.calendar.published", zh="日历已发布"):
    """`known_from`: when the days are known everywhere; until then clocks run by the calendar as it was."""

    year: int
    days: int
    source: str
    known_from: datetime | None = None
    says = "{year} 年 {days} 天（{source}）"


class CalendarDaySet(Fact, name="org.calendar.day_set", zh="日历日已调整"):
    date: str
    kind: str
    known_from: datetime | None = None
    says = "{date}：{kind}"


class CalendarHoursSet(Fact, name="org.calendar.hours_set", zh="服务时间已调整"):
    hours: dict
    known_from: datetime | None = None


# -- who is there --------------------------------------------------------------------------------
class AbsenceReported(Fact, name="org.absence.reported", zh="已登记不在岗"):
    person_id: str
    starts_at: str
    ends_at: str = ""
    deputy_id: str = ""


class AbsenceChanged(Fact, name="org.absence.changed", zh="不在岗登记已修改"):
    changed: list


class AbsenceEnded(Fact, name="org.absence.ended", zh="已返岗"):
    person_id: str


class WatchSet(Fact, name="org.watch.set", zh="已排值班"):
    person_id: str
    post_id: str
    starts_at: str
    ends_at: str


class WatchCleared(Fact, name="org.watch.cleared", zh="值班已取消"):
    person_id: str
    post_id: str

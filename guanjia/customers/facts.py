"""What can have happened to customers, and to who lives where. Names and numbers of people stay out of the journal."""

from dataclasses import field
from datetime import date, datetime
from uuid import UUID

from guanjia.kernel.journal import Fact


class CustomerRegistered(Fact, name="customers.customer.registered", zh="客户已登记"):
    kind: str


class CustomerChanged(Fact, name="customers.customer.changed", zh="客户资料已修改"):
    """`fields` names what changed; the values are personal: `prints` has, by field, what they were and are as keyed hashes."""

    fields: list
    labels: str
    prints: dict = field(default_factory=dict)
    says = "修改了{labels}"


class AliasAdded(Fact, name="customers.alias.added", zh="已加别名"):
    """Names stay out of the journal."""


class AliasDropped(Fact, name="customers.alias.dropped", zh="已去别名"):
    """Names stay out of the journal."""


class CustomersMerged(Fact, name="customers.customer.merged", zh="档案已合并"):
    """Of the file that was merged; the one that speaks for the person is what it is about. Numbers of files are not personal."""

    into: str
    score: int
    says = "并入 {into}"


class CustomersUnmerged(Fact, name="customers.customer.unmerged", zh="合并已撤销"):
    out_of: str
    says = "从 {out_of} 分出"


class CustomersDistinguished(Fact, name="customers.customer.distinguished", zh="确认不是同一人"):
    other: str
    says = "与 {other} 不是同一人"


class CustomerForgotten(Fact, name="customers.customer.forgotten", zh="客户资料已删除"):
    """What was destroyed stands on the certificate."""

    basis: str
    certificate: str


class CustomerCopied(Fact, name="customers.customer.copied", zh="已向本人提供资料副本"):
    """`checksum` is that of the file that was handed over."""

    rows: int
    checksum: str = ""
    says = "共 {rows} 项"


class MovedIn(Fact, name="customers.occupancy.moved_in", zh="已入住"):
    """Of an occupancy: from `starts_on` the customer belongs to the house in this role (`label` in words)."""

    role: str
    label: str
    starts_on: date
    ends_on: date | None = None
    says = "{starts_on} 起为{label}"


class MovedOut(Fact, name="customers.occupancy.moved_out", zh="已迁出"):
    """Of an occupancy: `ends_on` is the first day on which the customer no longer belongs to the house."""

    role: str
    label: str
    ends_on: date
    says = "{label}，{ends_on} 迁出"


class Carried(Fact, name="customers.occupancy.carried", zh="已随房屋变更"):
    """Of an occupancy that began because its house was split or merged: nobody moved, the house became another."""

    role: str
    label: str
    before: str
    after: str
    on: date
    says = "{on} 起随房屋变更为 {after} 的{label}（原 {before}）"


class OccupancyChanged(Fact, name="customers.occupancy.changed", zh="入住关系已更正"):
    changes: dict
    labels: str
    says = "更正了{labels}"


class LeaseRegistered(Fact, name="customers.lease.registered", zh="租约已登记"):
    """`missing` names, in words, which of the five things of the handbook are not there yet (EST-009)."""

    complete: bool
    missing: str
    starts_on: date
    ends_on: date | None = None


class LeaseChanged(Fact, name="customers.lease.changed", zh="租约已更正"):
    fields: list
    labels: str
    says = "更正了{labels}"


class LeaseCompleted(Fact, name="customers.lease.completed", zh="租约资料已齐"):
    pass


class LeaseEnded(Fact, name="customers.lease.ended", zh="租约已终止"):
    """`ends_on` is the first day on which it no longer holds."""

    ends_on: date
    says = "{ends_on} 起终止"


class ProxyAccepted(Fact, name="customers.proxy.accepted", zh="委托已接受"):
    kind: str
    scope: str
    label: str
    starts_on: date
    ends_on: date | None = None
    says = "{label}"


class ProxyEnded(Fact, name="customers.proxy.ended", zh="委托已终止"):
    scope: str
    label: str
    ends_on: date
    says = "{label}，{ends_on} 起终止"


class ConsentGiven(Fact, name="customers.consent.given", zh="已同意"):
    purpose: str
    channel: str
    label: str
    says = "同意{label}"


class ConsentWithdrawn(Fact, name="customers.consent.withdrawn", zh="已撤回同意"):
    purpose: str
    channel: str
    label: str
    says = "撤回对{label}的同意"


class AccessRequested(Fact, name="customers.access.requested", zh="申请查阅客户资料"):
    purpose: str
    scope: str
    days: int
    says = "{days} 天"


class AccessGranted(Fact, name="customers.access.granted", zh="已准查阅客户资料"):
    scope: str
    until: datetime


class AccessEnded(Fact, name="customers.access.ended", zh="查阅已结束"):
    pass


class CustomerVerified(Fact, name="customers.customer.verified", zh="客户资料已核实"):
    """Somebody asked, and all of it still holds (CUS-003)."""


class HouseholdVerified(Fact, name="customers.household.verified", zh="住户已核对"):
    """The check mark of a period in the overview (CUS-013)."""

    period: str
    says = "{period}"


class CustomerTagged(Fact, name="customers.customer.tagged", zh="已加标签"):
    tag: str
    label: str
    says = "{label}"


class CustomerUntagged(Fact, name="customers.customer.untagged", zh="已去标签"):
    tag: str
    label: str
    says = "{label}"


class FlagProposed(Fact, name="customers.flag.proposed", zh="标识已提出"):
    """`family` is conduct, account or care; which of them, and why, is sensitive and stays in the row."""

    family: str
    label: str
    says = "{label}"


class FlagSet(Fact, name="customers.flag.set", zh="标识已生效"):
    family: str
    label: str
    review_at: datetime | None = None
    says = "{label}"


class FlagReviewed(Fact, name="customers.flag.reviewed", zh="标识已复核"):
    family: str
    label: str
    review_at: datetime | None = None
    says = "{label}"


class FlagLifted(Fact, name="customers.flag.lifted", zh="标识已解除"):
    family: str
    label: str
    says = "{label}"


class NoteRecorded(Fact, name="customers.note.recorded", zh="需求意见已记录"):
    kind: str
    channel: str
    label: str
    says = "{label}"


class PreferenceRecorded(Fact, name="customers.preference.recorded", zh="服务偏好已记录"):
    fields: list


class SegmentAssigned(Fact, name="customers.segment.assigned", zh="客户分类已评定"):
    letter: str
    before: str
    says = "{before} → {letter}"


class CleanupOpened(Fact, name="customers.cleanup.opened", zh="数据清理已开始"):
    pass


class CleanupFinished(Fact, name="customers.cleanup.finished", zh="数据清理已完成"):
    """How many of each of the six actions (CUS-028)."""

    merged: int
    cancelled: int
    cleared: int
    completed: int
    classified: int
    transferred: int


class CustodyBegun(Fact, name="customers.custody.begun", zh="托管已开始"):
    starts_on: date
    ends_on: date | None = None
    keys: int = 0
    says = "{starts_on} 起托管，留存钥匙 {keys} 把"


class CustodyEnded(Fact, name="customers.custody.ended", zh="托管已终止"):
    """`used` is what each meter counted in between: its number -> the figure, in its own unit."""

    ends_on: date
    used: dict
    says = "{ends_on} 托管终止"


# -- archives ------------------------------------------------------------------------------------
class ArchiveOpened(Fact, name="customers.archive.opened", zh="档案已建立"):
    kind: str


class ArchivePlaced(Fact, name="customers.archive.placed", zh="档案已上架"):
    """Where the folder hangs from now on."""

    cabinet: str
    folder: str
    says = "放在 {cabinet} 柜 {folder} 夹"


class PaperFiled(Fact, name="customers.archive.filed", zh="文件已归档"):
    """Of an archive; `paper` is the kind of paper (`label` in words), `item` its number. Its title may name people and stays out."""

    paper: str
    label: str
    item: str
    volume: int
    says = "归入{label}（{item}）"


class PaperCorrected(Fact, name="customers.archive.corrected", zh="归档信息已更正"):
    item: str
    fields: list
    labels: str
    says = "更正了 {item} 的{labels}"


class ArchivesBound(Fact, name="customers.archive.bound", zh="档案已装订"):
    """Of a binding: the papers of one kind of archive up to `year`; `is_all` where no class of the year that ended last waits any more."""

    kind: str
    year: int
    items: int
    is_all: bool
    says = "{year} 年度 {items} 件装订成卷"


class ArchiveLent(Fact, name="customers.archive.lent", zh="档案已借出"):
    borrower_id: UUID
    borrower: str
    due_at: datetime
    says = "借给{borrower}"


class ArchiveReturned(Fact, name="customers.archive.returned", zh="档案已归还"):
    was_late: bool


class ArchiveDisclosed(Fact, name="customers.archive.disclosed", zh="资料已披露"):
    """Of an archive; whom it was told and what stands in the ledger under `number`."""

    number: str
    says = "披露 {number}"


# -- profiles ------------------------------------------------------------------------------------
class ProfileEntrusted(Fact, name="customers.profile.entrusted", zh="关系负责人已指定"):
    keeper_id: UUID
    keeper: str
    says = "由{keeper}负责"


class ProfileRevised(Fact, name="customers.profile.revised", zh="画像已更新"):
    """Of a customer: which blank was answered anew (`label`; of a sensitive one only that it was). What it says stays out."""

    sheet: str
    group: str
    item: str
    label: str
    source: str
    is_sensitive: bool
    says = "更新了{label}"

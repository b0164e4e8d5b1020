"""What can have happened to customers, and to who lives where. Names and numbers of people stay out of the journal."""

from datetime import date

from guanjia.kernel.journal import Fact


class CustomerRegistered(Fact, name="customers.customer.registered", zh="客户已登记"):
    kind: str


class CustomerChanged(Fact, name="customers.customer.changed", zh="客户资料已修改"):
    """`fields` names what changed; the values themselves are personal."""

    fields: list
    labels: str
    says = "修改了{labels}"


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

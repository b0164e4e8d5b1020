"""What is said to us and what we answer. Words of a closed list are described by their codes."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from guanjia.desk import states as desk
from guanjia.followup import states as followup

YEARS = range(1900, 2200)


def storable(text: str) -> str:
    """Text that a database can keep; ValueError for the rest."""
    if "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise ValueError(_("含有看不见的控制字符。"))
    return text


def plausible(moment: datetime) -> datetime:
    if moment.year not in YEARS:
        raise ValueError(_("没有这个时间。"))
    return moment


def text(length: int) -> Any:
    return Annotated[str, Field(max_length=length), AfterValidator(storable)]


Word, Line, Text = text(40), text(200), text(20_000)
Moment = Annotated[AwareDatetime, AfterValidator(plausible)]
Mark = Annotated[int, Field(ge=1, le=5)]
Level = Annotated[int, Field(ge=1, le=3)]


class Said(Schema):
    """The body of a call; a name that nobody knows is refused, since it would be lost in silence."""

    model_config = ConfigDict(extra="forbid")


def one_of(words: Any) -> Any:
    return Literal[tuple(words)]


# -- desk ----------------------------------------------------------------------------------------
class Repair(Said):
    part: Line = ""
    someone_home: bool | None = None
    spare_key_left: bool | None = None
    may_use_key: bool | None = None
    visit_time: Line = ""
    convenient_time: Line = ""


class ComplaintFacts(Said):
    occurred_at: Moment | None = None
    place: Line = ""
    accused: Line = ""
    course: Text = ""
    demand: Text = ""
    demanded_by: Moment | None = None
    harm_ongoing: bool | None = None


class OpenCase(Said):
    project: Word = Field("", description="项目代码；只看得到一个项目时可不写")
    type: Word
    content: Text
    title: Line = ""
    category: Word = Field("", description="分类代码")
    customer: UUID | None = None
    customer_name: text(80) = ""
    customer_phone: Word = ""
    house: UUID | None = None
    place: one_of(desk.PLACES) = desk.HOME
    area_text: Line = ""
    urgency: Level | None = None
    importance: Level | None = None
    requester: one_of(desk.REQUESTERS) = desk.CUSTOMER
    channel: Word = ""
    contact: UUID | None = None
    repair: Repair | None = None
    complaint: ComplaintFacts | None = None
    promise_at: Moment | None = None
    explanation: Text = ""


class ReceiveContact(Said):
    project: Word = ""
    channel: Word
    direction: one_of(desk.DIRECTIONS) = desk.IN
    number: Word = ""
    customer: UUID | None = None
    house: UUID | None = None
    content: Text = ""
    source: Word = ""
    external_id: text(120) = ""


class AcceptCase(Said):
    promise_at: Moment | None = None
    explanation: Text = ""
    answer: Text = ""
    way: one_of(desk.WAYS) = "phone"


class ReplyCase(Said):
    text: Text
    way: one_of(desk.WAYS)
    is_final: bool = True
    promised_at: Moment | None = None


class NotifyCustomer(Said):
    text: Text
    way: one_of(desk.WAYS)


class ResolveCase(Said):
    result: Text
    cause: Line = ""


class ConfirmCase(Said):
    satisfaction: Mark | None = None
    feedback: Text = ""
    way: Word = ""


class CloseCase(Said):
    outcome: one_of(desk.OUTCOMES)
    process: Text = ""
    feedback: Text = ""
    manager_reason: text(400) = ""


class ContactTold(Schema):
    id: UUID
    number: str
    channel: str
    direction: str
    customer: UUID | None
    case: UUID | None
    received_at: datetime


class CaseTold(Schema):
    """A case. `moves` are the steps that its state allows; the phone number is masked."""

    id: UUID
    number: str
    project: str
    type: str
    category: str
    state: str
    title: str
    content: str
    house: UUID | None
    address: str
    customer: UUID | None
    customer_name: str
    customer_phone: str
    priority: int
    rank: int | None
    owner: str
    opened_at: datetime
    accepted_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    outcome: str
    moves: list[str]


class QueuedCase(CaseTold):
    due_at: datetime
    is_overdue: bool


class CasePage(Schema):
    """`next` is the cursor of the page after, "" on the last."""

    rows: list[QueuedCase]
    next: str


# -- work ----------------------------------------------------------------------------------------
class ArriveOrder(Said):
    place: text(120) = ""


class FinishOrder(Said):
    result: Text
    materials: Text = ""


class Nothing(Said):
    pass


class OrderTold(Schema):
    id: UUID
    number: str
    project: str
    state: str
    kind: str
    craft: str
    place: str
    address: str
    content: str
    priority: int
    technician: str
    opened_at: datetime
    arrived_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    completed_at: datetime | None
    result: str
    moves: list[str]


class FileTold(Schema):
    id: UUID
    name: str
    role: str


# -- followup ------------------------------------------------------------------------------------
class MakeVisit(Said):
    way: one_of(followup.WAYS)
    quality: Mark
    effect: Mark
    satisfaction: Mark
    shortcomings: Text
    suggestions: Text
    result: one_of(followup.RESULTS)
    content: Text = ""
    resident_name: text(60) = ""


class VisitTold(Schema):
    id: UUID
    number: str
    state: str
    visit_class: str
    case: UUID | None
    order: UUID | None
    due_at: datetime | None
    made_at: datetime | None
    result: str


# -- looking up ----------------------------------------------------------------------------------
class HouseTold(Schema):
    id: UUID
    address: str


class CallerTold(Schema):
    id: UUID
    name: str
    houses: list[HouseTold]


class DutyTold(Schema):
    id: UUID
    rule: str
    stage: str
    subject_kind: str
    subject: UUID
    owner: str
    opened_at: datetime
    due_at: datetime
    met_at: datetime | None
    voided_at: datetime | None
    is_overdue: bool


class DutyStory(DutyTold):
    """A duty and the sentences that say why it is owed, by when, and what met it."""

    story: list[str]


class ClauseTold(Schema):
    rule: str
    title: str
    kind: str
    params: dict[str, Any]
    sources: list[str]
    is_realised: bool


class RegisterTold(Schema):
    slug: str
    title: str
    columns: list[dict[str, Any]]


class RowTold(Schema):
    id: UUID
    values: dict[str, str]


class RowPage(Schema):
    rows: list[RowTold]
    next: str

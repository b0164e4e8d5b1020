"""What a rule may look at before a customer is registered or changed, and before somebody moves in or out."""

from typing import Any
from uuid import UUID

from guanjia.kernel.gates import Gate
from guanjia.kernel.ids import Ref
from guanjia.org import selectors as org

from . import overview
from .answers import empty_parts
from .papers import BUSINESS, HOUSEHOLD
from .profiles import find
from .selectors import consent_to_care, may_contact
from .states import ORGANISATION, PERSON, PHONE, SENSITIVE


class RegisterCustomer(Gate, name="customers.customer.register", passes_to="customers.customer.registered"):
    kind: str = PERSON


class ChangeCustomer(Gate, name="customers.customer.change", passes_to="customers.customer.changed"):
    kind: str = PERSON

    @classmethod
    def of(cls, customer: Any, *, act: Any, **_: Any) -> "ChangeCustomer":
        return cls(**cls.common(customer, act), kind=customer.kind)


class MergeCustomers(Gate, name="customers.customer.merge", passes_to="customers.customer.merged"):
    """`score` says how alike the two files are (60 likely, 90 almost certain)."""

    kind: str = PERSON
    score: int = 0

    @classmethod
    def of(cls, customer: Any, *, score: int = 0, act: Any, **_: Any) -> "MergeCustomers":
        return cls(**cls.common(customer, act), kind=customer.kind, score=score)


class ForgetCustomer(Gate, name="customers.customer.forget", passes_to="customers.customer.forgotten"):
    """`basis`: request, withdrawn or expired."""

    kind: str = PERSON
    basis: str = ""

    @classmethod
    def of(cls, customer: Any, *, basis: str, act: Any, **_: Any) -> "ForgetCustomer":
        return cls(**cls.common(customer, act), kind=customer.kind, basis=basis)


class MoveIn(Gate, name="customers.occupancy.move_in", passes_to="customers.occupancy.moved_in"):
    """Name, contact and house as they will stand: given now or on file already (CUS-001). Blank where unknown."""

    role: str = ""
    customer_name: str = ""
    contact: str = ""
    house: str = ""

    @classmethod
    def of(
        cls,
        project: Any = None,
        *,
        house: Any = None,
        customer: Any = None,
        role: str = "",
        name: str = "",
        contact: str = "",
        act: Any,
        **_: Any,
    ) -> "MoveIn":
        on_file = customer.contact_points.filter(kind=PHONE).first() if customer and not contact.strip() else None
        return cls(
            **cls.common(project, act),
            role=role,
            customer_name=name.strip() or (customer.name if customer else ""),
            contact=contact.strip() or (on_file.value if on_file else ""),
            house=house.path if house else "",
        )


class MoveOut(Gate, name="customers.occupancy.move_out", passes_to="customers.occupancy.moved_out"):
    """Asked by the rules of arrears and keys."""

    role: str = ""

    @classmethod
    def of(cls, occupancy: Any, *, act: Any, **_: Any) -> "MoveOut":
        return cls(**cls.common(occupancy, act), role=occupancy.role)


# -- archives ------------------------------------------------------------------------------------
class OpenArchive(Gate, name="customers.archive.open", passes_to="customers.archive.opened"):
    """`empty_parts` are the parts of a business's file that say nothing yet, in words (CUS-016)."""

    kind: str = HOUSEHOLD
    empty_parts: tuple = ()

    @classmethod
    def of(cls, project: Any = None, *, household: Any = None, customer: Any = None, act: Any, **_: Any) -> "OpenArchive":
        if customer is None or customer.kind != ORGANISATION:
            return cls(**cls.common(project, act))
        return cls(**cls.common(project, act), kind=BUSINESS, empty_parts=tuple(empty_parts(customer)))


class FilePaper(Gate, name="customers.archive.file", passes_to="customers.archive.filed"):
    """What is filed and where its paper hangs: as given now, or where the folder hangs already (CUS-004)."""

    kind: str = HOUSEHOLD
    paper: str = ""
    has_copy: bool = False
    cabinet: str = ""
    folder: str = ""

    @classmethod
    def of(
        cls, archive: Any, *, paper: str = "", copy: bytes = b"", cabinet: str = "", folder: str = "", act: Any, **_: Any
    ) -> "FilePaper":
        return cls(
            **cls.common(archive, act),
            kind=archive.kind,
            paper=paper,
            has_copy=bool(copy),
            cabinet=cabinet.strip() or archive.cabinet,
            folder=folder.strip() or archive.folder,
        )


class LendArchive(Gate, name="customers.archive.lend", passes_to="customers.archive.lent"):
    """`may_read` says whether whoever borrows may look into folders himself (CUS-009)."""

    borrower: UUID | None = None
    borrower_name: str = ""
    may_read: bool = False
    purpose: str = ""

    @classmethod
    def of(cls, archive: Any, *, borrower: Any = None, purpose: str = "", act: Any, **_: Any) -> "LendArchive":
        if borrower is None:
            return cls(**cls.common(archive, act), purpose=purpose.strip())
        reads = org.act_of(borrower, act.at, act.via).may("customers.archive.see", on=archive)
        return cls(**cls.common(archive, act), borrower=borrower.pk, borrower_name=borrower.name, may_read=reads, purpose=purpose.strip())


class DiscloseArchive(Gate, name="customers.archive.disclose", passes_to="customers.archive.disclosed"):
    """Exactly this, to exactly these people, for this reason: what the manager gives leave for (CUS-010)."""

    to_whom: str = ""
    reason: str = ""
    what: str = ""


# -- profiles ------------------------------------------------------------------------------------
class ReviseProfile(Gate, name="customers.profile.revise", passes_to="customers.profile.revised"):
    """`has_consent` says whether the customer agreed that what is sensitive is kept."""

    sheet: str = ""
    is_sensitive: bool = False
    has_consent: bool = False
    source: str = ""

    @classmethod
    def of(cls, customer: Any, *, item: str = "", source: str = "", act: Any, **_: Any) -> "ReviseProfile":
        sheet, _group, blank = find(item) or ("", None, None)
        sensitive = blank is not None and blank.is_sensitive
        agreed = sensitive and may_contact(customer, SENSITIVE, "any", act)
        return cls(**cls.common(customer, act), sheet=sheet, is_sensitive=sensitive, has_consent=agreed, source=source)


class RegisterLease(Gate, name="customers.lease.register", passes_to="customers.lease.registered"):
    """A company may ask at the door for what the handbook lets be filled in afterwards (EST-009). Blank where unknown."""

    landlord: str = ""
    tenant: str = ""
    phone: str = ""
    until: str = ""

    @classmethod
    def of(cls, project: Any = None, *, tenant: Any, landlord: Any = None, ends_on: Any = None, act: Any, **_: Any) -> "RegisterLease":
        on_file = tenant.contact_points.filter(kind=PHONE).first()
        return cls(
            **cls.common(project, act),
            landlord=landlord.name if landlord else "",
            tenant=tenant.name,
            phone=on_file.value if on_file else "",
            until=ends_on.isoformat() if ends_on else "",
        )


class AcceptProxy(Gate, name="customers.proxy.accept", passes_to="customers.proxy.accepted"):
    """Asked by the rules of papers: what somebody may do for another."""

    kind: str = ""
    scope: str = ""


class GrantAccess(Gate, name="customers.access.grant", passes_to="customers.access.granted"):
    """May the asker look people up? Asked for him, whoever puts it into force (CUS-008)."""

    purpose: str = ""
    scope: str = ""
    whom: str = ""
    reason: str = ""
    days: int = 0

    @classmethod
    def of(cls, row: Any, *, act: Any, **_: Any) -> "GrantAccess":
        whom = next((str(Ref.to(one)) for one in (row.customer, row.house) if one is not None), "")
        said = {"purpose": row.purpose, "scope": row.scope, "whom": whom, "reason": row.reason, "days": row.days}
        return cls(**cls.common(row, act) | {"by": row.asker_id}, **said)


class SetFlag(Gate, name="customers.flag.set", passes_to="customers.flag.set"):
    """A bad-customer mark is approved by others (CUS-026); marks of care need consent (CUS-035)."""

    kind: str = ""
    consented: bool = False
    has_review: bool = False

    @classmethod
    def of(cls, flag: Any, *, act: Any, **_: Any) -> "SetFlag":
        return cls(
            **cls.common(flag, act),
            kind=flag.kind,
            consented=consent_to_care(flag.customer, act) is not None,
            has_review=flag.review_on is not None,
        )


class SignOverview(Gate, name="customers.overview.sign", passes_to="quality.signoff.signed"):
    """`unchecked` households of the project have no check mark of the period yet (CUS-013)."""

    period: str = ""
    unchecked: int = 0

    @classmethod
    def of(cls, project: Any = None, *, period: str = "", act: Any, **_: Any) -> "SignOverview":
        period = period or overview.this_month(act)
        return cls(**cls.common(project, act), period=period, unchecked=overview.unchecked(project, period, act).count())


class FinishCleanup(Gate, name="customers.cleanup.finish", passes_to="customers.cleanup.finished"):
    """Asked by a company's own rules."""


class BeginCustody(Gate, name="customers.custody.begin", passes_to="customers.custody.begun"):
    """A house is about to be left in our keeping."""

    keys_left: int = 0


class EndCustody(Gate, name="customers.custody.end", passes_to="customers.custody.ended"):
    """A house is about to be given back."""

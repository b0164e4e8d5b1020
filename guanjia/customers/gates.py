"""What a rule may look at before a customer is registered or changed, and before somebody moves in or out."""

from typing import Any

from guanjia.kernel.gates import Gate

from .states import PERSON, PHONE


class RegisterCustomer(Gate, name="customers.customer.register", passes_to="customers.customer.registered"):
    kind: str = PERSON


class ChangeCustomer(Gate, name="customers.customer.change", passes_to="customers.customer.changed"):
    kind: str = PERSON

    @classmethod
    def of(cls, customer: Any, *, act: Any, **_: Any) -> "ChangeCustomer":
        return cls(**cls.common(customer, act), kind=customer.kind)


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

"""What the handbooks ask of customers, bound to their facts and gates."""

from guanjia.rulebook import Coverage, Duty, Fields, on, param, realises

from .models import Occupancy
from .selectors import occupant_sheet

Fields("CUS-001", gate="customers.occupancy.move_in", fields={"name": "customer_name", "contact": "contact", "house": "house"})

realises("EST-020", by=Occupancy)  # tenants, nannies, tutors and the others, each linked to the household
realises("CUS-011", by=occupant_sheet, as_="register")  # the printed form is read from the rows

# 出租房资料：五项齐全；登记时缺的，限期补齐
Coverage("EST-009", of="customers.lease.registered", counted_by="customers.lease.completed")
Duty(
    "EST-009",
    stage="complete",
    opens_on=on("customers.lease.registered", complete=False),
    met_by="customers.lease.completed",
    voided_by="customers.lease.ended",
    due=param("within"),
    owner="steward",
    cure="customers.lease.change",
)

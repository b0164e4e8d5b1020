"""What the handbooks ask of customers, bound to their facts and gates."""

from guanjia.rulebook import Fields, realises

from .models import Occupancy
from .selectors import occupant_sheet

Fields("CUS-001", gate="customers.occupancy.move_in", fields={"name": "customer_name", "contact": "contact", "house": "house"})

realises("EST-020", by=Occupancy)  # tenants, nannies, tutors and the others, each linked to the household
realises("CUS-011", by=occupant_sheet, as_="register")  # the printed form is read from the rows

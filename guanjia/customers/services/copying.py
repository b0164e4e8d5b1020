"""A copy for the customer of everything about him: the file is composed above all rooms, the handing over is noted here."""

from guanjia.kernel.act import Act
from guanjia.kernel.journal import record
from guanjia.kernel.usecase import usecase

from .. import facts
from ..models import Customer


@usecase("customers.customer.copy")
def copy_customer(customer: Customer, *, rows: int, checksum: str, act: Act) -> Customer:
    """Note that a copy of everything about a customer (`rows` rows, a file with this checksum) is handed to him."""
    record(customer, facts.CustomerCopied(rows=rows, checksum=checksum), act=act)
    return customer

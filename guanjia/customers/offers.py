"""What a company's own rules may say about customers, and about who moves in and out."""

from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.rulebook.offers import Family, text

from .models import Customer, Household, Occupancy

people = Family(Customer)
people.fact("customers.customer.registered", "kind")
people.fact("customers.customer.changed")
people.gate("customers.customer.register", _("登记客户"), "kind", before=True)
people.gate("customers.customer.change", _("修改客户资料"), "kind")

occupancies = Family(Occupancy, also=(Customer, House, Household))
occupancies.fact("customers.occupancy.moved_in", "role")
occupancies.fact("customers.occupancy.moved_out", "role")
occupancies.gate(
    "customers.occupancy.move_in", _("登记入住"), "role", before=True, customer_name=text(_("姓名")), contact=text(_("联系方式")),
    house=text(_("房屋")),
)  # fmt: skip
occupancies.gate("customers.occupancy.move_out", _("登记迁出"), "role")

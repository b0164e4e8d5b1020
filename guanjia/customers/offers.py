"""What a company's own rules may say about customers, and about who moves in and out."""

from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.rulebook.offers import Family, flag, text

from .models import Customer, Household, Lease, Occupancy, Proxy

people = Family(Customer)
people.fact("customers.customer.registered", "kind")
people.fact("customers.customer.changed")
people.gate("customers.customer.register", _("登记客户"), "kind", before=True)
people.gate("customers.customer.change", _("修改客户资料"), "kind")

occupancies = Family(Occupancy, also=(Customer, House, Household))
occupancies.fact("customers.occupancy.moved_in", "role")
occupancies.fact("customers.occupancy.changed")
occupancies.fact("customers.occupancy.moved_out", "role")
occupancies.gate(
    "customers.occupancy.move_in", _("登记入住"), "role", before=True, customer_name=text(_("姓名")), contact=text(_("联系方式")),
    house=text(_("房屋")),
)  # fmt: skip
occupancies.gate("customers.occupancy.move_out", _("登记迁出"), "role")

leases = Family(Lease, also=(Customer, House))
leases.fact("customers.lease.registered", complete=flag(_("资料齐全")))
leases.fact("customers.lease.changed")
leases.fact("customers.lease.completed")
leases.fact("customers.lease.ended")
leases.gate(
    "customers.lease.register", _("登记租约"), before=True, landlord=text(_("业主")), tenant=text(_("租户")), phone=text(_("电话")),
    until=text(_("租期")),
)  # fmt: skip

proxies = Family(Proxy, also=(Customer,))
proxies.fact("customers.proxy.accepted", "kind scope")
proxies.fact("customers.proxy.ended", "scope")
proxies.gate("customers.proxy.accept", _("接受委托"), "kind scope", before=True)

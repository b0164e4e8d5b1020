"""What a company's own rules may say about customers, and about who moves in and out."""

from django.utils.translation import gettext_lazy as _

from guanjia.estate.models import House
from guanjia.rulebook.offers import Family, choice, flag, moment, person, text

from . import papers, profiles
from .models import Archive, ArchiveBinding, Cleanup, Custody, Customer, Flag, Household, Lease, Note, Occupancy, Preference, Proxy
from .states import CLEANUP, FAMILIES, FLAG, FLAGS, SEGMENTS

people = Family(Customer)
people.fact("customers.customer.registered", "kind")
people.fact("customers.customer.changed")
people.fact("customers.alias.added")
people.fact("customers.alias.dropped")
people.fact("customers.customer.merged")
people.fact("customers.customer.unmerged")
people.fact("customers.customer.distinguished")
people.fact("customers.customer.verified")
people.fact("customers.customer.tagged")
people.fact("customers.customer.untagged")
people.fact("customers.segment.assigned", letter=choice(_("分类"), SEGMENTS))
people.gate("customers.customer.merge", _("合并档案"), "kind")
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

PAPER = choice(_("文件类别"), lambda company_id: papers.LABELS)
folders = Family(Archive, also=(Household, House, Customer))
folders.fact("customers.archive.opened", "kind")
folders.fact("customers.archive.placed", "cabinet folder")
folders.fact("customers.archive.filed", paper=PAPER)
folders.fact("customers.archive.corrected")
folders.fact("customers.archive.lent", borrower_id=person(_("借阅人")), due_at=moment(_("应还时间")))
folders.fact("customers.archive.returned", was_late=flag(_("逾期归还")))
folders.fact("customers.archive.disclosed")
folders.gate("customers.archive.open", _("建立档案"), "kind", before=True)
folders.gate("customers.archive.file", _("文件归档"), "kind cabinet folder", paper=PAPER, has_copy=flag(_("有电子件")))
folders.gate("customers.archive.lend", _("借出档案"), purpose=text(_("用途")), may_read=flag(_("借阅人可查阅资料")))
folders.gate("customers.archive.disclose", _("披露资料"), to_whom=text(_("披露给谁")), reason=text(_("特殊情况")), what=text(_("披露内容")))

bindings = Family(ArchiveBinding)
bindings.fact("customers.archive.bound", "kind year", is_all=flag(_("各类都已装订")))

portraits = Family(Customer)
portraits.fact("customers.profile.entrusted", keeper_id=person(_("关系负责人")))
SHEET = choice(_("表"), lambda company_id: profiles.SHEETS)
SOURCE = choice(_("来源"), lambda company_id: profiles.SOURCES)
portraits.fact("customers.profile.revised", sheet=SHEET, source=SOURCE, is_sensitive=flag(_("敏感项")))
portraits.gate(
    "customers.profile.revise",
    _("填写画像"),
    sheet=SHEET,
    source=SOURCE,
    is_sensitive=flag(_("敏感项")),
    has_consent=flag(_("已同意留存敏感信息")),
)

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

households = Family(Household, also=(House,))
households.fact("customers.household.verified")

FAMILY = choice(_("标识类别"), FAMILIES)
flags = Family(Flag, also=(Customer,), machine=FLAG)
flags.fact("customers.flag.proposed", move="propose", family=FAMILY)
flags.fact("customers.flag.set", move="set", family=FAMILY, review_at=moment(_("复核日期")))
flags.fact("customers.flag.reviewed", move="review", family=FAMILY)
flags.fact("customers.flag.lifted", move="lift", family=FAMILY)
flags.gate(
    "customers.flag.set", _("确认标识"), kind=choice(_("标识"), FLAGS), consented=flag(_("已同意")), has_review=flag(_("有复核日期"))
)

notes = Family(Note, also=(Customer,))
notes.fact("customers.note.recorded", "kind channel")
preferences = Family(Preference, also=(Customer,))
preferences.fact("customers.preference.recorded")

cleanups = Family(Cleanup, machine=CLEANUP)
cleanups.fact("customers.cleanup.opened", move="open")
cleanups.fact("customers.cleanup.finished", move="finish")
cleanups.gate("customers.cleanup.finish", _("完成数据清理"))

custodies = Family(Custody, also=(House, Customer))
custodies.fact("customers.custody.begun")
custodies.fact("customers.custody.ended")
custodies.gate("customers.custody.begin", _("接受托管"), before=True)
custodies.gate("customers.custody.end", _("终止托管"))

"""The code lists of the organisation."""

from django.utils.translation import gettext_lazy as _

#: how far a post's permissions go, the narrowest first
REACHES = {
    "self": _("只限本人"),  # rows about himself: his leave, his sanctions, his duties
    "assigned": _("派给本人的"),  # rows that name him as whoever handles them
    "post": _("本岗片区"),
    "unit": _("本部门的项目"),
    "subtree": _("本部门及下级"),
    "project": _("本项目"),
    "company": _("全公司"),
    "group": _("全集团"),
}

#: whom one deals with outside (ORG-034)
BODIES = {
    "owners": _("业主委员会"),
    "residents": _("居民委员会"),
    "developer": _("开发商"),
    "maintenance": _("维保单位"),
    "police_fire": _("公安与消防"),
    "government": _("政府部门"),
    "insurer": _("保险公司"),
    "contractor": _("施工单位"),
    "supplier": _("供应商"),
    "other": _("其他单位"),
}

"""The code lists of customers: kinds, roles in a house, ways to be reached, purposes of consent."""

from django.utils.translation import gettext_lazy as _

PERSON, ORGANISATION = "person", "organisation"
KINDS = {PERSON: _("个人"), ORGANISATION: _("单位")}

SEXES = {"male": _("男"), "female": _("女")}

# What a grown-up may sign by himself, in the words of the civil code.
CAPACITIES = {"full": _("完全民事行为能力"), "limited": _("限制民事行为能力"), "none": _("无民事行为能力")}

PHONE, WECHAT, EMAIL = "phone", "wechat", "email"
WAYS = {PHONE: _("电话"), WECHAT: _("微信"), EMAIL: _("邮箱")}

OWNER, CO_OWNER, TENANT, USER = "owner", "co_owner", "tenant", "user"
FAMILY, NANNY, TUTOR, SPECIAL, VISITOR = "family", "nanny", "tutor", "special", "visitor"
ROLES = {
    OWNER: _("业主"),
    CO_OWNER: _("共有人"),
    TENANT: _("租户"),
    USER: _("使用人"),
    FAMILY: _("家庭成员"),
    NANNY: _("保姆"),
    TUTOR: _("家教"),
    SPECIAL: _("特殊人员"),
    VISITOR: _("访客"),
}
OWNERS_OF_TITLE = (OWNER, CO_OWNER)  # who may hold a share of the house

# A house that is let has two households at once: the owner's, who keeps the title, and the tenant's, who lives there.
OWNERS, TENANTS = "owners", "tenants"
HOUSEHOLDS = {OWNERS: _("业主户"), TENANTS: _("租住户")}
HOUSEHOLD_OF = {OWNER: OWNERS, CO_OWNER: OWNERS, TENANT: TENANTS, USER: TENANTS}  # others belong to whom they live with

SENSITIVE = "sensitive"
PURPOSES = {
    "service_notice": _("服务通知"),
    "return_visit": _("回访"),
    "survey": _("满意度调查"),
    "marketing": _("营销信息"),
    "sharing": _("向合作单位提供"),
    SENSITIVE: _("留存敏感画像信息"),
}
CHANNELS = {"any": _("各种方式"), "phone": _("电话"), "sms": _("短信"), "wechat": _("微信"), "email": _("邮件")}

# Who acts for somebody else, and in what. He needs no place in the house, so he has no role there.
AGENT, INTERMEDIARY, GUARDIAN = "agent", "intermediary", "guardian"
PROXIES = {AGENT: _("代办人"), INTERMEDIARY: _("中介"), GUARDIAN: _("监护人")}
SCOPES = {
    "everything": _("全部事务"),
    "move_in": _("办理入住"),
    "decoration": _("办理装修"),
    "letting": _("出租事宜"),
    "keys": _("钥匙领用"),
    "fees": _("缴费"),
}

# A custody's meters are read twice.
OPENING, CLOSING = "opening", "closing"
CUSTODY_MOMENTS = {OPENING: _("开始"), CLOSING: _("终止")}

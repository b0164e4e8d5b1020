"""The code lists of customers: kinds, roles in a house, ways to be reached, purposes of consent."""

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.machine import Machine

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

CARE, SENSITIVE = "care", "sensitive"
PURPOSES = {
    "service_notice": _("服务通知"),
    "return_visit": _("回访"),
    "survey": _("满意度调查"),
    "marketing": _("营销信息"),
    "sharing": _("向合作单位提供"),
    CARE: _("老弱病残幼关怀"),
    SENSITIVE: _("留存敏感画像信息"),
}
CHANNELS = {"any": _("各种方式"), "phone": _("电话"), "sms": _("短信"), "wechat": _("微信"), "email": _("邮件")}

# Names besides the own one: told by people, a company's without place and legal form, a surname as it is misread.
SAID, SHORT, MISREAD = "said", "short", "misread"
ALIASES = {SAID: _("别称"), SHORT: _("简称"), MISREAD: _("另一读音")}

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

# Looking people up, for those whose post does not (CUS-008).
REQUESTED, GRANTED, ENDED = "requested", "granted", "ended"
ACCESS = Machine(
    "customers.access",
    {"grant": ({REQUESTED}, GRANTED), "end": ({REQUESTED, GRANTED}, ENDED)},
    labels={REQUESTED: _("待批准"), GRANTED: _("可查阅"), ENDED: _("已结束")},
    verbs={"grant": _("批准"), "end": _("结束")},
)
LOOK_SCOPES = {"customer": _("一位客户"), "house": _("一处房屋的住户"), "project": _("本项目的客户")}

# Marks that change how somebody is served. What they say of health or conduct stays in the row: the journal knows the family only.
BAD_CUSTOMER, KEY_ACCOUNT = "bad_customer", "key_account"
VULNERABLE = {"elderly": _("老人"), "weak": _("体弱"), "sick": _("患病"), "disabled": _("残疾人"), "child": _("幼儿")}
FLAGS = {BAD_CUSTOMER: _("劣质客户"), KEY_ACCOUNT: _("大客户"), **VULNERABLE}
CONDUCT, ACCOUNT = "conduct", "account"
FAMILIES = {CONDUCT: _("劣质客户"), ACCOUNT: _("大客户"), CARE: _("需要关怀")}
FAMILY_OF = {BAD_CUSTOMER: CONDUCT, KEY_ACCOUNT: ACCOUNT, **dict.fromkeys(VULNERABLE, CARE)}

PROPOSED, SET, LIFTED = "proposed", "set", "lifted"
FLAG = Machine(
    "customers.flag",
    {"propose": ({None}, PROPOSED), "set": ({PROPOSED}, SET), "review": ({SET}, SET), "lift": ({PROPOSED, SET}, LIFTED)},
    labels={PROPOSED: _("已提出"), SET: _("生效"), LIFTED: _("已解除")},
    verbs={"propose": _("提出"), "set": _("确认生效"), "review": _("复核"), "lift": _("解除")},
)

NOTE_KINDS = {"need": _("需求"), "opinion": _("意见"), "suggestion": _("建议")}
NOTE_CHANNELS = {"phone": _("来电"), "visit": _("来访"), "questionnaire": _("问卷")}

SEGMENTS = {"A": _("A 类"), "B": _("B 类"), "C": _("C 类"), "D": _("D 类")}

CLEANUP_OPENED, CLEANUP_FINISHED = "opened", "finished"
CLEANUP = Machine(
    "customers.cleanup",
    {"open": ({None}, CLEANUP_OPENED), "finish": ({CLEANUP_OPENED}, CLEANUP_FINISHED)},
    labels={CLEANUP_OPENED: _("进行中"), CLEANUP_FINISHED: _("已完成")},
    verbs={"open": _("开始"), "finish": _("完成")},
)

# A custody's meters are read twice.
OPENING, CLOSING = "opening", "closing"
CUSTODY_MOMENTS = {OPENING: _("开始"), CLOSING: _("终止")}

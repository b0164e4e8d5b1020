"""The code lists and machines of the kernel: why personal data is used, how far a request to see it has come, what rings an alarm."""

from django.utils.translation import gettext_lazy as _

from .machine import Machine

# Why personal data may be used at all (CUS-007). The list is closed: what is not on it is no reason.
SERVING, LEGAL, EMERGENCY, MARKETING = "serving", "legal", "emergency", "marketing"
PURPOSES = {
    SERVING: _("服务住户"),
    LEGAL: _("依法提供"),
    EMERGENCY: _("紧急情况"),
    MARKETING: _("经同意的营销"),
}

ASKED, OPEN, CLOSED = "asked", "open", "closed"
REVEAL = Machine(
    "kernel.reveal",
    {"open": ({ASKED}, OPEN), "close": ({ASKED, OPEN}, CLOSED)},
    labels={ASKED: _("待批准"), OPEN: _("可查看"), CLOSED: _("已收起")},
    verbs={"open": _("打开"), "close": _("收起")},
)

EXPORT = Machine(
    "kernel.export",
    {"make": ({ASKED}, OPEN), "close": ({ASKED, OPEN}, CLOSED)},
    labels={ASKED: _("待批准"), OPEN: _("可下载"), CLOSED: _("已收起")},
    verbs={"make": _("放行"), "close": _("收起")},
)

# How personal data was looked at.
PAGE, DOWNLOAD, SHOWN, FILE = "page", "download", "shown", "file"
WAYS_OF_READING = {PAGE: _("打开页面"), DOWNLOAD: _("下载文件"), SHOWN: _("显示原文"), FILE: _("打开涉密文件")}

# How closely a file is kept. What is secret is opened by post alone, and each opening is noted (ORG-039).
ORDINARY, SECRET = "ordinary", "secret"
FILE_CLASSES = {ORDINARY: _("普通"), SECRET: _("涉密")}

# What makes somebody look at who looked.
GLASS, BULK, DECOY = "glass", "bulk", "decoy"
ALARMS = {GLASS: _("紧急查看"), BULK: _("短时间大量查阅"), DECOY: _("触碰诱饵档案")}

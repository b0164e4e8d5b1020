"""What the chapters of the catalogue are called."""

from django.utils.translation import gettext_lazy

CHAPTERS = {
    "org": gettext_lazy("组织"),
    "estate": gettext_lazy("房产"),
    "customers": gettext_lazy("客户"),
    "desk": gettext_lazy("客服台"),
    "work": gettext_lazy("工单"),
    "followup": gettext_lazy("回访"),
    "billing": gettext_lazy("收费"),
    "premises": gettext_lazy("现场管理"),
    "stores": gettext_lazy("仓储"),
    "aftersales": gettext_lazy("售后"),
    "membership": gettext_lazy("会员"),
    "outreach": gettext_lazy("公告活动"),
    "workforce": gettext_lazy("人员"),
    "knowledge": gettext_lazy("知识"),
    "insight": gettext_lazy("分析"),
}

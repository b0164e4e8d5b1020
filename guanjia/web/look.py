"""What the style page shows: every component in each state, with invented people and places.

Nothing here is read from a database or a clock; `style_page_context(now)` says the same for the same moment.
"""

import re
from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.worktime import WorkCalendar
from guanjia.rulebook.timeline import Extend, Pause, Resume, trace
from guanjia.rulebook.when import CalendarKind, parse_span
from guanjia.web.components import TONES, drawn
from guanjia.web.templatetags import look

TONE_WORDS = {
    "neutral": _("平常"),
    "brand": _("进行"),
    "info": _("说明"),
    "good": _("良好"),
    "warn": _("留意"),
    "danger": _("危险"),
    "late": _("逾期"),
}
STATE_WORDS = {
    "new": _("待受理"),
    "open": _("处理中"),
    "waiting": _("等待中"),
    "resolved": _("已办结"),
    "closed": _("已关闭"),
    "withdrawn": _("已撤回"),
    "assigned": _("已派工"),
    "accepted": _("已接单"),
    "arrived": _("已到场"),
    "paused": _("已暂停"),
    "finished": _("已做完"),
    "completed": _("已完工"),
    "rejected": _("已退回"),
    "cancelled": _("已取消"),
    "planned": _("待回访"),
    "made": _("已回访"),
    "overdue": _("已逾期"),
}
PRIORITIES = (("urgent", _("紧急")), ("high", _("高")), ("normal", _("中")), ("low", _("低")))
ICONS = tuple(re.findall(r'<symbol id="([\w-]+)"', (look.STATIC / "icons.svg").read_text()))
COLOURS = [
    "canvas",
    "surface",
    "raised",
    "sunken",
    "ink",
    "ink-2",
    "ink-3",
    "line",
    "line-2",
    "brand",
    "brand-strong",
    "brand-soft",
    "shell",
    "shell-2",
    "info",
    "info-soft",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "danger",
    "danger-soft",
    "late",
    "mute-soft",
    "mark",
]


class SampleForm(forms.Form):
    """Each kind of control once."""

    phone = forms.CharField(label=_("来电号码"), widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
    house = forms.CharField(label=_("房屋"), help_text=_("楼号-单元-房号，例如 3-2-1801"))
    category = forms.ChoiceField(
        label=_("类别"), choices=[("", _("请选择")), ("leak", _("漏水")), ("power", _("停电")), ("noise", _("噪音"))]
    )
    wish = forms.DateTimeField(label=_("方便的时间"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}))
    area = forms.DecimalField(label=_("建筑面积"), required=False)
    urgency = forms.ChoiceField(
        label=_("紧急程度"),
        choices=[("1", _("马上")), ("2", _("当天")), ("3", _("约时间"))],
        widget=forms.RadioSelect,
    )
    content = forms.CharField(label=_("情况"), widget=forms.Textarea(attrs={"rows": 3}))
    files = forms.FileField(label=_("附件"), required=False)
    told = forms.BooleanField(label=_("已告知到场时限"), required=False)


class SampleRating(forms.Form):
    satisfaction = forms.ChoiceField(
        label=_("这次处理，您满意吗？"),
        choices=[("1", _("很不满意")), ("2", _("不满意")), ("3", _("一般")), ("4", _("满意")), ("5", _("很满意"))],
        widget=forms.RadioSelect,
    )


class SampleFilters(forms.Form):
    state = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), ("open", _("处理中"))])
    category = forms.ChoiceField(label=_("类别"), required=False, choices=[("", _("全部")), ("leak", _("漏水"))])
    since = forms.DateField(label=_("自"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def style_page_context(now: datetime) -> dict:
    """The context of web/style.html. `now` is an aware datetime: the page's moment."""

    def ago(**length) -> datetime:
        return now - timedelta(**length)

    def ahead(**length) -> datetime:
        return now + timedelta(**length)

    return {
        "now": now,
        "navigation": _navigation(),
        "project": {"name": _("翠湖花园")},
        "projects": [{"label": _("翠湖花园"), "url": "#", "current": True}, {"label": _("听松苑"), "url": "#"}],
        "acting": {"name": "林晓", "role": _("客服坐席 · 翠湖花园"), "url": "#"},
        "clock_moved": True,
        "tones": [(tone, TONE_WORDS[tone]) for tone in TONES],
        "states": [(state, words) for state, words in STATE_WORDS.items() if state in look.STATES],
        "priorities": PRIORITIES,
        "icons": ICONS,
        "colours": COLOURS,
        "clocks": [
            (_("进行中"), {"due_at": ahead(hours=2, minutes=14), "opened_at": ago(minutes=46)}),
            (_("将到期"), {"due_at": ahead(minutes=4, seconds=5), "opened_at": ago(minutes=26)}),
            (_("已逾期"), {"due_at": ago(days=1, hours=3), "opened_at": ago(days=4)}),
            (_("按时完成"), {"due_at": ahead(hours=1), "opened_at": ago(hours=2), "met_at": ago(minutes=20)}),
            (_("迟了才完成"), {"due_at": ago(hours=2), "opened_at": ago(hours=5), "met_at": ago(minutes=50)}),
            (_("暂停"), {"due_at": ahead(hours=9), "opened_at": ago(hours=6), "paused_at": ago(hours=2)}),
            (_("对方逾期"), {"due_at": ago(hours=5), "opened_at": ago(days=2), "is_watched": True}),
            (_("还没起算"), {"due_at": ahead(days=4), "starts_at": ahead(days=1, hours=9), "opened_at": ago(hours=1)}),
            (_("不再需要"), {"due_at": ahead(hours=2), "opened_at": ago(hours=3), "voided_at": ago(hours=1)}),
        ],
        "strip": trace(
            ago(days=1, hours=2),
            parse_span("12 hours"),
            CalendarKind.SERVICE,
            WorkCalendar.daily("08:00-20:00"),
            [Pause(ago(hours=20)), Resume(ago(hours=4)), Extend(ahead(days=2))],
        ),
        "moments": [ago(minutes=12), ago(days=1), ago(days=40), ago(days=500)],
        "pairs": [
            (_("房屋"), _("翠湖花园 3-2-1801")),
            (_("业主"), "周文静"),
            (_("来电"), "138****2046"),
            (_("面积"), "96.4 m²"),
            (_("备用钥匙"), ""),
        ],
        "tiles": [
            {"label": _("待受理"), "value": 7, "url": "#"},
            {"label": _("一小时内到期"), "value": 3, "tone": "warn", "url": "#"},
            {"label": _("已逾期"), "value": 2, "tone": "late", "url": "#"},
            {"label": _("本月按时率"), "value": "96.8", "unit": "%", "note": _("上月 95.1%"), "tone": "good"},
        ],
        "entries": _entries(ago),
        "duties": [
            {
                "clause": _("接报后五分钟内首次答复业主。"),
                "rule": "DESK-004",
                "rule_url": "#",
                "owner": "林晓",
                "opened_at": ago(minutes=12),
                "due_at": ago(minutes=7),
                "met_at": ago(minutes=9),
                "evidence": _("电话答复"),
                "evidence_url": "#",
            },
            {
                "clause": _("维修人员接单后三十分钟内到场。"),
                "rule": "WORK-012",
                "rule_url": "#",
                "owner": "王建国",
                "opened_at": ago(minutes=24),
                "due_at": ahead(minutes=6),
                "button": {"label": _("催单"), "url": "#", "icon": "bell"},
            },
            {
                "clause": _("投诉办结三天内由客服回访。"),
                "rule": "FUP-001",
                "rule_url": "#",
                "owner": _("客服主管"),
                "opened_at": ago(days=4),
                "due_at": ago(hours=5),
                "button": {"label": _("现在回访"), "url": "#", "icon": "visit"},
            },
            {
                "clause": _("公共部位维修完成后四十八小时内复查。"),
                "rule": "WORK-031",
                "rule_url": "#",
                "owner": _("工程主管"),
                "opened_at": ago(hours=1),
                "starts_at": ahead(days=1),
                "due_at": ahead(days=3),
            },
        ],
        "needs": [
            {"state": "met", "message": _("来电人姓名和电话")},
            {
                "state": "unmet",
                "message": _("业主在工单上签字"),
                "rule": "WORK-008",
                "clause": _("入户维修完成后由业主验收签字"),
                "button": {"label": _("去签字"), "url": "#", "icon": "signature"},
            },
            {"state": "unmet", "message": _("漏水原因"), "field": "id_content"},
            {"state": "later", "message": _("办结后三天内回访"), "rule": "FUP-001"},
        ],
        "reasons": [
            {
                "message": _("缺投诉回访"),
                "rule": "FUP-001",
                "rule_url": "#",
                "clause": _("投诉办结三天内由客服回访"),
                "button": {"label": _("现在回访"), "url": "#", "icon": "visit"},
            },
            {
                "message": _("工单 WO-20260302-0019 还没有业主签字"),
                "rule": "WORK-008",
                "rule_url": "#",
                "button": {"label": _("去签字"), "url": "#", "icon": "signature"},
            },
        ],
        "columns": [
            {"label": _("编号"), "kind": "tight", "sort": "#"},
            {"label": _("内容"), "kind": "lead"},
            {"label": _("房屋"), "sort": "#"},
            {"label": _("状态"), "kind": "tight"},
            {"label": _("最近时限"), "sort": "#", "sorted": "ascending"},
            {"label": _("费用（元）"), "kind": "number", "sort": "#"},
            {"label": _("负责人")},
        ],
        "rows": [
            _row(
                now,
                "CS-20260302-0041",
                _("卫生间顶漏水，滴到洗衣机上"),
                "3-2-1801",
                "open",
                ago(minutes=38),
                "1,280.00",
                "林晓",
                tone="late",
            ),
            _row(now, "CS-20260302-0040", _("地下车库 B 区照明不亮"), "B1-117", "new", ahead(minutes=4), "0.00", "", selected=True),
            _row(
                now, "CS-20260302-0038", _("楼上深夜装修，噪音扰民"), "5-1-0702", "waiting", ahead(hours=7), "0.00", "陈静怡", tone="warn"
            ),
            _row(now, "CS-20260301-0127", _("水表读数与账单不符"), "1-3-0304", "resolved", ahead(days=2, hours=6), "86.50", "林晓"),
        ],
        "chain": [
            {
                "who": _("管理处经理"),
                "state": "done",
                "decisions": [
                    {"person": "陈经理", "yes": True, "words": _("同意，先试一个月。"), "at": now - timedelta(hours=5), "instead_of": ""}
                ],
            },
            {
                "who": _("公司客户部经理"),
                "mode": _("全部同意"),
                "state": "now",
                "asked": ["郑总"],
                "opened_at": now - timedelta(hours=5),
                "due_at": now + timedelta(hours=19),
                "decisions": [{"person": "白代", "yes": True, "words": "", "at": now - timedelta(hours=1), "instead_of": "何总"}],
            },
            {"who": _("总经理"), "state": "todo", "decisions": []},
        ],
        "themes": ["light", "dark"],
        "chart": {
            "title": _("按时率与逾期"),
            "desc": _("按时率从 91% 升到 97%，逾期从 14 件降到 3 件。"),
            "labels": [_("%(n)d月") % {"n": month} for month in range(1, 9)],
            "bars": [
                {"label": _("逾期办妥"), "values": [11, 9, 8, 8, 5, 4, 3, 2], "tone": "warn"},
                {"label": _("未办已逾期"), "values": [3, 4, 1, 2, 2, 0, 1, 1], "tone": "late"},
            ],
            "line": {"label": _("按时率"), "values": [0.912, 0.921, 0.933, None, 0.951, 0.962, 0.958, 0.971]},
        },
        "steps": [
            {"label": _("派工"), "state": "done", "when": "00:14"},
            {"label": _("接单"), "state": "done", "when": "00:15"},
            {"label": _("到场"), "state": "now"},
            {"label": _("做完"), "state": "todo"},
            {"label": _("签字"), "state": "todo"},
        ],
        "rungs": [
            {"words": _("时限过 3/4 · 预先提醒"), "whom": _("责任人"), "state": "passed", "at": ago(hours=2)},
            {"words": _("到期 · 催办"), "whom": _("责任人"), "state": "done", "at": ago(hours=2), "names": ("林晓",)},
            {"words": _("到期 · 上报"), "whom": _("上级"), "state": "nobody", "at": ago(hours=2), "loud": True},
            {"words": _("逾期 4 小时 · 催办"), "whom": _("责任人"), "state": "next", "at": ahead(hours=2)},
            {"words": _("逾期 1 天 · 上报"), "whom": _("上 2 级"), "state": "later", "at": ahead(hours=22)},
            {"words": _("逾期 3 天 · 上报"), "whom": _("总经理"), "state": "dropped"},
        ],
        "photos": [{"caption": _("漏点 00:31")}, {"caption": _("关阀后")}, {"caption": _("修好 01:02")}],
        "files": [{"name": _("验收单.pdf"), "url": "#", "size": "182 KB"}],
        "found": {"title": _("卫生间顶漏水，滴到洗衣机上"), "href": "#", "text": "CS-20260302-0041 · 3-2-1801", "icon": "case"},
        "crumbs": [(_("诉求"), "#"), (_("翠湖花园 3-2-1801"), "#")],
        "tabs": [
            {"label": _("经过"), "url": "#", "current": True, "count": 8},
            {"label": _("工单"), "url": "#", "count": 1},
            {"label": _("应办"), "url": "#", "count": 2, "tone": "late"},
            {"label": _("资料"), "url": "#"},
        ],
        "flash_messages": [_Message("success", _("已派给王建国。")), _Message("warning", _("业主电话未接通，十五分钟后再打。"))],
        "form": SampleForm(initial={"phone": "13800002046", "urgency": "1"}),
        "wrong_form": SampleForm({"phone": "", "house": "3-2-18O1", "area": "abc", "urgency": "1", "content": ""}),
        "dark_form": SampleForm(initial={"phone": "13800002046", "urgency": "1"}, prefix="dark"),
        "dark_wrong_form": SampleForm({"dark2-house": "3-2-18O1", "dark2-area": "abc", "dark2-urgency": "1"}, prefix="dark2"),
        "dark_rating_form": SampleRating(initial={"satisfaction": "4"}, prefix="dark"),
        "filter_form": SampleFilters({"state": "open"}),
        "rating_form": SampleRating(initial={"satisfaction": "4"}),
        "field_tabs": [
            {"label": _("今天"), "url": "#", "icon": "calendar"},
            {"label": _("工单"), "url": "#", "icon": "order", "current": True, "count": 3, "late": True},
            {"label": _("消息"), "url": "#", "icon": "bell", "count": 2},
            {"label": _("我"), "url": "#", "icon": "person"},
        ],
    }


class _Message(str):
    """A sentence with the level tag that Django's messages carry."""

    def __new__(cls, level_tag, text):
        message = super().__new__(cls, text)
        message.level_tag = level_tag
        return message


def _row(now, number, content, house, state, due, fee, owner, **more) -> dict:
    cells = [
        number,
        content,
        house,
        drawn("state", look.state(state, STATE_WORDS[state])),
        drawn("countdown", look.countdown({"now": now}, due, bar=False)),
        fee,
        owner,
    ]
    return {"url": "#", "value": number, "cells": cells, **more}


def _navigation() -> list[dict]:
    return [
        {
            "label": "",
            "items": [
                {"label": _("接待台"), "url": "#", "icon": "phone", "current": True, "keys": "g d"},
                {"label": _("诉求"), "url": "#", "icon": "case", "count": 41, "keys": "g c"},
                {"label": _("工单"), "url": "#", "icon": "order", "count": 12},
                {"label": _("我的应办"), "url": "#", "icon": "clock", "count": 2, "late": True},
            ],
        },
        {
            "label": _("档案"),
            "items": [
                {"label": _("房屋"), "url": "#", "icon": "house"},
                {"label": _("客户"), "url": "#", "icon": "people"},
                {"label": _("钥匙"), "url": "#", "icon": "key"},
            ],
        },
        {
            "label": _("手册"),
            "items": [
                {"label": _("规则"), "url": "#", "icon": "book"},
                {"label": _("报表"), "url": "#", "icon": "chart"},
            ],
        },
    ]


def _entries(ago) -> list[dict]:
    return [
        {
            "at": ago(days=1, hours=2),
            "who": "",
            "sentence": _("上次漏水的回访已完成，业主满意"),
            "icon": "visit",
            "tone": "good",
            "rule": "FUP-024",
        },
        {
            "at": ago(minutes=34),
            "who": "周文静",
            "face": _("电话"),
            "sentence": _("来电"),
            "icon": "phone",
            "tone": "info",
            "text": _("卫生间的顶在滴水，已经滴到洗衣机上了。楼上敲门没人应。"),
        },
        {"at": ago(minutes=32), "who": "林晓", "face": _("坐席"), "sentence": _("登记诉求，归为「漏水」，紧急"), "icon": "case"},
        {
            "at": ago(minutes=31),
            "who": "",
            "sentence": _("派给值班水工王建国：当班、会水工、离得最近"),
            "icon": "order",
            "rule": "WORK-002",
            "rule_url": "#",
        },
        {
            "at": ago(minutes=9),
            "who": "王建国",
            "face": _("现场"),
            "sentence": _("到场"),
            "icon": "place",
            "tone": "good",
            "photos": [{"caption": _("漏点")}, {"caption": _("楼上阀门")}],
        },
        {
            "at": ago(minutes=2),
            "who": "",
            "sentence": _("首次答复迟了两分钟"),
            "icon": "warn",
            "tone": "late",
            "rule": "DESK-004",
            "rule_url": "#",
        },
    ]

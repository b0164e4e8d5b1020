"""What the numbers of clauses are called, and whether two values say the same."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from guanjia.rulebook import when

from .rulebook import PARAMETERS

NAMES: dict[str, Any] = {
    "abc": _("分甲乙丙三类"),
    "act": _("处置"),
    "after": _("多久之后"),
    "amount_yuan": _("金额（元）"),
    "amount_yuan_min": _("最低金额（元）"),
    "archive": _("存档"),
    "at_least": _("至少"),
    "at_most": _("至多"),
    "before": _("提前"),
    "before_minutes": _("提前分钟数"),
    "blank_yuan_min": _("漏填最低金额（元）"),
    "book_first": _("先预约"),
    "brands": _("品牌数"),
    "by": _("最迟"),
    "characters_per_minute": _("每分钟字数"),
    "complain": _("会投诉的比例"),
    "complaints": _("投诉次数"),
    "copies": _("份数"),
    "daily_service": _("日常服务权重"),
    "day": _("每月几日"),
    "days_before_max": _("最多提前天数"),
    "days_before_min": _("最少提前天数"),
    "distance_inches": _("距离（英寸）"),
    "electricity_units_max": _("用电上限（度）"),
    "forced_penalty_yuan_min": _("强制推销最低金额（元）"),
    "guard_hours": _("看守小时数"),
    "accused_head": _("由被投诉部门负责人回访"),
    "handled": _("处理率"),
    "inclusive": _("含本数"),
    "knocks": _("敲门次数"),
    "leave_silently": _("默默离开的比例"),
    "levels": _("地址层级"),
    "limit": _("限额"),
    "limit_yuan": _("限额（元）"),
    "max_rings_other_handbook": _("按铃至多次数"),
    "min_age": _("最低年龄"),
    "minimum": _("为最低要求"),
    "minutes": _("分钟数"),
    "new_business": _("新增业务权重"),
    "on_time": _("按时率"),
    "over": _("超过"),
    "over_5_yuan_each": _("差五份以上每份（元）"),
    "over_days": _("超过天数"),
    "people_inside": _("入室人数"),
    "people_outside": _("门外人数"),
    "appeal_within": _("申诉期限"),
    "per": _("每"),
    "period": _("期间"),
    "phone_first": _("先电话报告"),
    "practice_hours": _("实操学时"),
    "price": _("价格"),
    "private_promise_penalty_yuan_min": _("私自承诺最低金额（元）"),
    "rate": _("比率"),
    "rate_per_day": _("日费率"),
    "read_before_shift": _("班前须读"),
    "reads_an_hour": _("每小时查阅份数"),
    "review_within": _("复核期限"),
    "rows_max": _("一次导出至多行数"),
    "views": _("查看次数"),
    "record_sensitive": _("留存敏感画像信息"),
    "refuse": _("一律拒绝"),
    "reporter_signs_after": _("报修人签认前提"),
    "repurchase_major_solved": _("重大问题解决后回购率"),
    "repurchase_minor_solved": _("一般问题解决后回购率"),
    "repurchase_quick_max": _("迅速解决后最高回购率"),
    "repurchase_quick_min": _("迅速解决后最低回购率"),
    "revisited": _("回访率"),
    "rings": _("按铃次数"),
    "rings_over": _("铃响超过声数"),
    "same_person": _("限本人"),
    "signed": _("须签字"),
    "store_keeps": _("门店留存"),
    "subscription_fee": _("收视费权重"),
    "subsidiary_at_least": _("子公司至少"),
    "theory_hours": _("理论学时"),
    "told_within": _("告知时限"),
    "unclear_yuan_min": _("填写不清最低金额（元）"),
    "under_5_yuan_each": _("差五份以下每份（元）"),
    "unhappy_customers": _("不满意客户数"),
    "verify": _("须查实"),
    "versioned": _("分版本"),
    "volume_m3": _("体积（立方米）"),
    "wait_seconds": _("等候秒数"),
    "water_units_max": _("用水上限（吨）"),
    "within_rings": _("铃响声数"),
}


#: the same for nearly every clause: named in a list only where a handbook says otherwise
USUAL = {"pause_cap"}


def label(key: str) -> str:
    """What a number is called; its key where nobody has given it a name."""
    return str(PARAMETERS.get(key) or NAMES.get(key, key))


def alike(one: Any, other: Any) -> bool:
    """Whether two values say the same: 「half year」 and 「6 months」 do."""
    if isinstance(one, str) and isinstance(other, str):
        try:
            return when.parse_span(one) == when.parse_span(other)
        except ValueError:
            pass
    return type(one) is type(other) and one == other

"""How a manager says a length of time in his own words."""

import re

_UNITS = {
    "minute": ("分钟", "分鐘", "分"),
    "hour": ("小时", "小時", "个小时"),
    "day": ("天", "日"),
    "week": ("周", "週", "星期"),
    "month": ("个月", "個月", "月"),
    "quarter": ("季度", "季", "个季度"),
    "year": ("年",),
}
_WORDS = {
    "same day": ("当日", "當日", "当天"),
    "at once": ("立即", "马上", "馬上"),
    "half year": ("半年",),
    "half month": ("半个月", "半個月"),
}
_SPOKEN = re.compile(r"(\d+|每|一|两|兩)?\s*(\D+)")


def heard(text: str) -> str:
    """A length as somebody says it, in the handbook's words: 「2 天」 is "2 days"; what is no such length stays as it is."""
    text = text.strip()
    for said, words in _WORDS.items():
        if text in words:
            return said
    match = _SPOKEN.fullmatch(text)
    unit = next((unit for unit, words in _UNITS.items() if match and match[2].strip() in words), "")
    if not unit:
        return text
    amount = {"每": "", "一": "1", "两": "2", "兩": "2"}.get(match[1] or "", match[1] or "")
    return f"{amount} {unit}{'s' if amount not in ('', '1') else ''}".strip()

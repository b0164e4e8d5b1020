"""What people write into cells, read as values; every "no" says why in their language.

Spreadsheets come from many hands: full-width digits, dates in a dozen shapes, numbers that Excel
turned into floats. Each reader takes whatever a cell held and returns one clean value, or raises
`CellError`. Nothing is guessed: what can be read in two ways is refused.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import phonenumbers
from django.utils.translation import gettext as _

from guanjia.kernel.worktime import SHANGHAI

EXACT_DIGITS = 15  # Excel keeps no more; longer numbers typed as numbers have lost their tail
YEARS = range(1900, 2200)


class CellError(ValueError):
    """A value that cannot be used: the reason, and where it stood once a row has said so."""

    def __init__(self, reason: str, *, line: int = 0, column: str = "", header: str = "") -> None:
        super().__init__(reason)
        self.reason, self.line, self.column, self.header = reason, line, column, header

    def __str__(self) -> str:
        if not self.line:
            return self.reason
        return _("第 %(line)d 行 %(column)s 列「%(header)s」：%(reason)s") % {
            "line": self.line,
            "column": self.column,
            "header": self.header,
            "reason": self.reason,
        }


# Text

HALF_WIDTH = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
INVISIBLE = re.compile(r"[\u200b\u2060\ufeff]")
ODD = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2060\ufeff\ud800-\udfff]")  # what has to be looked at more closely
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as ASCII: 「２０１９／１／２」-> "2019/1/2"."""
    return text.translate(HALF_WIDTH)


def as_text(value: Any) -> str:
    """The text without blanks around it; "" for an empty cell. Numbers and dates as they look."""
    if value is None:
        return ""
    if type(value) is str and not ODD.search(value):
        return value.strip()
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, int | float):
        return _number_text(value)
    if isinstance(value, datetime | time):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    text = INVISIBLE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if CONTROL.search(text):
        raise CellError(_("含有看不见的控制字符，请清除后再导入。"))
    return text


def _number_text(number: float) -> str:
    if abs(number) >= 10**EXACT_DIGITS:
        raise CellError(_("数字超过 15 位，Excel 已丢失末尾几位，请把该列改为文本格式后重新填写。"))
    return str(int(number)) if float(number).is_integer() else str(number)


def _line_of(value: Any) -> str:
    """One line of half-width text, blanks squeezed; refused when there is nothing."""
    text = " ".join(half_width(as_text(value)).split())
    if not text:
        raise CellError(_("这一格必填，现在是空的。"))
    return text


# Moments

CLOCK = r"""
    (?: (?P<half> 上午|下午|凌晨|早上|中午|晚上|AM|PM ) \s* )?
    (?P<hour> \d{1,2} ) \s* [:时点] \s*
    (?: (?P<minute> \d{1,2} ) \s* (?: [:分] \s* (?: (?P<second> \d{1,2} ) (?: \.(?P<fraction>\d{1,6}) )? \s* 秒? )? )? )?
    (?: \s* (?P<after> AM|PM ) )?
    (?: \s* (?P<zone> Z | [+-]\d\d:?\d\d ) )?
"""
AFTERWARDS = rf"(?: (?: T | \s* ) {CLOCK} )?"
SHAPES = [
    re.compile(shape, re.ASCII | re.VERBOSE | re.IGNORECASE)
    for shape in (
        rf"(?P<year>\d{{4}}) (?P<sep>[-/.]) (?P<month>\d{{1,2}}) (?P=sep) (?P<day>\d{{1,2}}) (?: (?=[T\s]|$) {AFTERWARDS} )",
        rf"(?P<year>\d{{4}}) \s* 年 \s* (?P<month>\d{{1,2}}) \s* 月 \s* (?P<day>\d{{1,2}}) \s* 日 {AFTERWARDS}",
        rf"(?P<month>\d{{1,2}}) / (?P<day>\d{{1,2}}) / (?P<year>\d{{4}}) (?: (?=\s|$) {AFTERWARDS} )",
        r"(?P<year>\d{4}) (?P<month>\d\d) (?P<day>\d\d) (?: [T\s]? (?P<hour>\d\d) (?P<minute>\d\d) (?P<second>\d\d) )?",
    )
]
MORNING, NOON, AFTERNOON = ("上午", "凌晨", "早上", "AM"), "中午", ("下午", "晚上", "PM")
NO_SUCH_HOUR = 24


def as_moment(value: Any, tz: tzinfo = SHANGHAI) -> datetime:
    """The aware moment in `tz`; a day alone is its midnight.

    Year first, or month/day/year as American systems and Excel write it. A day that does not exist
    is refused, not bent; 13/12/2019 is not taken for day/month.
    """
    if isinstance(value, datetime):
        return value.astimezone(tz) if value.tzinfo else value.replace(tzinfo=tz)
    if isinstance(value, date):
        return datetime.combine(value, time(), tz)
    text = _line_of(value)
    for shape in SHAPES:
        match = shape.fullmatch(text)
        if match:
            return _moment(match.groupdict(), text, tz)
    raise CellError(_("「%(text)s」不是日期时间，请写成 2026-03-02 08:30 的样子。") % {"text": _short(text)})


def as_day(value: Any) -> date:
    """The date; a time of day beside it is refused unless it is midnight."""
    moment = as_moment(value)
    if moment.time() != time():
        raise CellError(_("这里只要日期，不要时间。"))
    return moment.date()


MONTH = re.compile(r"(?P<year>\d{4})\s*(?:年|[-/.])\s*(?P<month>\d{1,2})\s*月?", re.ASCII)
DAY_MARK = re.compile(r"[号日]?\s*$")
SERIALS = range(7306, 73051)  # 1920 to 2099, as Excel counts days
SERIAL_ZERO = date(1899, 12, 30)


def as_rough_day(value: Any) -> date:
    """A day as old tables have it: also 「2019年3月」 (its first day), a day of Excel that has become a number, 「2019.3.5号」.

    Meant for places that show how a cell was read. What could be two days is refused: 2019.1 as a number may have been 2019.10.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        if float(value).is_integer() and int(value) in SERIALS:
            return SERIAL_ZERO + timedelta(days=int(value))
        if round(float(value) * 10) % 10 == 1 and round(float(value), 1) == float(value) and int(value) in YEARS:
            raise CellError(_("「%(text)s」看不出是 1 月还是 10 月，请写成 2019-01-01 的样子。") % {"text": value})
    text = _line_of(value)
    if text.isdigit() and len(text) == 5 and int(text) in SERIALS:
        return SERIAL_ZERO + timedelta(days=int(text))
    month = MONTH.fullmatch(text)
    if month and 1 <= int(month["month"]) <= 12 and int(month["year"]) in YEARS:
        return date(int(month["year"]), int(month["month"]), 1)
    try:
        return as_moment(value if isinstance(value, date) else text.replace("号", "日") if "年" in text else DAY_MARK.sub("", text)).date()
    except CellError:
        raise CellError(_("「%(text)s」看不出是哪一天，请写成 2019-03-05 的样子。") % {"text": _short(text)}) from None


AREA = re.compile(r"\s*(平方米|平方|平米|平|㎡|m2|m²)$", re.IGNORECASE)


def as_area(value: Any) -> Decimal:
    """Square metres: 「89.5平」, 「120 ㎡」, 120.0; more than two decimals are rounded half up, as papers print them."""
    number = as_number(AREA.sub("", _line_of(value)) if isinstance(value, str) else value)
    if not 0 < number < 10**8:
        raise CellError(_("面积须大于 0。"))
    return number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _moment(part: dict[str, str | None], text: str, tz: tzinfo) -> datetime:
    number = {name: int(part.get(name) or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    number["hour"] = _hour(number["hour"], (part.get("half") or part.get("after") or "").upper())
    micros = int((part.get("fraction") or "").ljust(6, "0"))
    try:
        moment = datetime(**number, microsecond=micros, tzinfo=_zone(part.get("zone")) or tz)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise CellError(_("没有「%(text)s」这个时间。") % {"text": _short(text)})
    return moment.astimezone(tz)


def _hour(hour: int, half: str) -> int:
    """The hour of 24. What people say in two ways, such as midnight as 晚上12点, is no hour."""
    if half in ("AM", "PM") and not 1 <= hour <= 12:
        return NO_SUCH_HOUR
    if half in MORNING:
        return 0 if hour == 12 else hour if hour < 12 else NO_SUCH_HOUR
    if half == NOON:
        return {11: 11, 12: 12, 1: 13, 2: 14}.get(hour, NO_SUCH_HOUR)
    if half in AFTERNOON:
        if hour < 12:
            return hour + 12
        return NO_SUCH_HOUR if half == "晚上" and hour == 12 else hour
    return hour


def _zone(text: str | None) -> tzinfo | None:
    return datetime.strptime(text.upper(), "%z").tzinfo if text else None


# Numbers, yes and no

NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
YES = {"是", "有", "对", "真", "√", "✓", "✔", "y", "yes", "true", "t", "1"}
NO = {"否", "无", "没有", "不", "不是", "错", "假", "×", "✗", "✘", "x", "n", "no", "false", "f", "0"}


def as_number(value: Any) -> Decimal:
    """The exact decimal number; thousands may be grouped with commas."""
    text = _line_of(value)
    if isinstance(value, bool) or not NUMBER.fullmatch(text):
        raise CellError(_("「%(text)s」不是数字。") % {"text": _short(text)})
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        raise CellError(_("「%(text)s」不是数字。") % {"text": _short(text)}) from None


def as_whole_number(value: Any) -> int:
    """The whole number: 12, "1,024", "３", 4.0 (as Excel stores it); never rounded."""
    number = as_number(value)
    if number != number.to_integral_value():
        raise CellError(_("「%(text)s」不是整数。") % {"text": _short(_line_of(value))})
    return int(number)


def as_yes_no(value: Any) -> bool:
    """True or False from 是/否, 有/无, √/×, yes/no, 1/0."""
    if isinstance(value, bool):
        return value
    word = _line_of(value).lower()
    if word not in YES | NO:
        raise CellError(_("「%(text)s」看不出是或否，请填「是」或「否」。") % {"text": _short(word)})
    return word in YES


# Telephone numbers

PHONE_SIGNS = re.compile(r"[+\d\s().\-—–−]+", re.ASCII)


def as_phone(value: Any) -> str:
    """The number in international form, "+8613812345678"; numbers without + are Chinese.

    Mobile, landline with area code, 400 and 800. Short numbers such as 12345 or 95588 reach a
    service and not a person, so they are refused like anything else that nobody can call back.
    """
    text = _line_of(value)
    # The reasons do not repeat the number: they end up in reports that more people read.
    if not PHONE_SIGNS.fullmatch(text):
        raise CellError(_("电话号码里有别的字，一格只写一个号码，分机写在备注。"))
    digits = re.sub(r"\D", "", text)
    if re.fullmatch(r"[2-8]\d{6,7}", digits) and "+" not in text:
        raise CellError(_("像是座机号码，请写上区号，例如 0755-82345678。"))
    if len(digits) < 7:
        raise CellError(_("电话号码太短，无法回拨。"))
    try:
        number = phonenumbers.parse(re.sub(r"[—–−]", "-", text), "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise CellError(_("不是有效的电话号码，请核对位数。"))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"

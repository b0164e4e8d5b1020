"""What people write when they mean a telephone number, and the one form that we keep.

The kept form is E.164 (「+8613800138000」), so that a caller's number finds its owner whatever
the exchange or a hurried hand made of it. Knows nothing of customers.
"""

import re
import unicodedata

import phonenumbers
from django.utils.translation import gettext_lazy as _
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME = "CN"
TAIL = 4  # residents say 「尾号 8000」
LOCAL_DIGITS = range(7, 9)  # a landline without its area code
MOBILE = re.compile(r"1[3-9]\d{9}")
STRAY = re.compile(r"[^\d\s+()./-]")
EXTENSION = re.compile(r"(转|分机|ext\.?|x)\s*\d+$", re.IGNORECASE)


class NotAPhone(ValueError):
    """Says in Chinese, for the person who typed it, why this is no telephone number."""


def normalise(text: str) -> str:
    """The number in E.164; NotAPhone with the reason if it cannot be one.

    Understands mobiles, landlines with area code, 400 and 800 numbers, and numbers abroad that
    start with + or 00, in any spacing and in full-width digits.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"\D", "", written)
    if not digits:
        raise NotAPhone(_("「%(text)s」不是电话号码。") % {"text": written})
    if EXTENSION.search(written):
        raise NotAPhone(_("「%(text)s」带有分机号：请只填总机号码，分机写在备注里。") % {"text": written})
    if STRAY.search(written):
        raise NotAPhone(_("「%(text)s」里有别的字：这里只填电话号码。") % {"text": written})
    if MOBILE.fullmatch(digits):  # new ranges open faster than any number plan is updated
        return f"+86{digits}"
    if not written.startswith("+") and not digits.startswith("0") and len(digits) in LOCAL_DIGITS:
        raise NotAPhone(_("「%(text)s」缺区号：请写成 0591-87654321 的样子。") % {"text": written})
    try:
        number = phonenumbers.parse(written, HOME)
    except NumberParseException:
        raise NotAPhone(_("「%(text)s」不是电话号码。") % {"text": written}) from None
    if not phonenumbers.is_valid_number(number):
        raise NotAPhone(_("「%(text)s」不是有效的电话号码：请核对位数和区号。") % {"text": written})
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


APART = re.compile(r"[;；,，、\n|]|\s/\s?|/\s|(?<=\d)/(?=\d{5,}|0\d)|\s{2,}|\s(?=1[3-9]\d)|\s(?=0\d{2,3}-)|(?<=[）)])\s*(?=[1+0])")
NUMBER = re.compile(r"\+?[\d\s()（）./-]*\d")


def several(text: str) -> list[tuple[str, str]]:
    """The numbers in a cell in E.164, each with what is written beside it: 「13800138000 / 0591-87654321 王太」.

    NotAPhone for the first part that is no number; words alone are not passed over, since they may be a number misspelt.
    """
    found: dict[str, str] = {}
    for part in APART.split(unicodedata.normalize("NFKC", text)):
        part = (part or "").strip()
        if not part:
            continue
        number = NUMBER.search(part)
        beside = re.sub(r"[()（）:：\s]+", " ", part[: number.start()] + " " + part[number.end() :]).strip(" -") if number else ""
        if number is None and found and not re.search(r"\d", part):
            last = next(reversed(found))
            found[last] = f"{found[last]} {part}".strip()[:60]
            continue
        if EXTENSION.search(part) or number is None or re.search(r"\d{5}", beside):
            normalise(part)  # says why it is none
        found.setdefault(normalise(number[0]), beside[:60])
    return list(found.items())


def tail_of(value: str) -> str:
    """The last four digits, by which a number is looked up when only its end is known."""
    return value[-TAIL:]


def spoken(value: str) -> str:
    """A kept number as people here read it: 「138 0013 8000」, 「0591 8765 4321」, 「+852 6123 4567」."""
    if len(value) == 14 and value.startswith("+861"):
        return f"{value[3:6]} {value[6:10]} {value[10:]}"
    try:
        number = phonenumbers.parse(value)
    except NumberParseException:
        return value
    here = number.country_code == phonenumbers.country_code_for_region(HOME)
    style = PhoneNumberFormat.NATIONAL if here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def as_read(text: str) -> str:
    """A written number as people here read it; what is no number, as it was written."""
    try:
        return spoken(normalise(text))
    except NotAPhone:
        return text

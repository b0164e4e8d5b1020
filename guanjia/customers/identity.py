"""Identity numbers: resident cards and credit codes check themselves, other papers only look plausible."""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_lazy as _

CARD = re.compile(r"\d{17}[\dX]")
CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
OTHER = re.compile(r"[0-9A-Z()（）/-]{5,30}")
CODE_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class NotAnIdentity(ValueError):
    """Says in Chinese why this is no identity number."""


def normalise(text: str, *, organisation: bool = False) -> str:
    """The number in capitals without blanks; NotAnIdentity if its own check digit contradicts it.

    Resident identity cards (18 signs) for people, unified social credit codes for organisations; passports, permits
    and older papers are taken as they are.
    """
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()
    if organisation and CODE.fullmatch(number):
        if not _code_adds_up(number):
            raise NotAnIdentity(_("统一社会信用代码的校验位不对，请核对。"))
    elif not organisation and CARD.fullmatch(number):
        if not (_card_adds_up(number) and _is_day(number[6:14])):
            raise NotAnIdentity(_("身份证号的校验位或日期不对，请核对。"))
    elif not OTHER.fullmatch(number):
        raise NotAnIdentity(_("证件号只能有字母和数字，5 到 30 位。"))
    return number


def contradictions(number: str, birth_date: date | None, sex: str) -> list[tuple[str, str]]:
    """What a resident card says against a birth date and a sex: (field, sentence) each. Other papers say nothing of them."""
    if not CARD.fullmatch(number):
        return []
    found = []
    born = date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
    if birth_date is not None and birth_date != born:
        found.append(("birth_date", _("出生日期和身份证号不一致，请核对。")))
    if sex and sex != ("male" if int(number[16]) % 2 else "female"):
        found.append(("sex", _("性别和身份证号不一致，请核对。")))
    return found


def _card_adds_up(number: str) -> bool:
    """GB 11643: with weights 2^17 … 2^0 the eighteen signs leave 1, modulo 11."""
    values = (10 if sign == "X" else int(sign) for sign in number)
    return sum(value << 17 - place for place, value in enumerate(values)) % 11 == 1


def _code_adds_up(number: str) -> bool:
    """GB 32100, mod 31."""
    total = sum(pow(3, place, 31) * CODE_DIGITS.index(sign) for place, sign in enumerate(number[:17]))
    return CODE_DIGITS[-total % 31] == number[17]


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True

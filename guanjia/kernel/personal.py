"""Masking personal data for screens: enough to recognise, too little to call or visit.

A mask is for showing only. Whoever needs the whole value reveals it through a use case, with a
reason that is kept. What cannot be recognised is masked completely rather than shown.
"""

from __future__ import annotations

import re
from unicodedata import normalize

STARS = "****"
ID_NO = re.compile(r"\d{17}[\dX]|\d{15}", re.ASCII)
PHONE = re.compile(r"\+?[\d\s().-]{5,24}", re.ASCII)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
HAN_NAME = re.compile(r"[\u3400-\u9fff·]{1,6}")
LATIN_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,4}")
DOOR = re.compile(r"[第]?[0-9一二三四五六七八九十百]+(?:[号栋幢座期区组团]|单元|楼|层|室|弄|巷)|\d|[#＃]", re.ASCII)


def masked(text: str) -> str:
    """The value masked by what it looks like: number, date, e-mail, name, and else an address."""
    text = text.strip()
    plain = normalize("NFKC", text).upper()
    if ID_NO.fullmatch(plain):
        return mask_id_no(text)
    if DAY.fullmatch(plain):
        return "****-**-**"
    if PHONE.fullmatch(plain):
        return mask_phone(text)
    if "@" in plain:
        return mask_email(text)
    if HAN_NAME.fullmatch(text) or LATIN_NAME.fullmatch(text):
        return mask_name(text)
    return mask_address(text)


def mask_name(name: str) -> str:
    """「王小明」-> 「王*明」, 「王明」-> 「王*」; of foreign names the first letters remain."""
    name = name.strip()
    if not name.isascii() and " " not in name:
        if len(name) < 3:
            return name[:-1] + "*" if name else ""
        return name[0] + "*" * (len(name) - 2) + name[-1]
    return " ".join(word[0] + "***" for word in name.split())


def mask_phone(phone: str) -> str:
    """ "+8613812345678" -> "138****5678", "+8675582345678" -> "0755****5678"; country codes stay."""
    digits = re.sub(r"[^\d+]", "", normalize("NFKC", phone))
    if digits.startswith("+86"):
        digits = _national(digits[3:])
    if not digits:
        return ""
    if len(digits.lstrip("+")) < 8:
        return STARS
    head = 4 if digits.startswith("+") or re.match(r"0[3-9]", digits) else 3
    return digits[:head] + STARS + digits[-4:]


def _national(digits: str) -> str:
    mobile_or_special = re.match(r"1[3-9]\d{9}$|[48]00", digits)
    return digits if mobile_or_special else "0" + digits


def mask_id_no(number: str) -> str:
    """The region's first three and the last four: "440***********123X"; short numbers vanish."""
    number = normalize("NFKC", number).strip()
    if len(number) < 12:
        return "*" * len(number)
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def mask_email(address: str) -> str:
    """ "wang@example.cn" -> "w***@example.cn"."""
    name, _, host = address.strip().partition("@")
    return f"{name[:1]}***@{host}"


def mask_address(address: str) -> str:
    """The street or estate without the door: 「翠湖花园3栋1801」-> 「翠湖花园***」.

    When no door can be told apart, only the first third remains, six characters at most.
    """
    address = normalize("NFKC", address).strip()
    if not address:
        return ""
    door = DOOR.search(address)
    keep = door.start() if door else min(6, len(address) // 3)
    return address[:keep] + "***"

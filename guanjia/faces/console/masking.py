"""Masked values on the pages of the console: the mask, the small eye beside it, and the number that a matter in hand shows."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString

from guanjia.kernel import disclosing, reading
from guanjia.kernel.act import Act
from guanjia.kernel.disclosing import Matter
from guanjia.kernel.ids import Ref
from guanjia.kernel.personal import masked
from guanjia.kernel.states import SERVING
from guanjia.web.components import drawn


def hidden(row: Any, field: str, text: Any, act: Act, *, matter: Ref | None = None) -> SafeString | str:
    """The value of a field masked, with the eye for those who may ask to see it; "" for no value."""
    text = str(text or "")
    if not text:
        return ""
    asks = {"subject": str(Ref.to(row)), "field": field} | ({"matter": str(matter)} if matter else {})
    url = f"{reverse('reveal-new')}?{urlencode(asks)}" if act.may("kernel.personal.ask", on=row) else ""
    label = str(disclosing.disclosed(row)[field].label)
    return drawn("masked", {"text": text if "*" in text else masked(text), "url": url, "label": label})


def on_matter(row: Any, field: str, matter: Matter | None, act: Act) -> tuple[SafeString | str, list[str]]:
    """(what stands on the page, the fields that it shows in full): the number itself for who has the matter in hand."""
    value = disclosing.in_full(row, [field])[field]
    if value and matter is not None and matter.in_hand:
        return drawn("phone", {"number": value, "name": "", "dial": dial(value), "masked": False}), [field]
    return hidden(row, field, value, act, matter=Ref.to(row)), []


def note_matter(row: Any, fields: list[str], act: Act) -> None:
    """Write down that a matter's page is read, and what it shows in full."""
    reading.note([row], fields=fields, purpose=SERVING if fields else "", matter=Ref.to(row) if fields else None, act=act)


def dial(number: str) -> str:
    return "".join(sign for sign in number if sign.isdigit() or sign == "+")

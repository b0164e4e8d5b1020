"""What a technician may do to an order: each move is a noun in the address, perhaps a form, and use cases of the room `work`.

`next_move` names the one that comes next; the page gives it the one large button. All others stand in the menu.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from guanjia.kernel import files, money
from guanjia.kernel.act import Act
from guanjia.kernel.errors import BadInput, Reason
from guanjia.kernel.usecase import attempt
from guanjia.org import selectors as org
from guanjia.web.forms import UseCaseForm
from guanjia.work import selectors, states
from guanjia.work import services as work
from guanjia.work.models import WorkOrder

PHOTOS_MAX = 12
BEFORE, AFTER = "before", "after"
PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)", re.ASCII)
ROWS = {"rows": 3}


# -- the forms -------------------------------------------------------------------------------------
class OrderForm(UseCaseForm):
    """A form that knows its order and act."""

    def __init__(self, *args: Any, order: WorkOrder, act: Act, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.order, self.act = order, act
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the order."""


class Pictures(forms.FileField):
    """Several files of one input, as a list."""

    widget = type("Several", (forms.FileInput,), {"allow_multiple_selected": True})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(given) > PHOTOS_MAX:
            raise ValidationError(now_("一次最多传 %(count)d 张，请分几次传。") % {"count": PHOTOS_MAX})
        return [super(Pictures, self).clean(one, initial) for one in given]


class SignaturePicture(forms.CharField):
    """A drawing that arrives as a PNG data URL; its bytes."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> bytes | None:
        if not value:
            return None
        found = PICTURE.fullmatch(value)
        try:
            return base64.b64decode(found[1], validate=True) if found else self._broken()
        except binascii.Error:
            return self._broken()

    def _broken(self) -> bytes:
        raise ValidationError(now_("签名没有传好，请重签。"))


class Decline(OrderForm):
    reason = forms.CharField(label=_("为什么退单"), max_length=400, widget=forms.Textarea(attrs=ROWS))


class Arrive(OrderForm):
    place = forms.CharField(label=_("在哪里"), required=False, max_length=120, help_text=_("不填也可以；到场时间会自动记下。"))


class Price(OrderForm):
    price = forms.DecimalField(
        label=_("费用"), min_value=0, max_digits=9, decimal_places=2, widget=forms.NumberInput(attrs={"inputmode": "decimal"})
    )
    payer = forms.CharField(label=_("付费人"), required=False, max_length=60)
    agreed = forms.ChoiceField(
        label=_("付费人怎么说"), choices=[("yes", _("同意")), ("", _("还没定，先报价"))], required=False, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        self.initial = {"payer": self.order.payer or self.order.reporter_name, "agreed": "yes"} | self.initial
        if self.order.price_fen is not None:
            self.initial["price"] = money.yuan(self.order.price_fen, grouped=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("agreed") and not values.get("payer", "").strip():
            self.add_error("payer", _("请填写认可费用的付费人。"))
        return values


class Pause(OrderForm):
    reason = forms.ChoiceField(label=_("为什么停"), choices=list(states.PAUSES.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), required=False, max_length=400, widget=forms.Textarea(attrs=ROWS))


class Photos(OrderForm):
    photos = Pictures(label=_("照片"))
    role = forms.ChoiceField(label=_("拍的是"), choices=[(BEFORE, _("修之前")), (AFTER, _("修之后"))], widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.initial = {"role": role_of_pictures(self.order)} | self.initial


class TestWater(OrderForm):
    __test__ = False  # pytest reads names
    dry = forms.ChoiceField(label=_("放水试过"), choices=[("yes", _("不漏了")), ("no", _("还在漏"))], widget=forms.RadioSelect)
    note = forms.CharField(label=_("说明"), required=False, max_length=400)


class Finish(OrderForm):
    result = forms.CharField(label=_("修了什么，结果如何"), max_length=1000, widget=forms.Textarea(attrs=ROWS))
    materials = forms.CharField(label=_("用了什么料"), required=False, max_length=400)
    dry = forms.ChoiceField(
        label=_("试水"), required=False, choices=[("yes", _("试过，不漏了")), ("", _("没有试"))], widget=forms.RadioSelect
    )
    photos = Pictures(label=_("修好后的照片"), required=False)

    def prepare(self) -> None:
        if self.order.water_tested_at or self.order.craft != "water":
            del self.fields["dry"]


class Sign(OrderForm):
    signer_name = forms.CharField(label=_("谁签"), max_length=60)
    signer = forms.ChoiceField(label=_("谁签"))
    capacity = forms.ChoiceField(label=_("身份"), choices=list(states.ADULT_CAPACITIES.items()), widget=forms.RadioSelect)
    image = SignaturePicture(label=_("请在这里签名"))

    def prepare(self) -> None:
        if self.order.place == states.PUBLIC:  # accepted by rank: somebody of ours signs (WORK-010)
            del self.fields["signer_name"], self.fields["capacity"]
            self.people = {
                str(one.pk): one
                for role in sorted(selectors.signing_roles(self.order.reporter_unit))
                for one in org.holders_of(role, self.order.project, self.act.at)
            }
            self.fields["signer"].choices = [("", _("请选择")), *((key, one.name) for key, one in self.people.items())]
        else:
            del self.fields["signer"]
            self.initial = {"signer_name": self.order.reporter_name, "capacity": "owner"} | self.initial

    def values(self) -> dict[str, Any]:
        values = super().values()
        if "signer" in values:
            person = self.people[values["signer"]]
            values |= {"signer": person, "signer_name": person.name, "capacity": "staff"}
        return values


class Note(OrderForm):
    text = forms.CharField(label=_("备注"), max_length=1000, widget=forms.Textarea(attrs=ROWS))


# -- the moves -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Move:
    """One thing to do. `verb` is the machine's word for it, "" for a deed that leaves the state as it is (then `states`)."""

    noun: str
    permission: str
    label: Any
    icon: str
    perform: Callable[..., Any]
    form: type[OrderForm] | None = None
    verb: str = ""
    states: tuple[str, ...] = ()
    only: Callable[[WorkOrder], bool] = lambda order: True
    tone: str = ""
    submit: Any = ""  # what the form's own button says, where it says more than the label

    def is_open(self, order: WorkOrder, act: Act) -> bool:
        """True if the act may, and the order's state allows it; what a clause says is the gate's to answer."""
        allowed = states.ORDER.allows(order, self.verb) if self.verb else order.state in self.states
        return allowed and self.only(order) and act.may(self.permission, order)


def agree(order: WorkOrder, act: Act, *, price: Any, payer: str = "", agreed: str = "") -> WorkOrder:
    """Tell the price if it is a new one, and note that the payer accepts it."""
    price_fen = int(price * money.FEN_A_YUAN)
    if price_fen != order.price_fen:
        order = work.quote_price(order, price_fen=price_fen, act=act)
    return work.agree_price(order, price_fen=price_fen, payer=payer, act=act) if agreed else order


def add_pictures(order: WorkOrder, act: Act, *, photos: list[Any], role: str) -> WorkOrder:
    """Keep every picture, or none: all complaints come at once."""
    wrong: list[Reason] = []
    for one in photos:
        try:
            files.attach(order, name=one.name, content=one.read(), role=role, act=act)
        except BadInput as no:
            wrong += [Reason(str(reason.message), field="photos") for reason in no.reasons]
    if wrong:
        raise BadInput(wrong)
    return order


def test_water(order: WorkOrder, act: Act, *, dry: str, note: str = "") -> WorkOrder:
    return work.test_water(order, dry=dry == "yes", note=note, act=act)


test_water.__test__ = False


def finish(order: WorkOrder, act: Act, *, result: str, materials: str = "", dry: str = "", photos: list[Any] = ()) -> WorkOrder:
    """The repair is done, with what belongs to it: the water test, and pictures of the finished work."""
    if dry:
        order = work.test_water(order, act=act)
    add_pictures(order, act, photos=photos, role=AFTER)
    return work.finish_order(order, result=result, materials=materials, act=act)


def sign(order: WorkOrder, act: Act, **values: Any) -> WorkOrder:
    """The signature, and with it the end of the order, if it is a signature that counts (WORK-008, 009, 010)."""
    order = work.sign_order(order, act=act, **values)
    return attempt(work.complete_order, order, act=act) or order


def simply(use_case: Callable) -> Callable:
    return lambda order, act, **values: use_case(order, act=act, **values)


UNDER_WAY = (states.ACCEPTED, states.ON_SITE, states.WORKING, states.PAUSED, states.FINISHED)
UNPRICED = (states.ACCEPTED, states.ON_SITE, states.WORKING, states.PAUSED)

MOVES = (
    Move("acceptance", "work.order.accept", _("接单"), "check", simply(work.accept_order), verb="accept"),
    Move("arrival", "work.order.arrive", _("我到了"), "place", simply(work.arrive_order), verb="arrive"),
    Move("arrival-place", "work.order.arrive", _("到了，注明位置"), "place", simply(work.arrive_order), Arrive, verb="arrive"),
    Move(
        "price",
        "work.order.agree_price",
        _("谈费用"),
        "coin",
        agree,
        Price,
        states=UNPRICED,
        only=lambda order: order.paid,
        submit=_("记下费用"),
    ),
    Move("work", "work.order.start", _("开始修"), "tool", simply(work.start_order), verb="start"),
    Move("resumption", "work.order.resume", _("接着修"), "play", simply(work.resume_order), verb="resume"),
    Move("result", "work.order.finish", _("修好了"), "done", finish, Finish, verb="finish"),
    Move("signature", "work.order.sign", _("请签名"), "signature", sign, Sign, verb="sign", submit=_("签好了")),
    Move(
        "completion",
        "work.order.complete",
        _("完工"),
        "done",
        simply(work.complete_order),
        verb="complete",
        only=lambda order: order.sign_off_id is not None,
    ),
    Move("photos", "kernel.file.attach", _("拍照"), "photo", add_pictures, Photos, states=UNDER_WAY, submit=_("交照片")),
    Move(
        "water-test",
        "work.order.test_water",
        _("试水"),
        "water",
        test_water,
        TestWater,
        states=(states.WORKING, states.FINISHED),
        only=lambda order: order.craft == "water",
    ),
    Move("pause", "work.order.pause", _("暂停"), "pause", simply(work.pause_order), Pause, verb="pause", submit=_("先停下")),
    Move("note", "work.order.note", _("写备注"), "edit", simply(work.add_note), Note, states=UNDER_WAY, submit=_("记下")),
    Move("refusal", "work.order.decline", _("退单"), "undo", simply(work.decline_order), Decline, verb="decline", tone="danger"),
)
BY_NOUN = {move.noun: move for move in MOVES}
CURES = {move.permission: move for move in reversed(MOVES)}


def open_moves(order: WorkOrder, act: Act) -> list[Move]:
    """All moves that are open now, in their order."""
    return [move for move in MOVES if move.is_open(order, act)]


def next_move(order: WorkOrder, moves: list[Move]) -> Move | None:
    """The one step that leads on; None when nothing is left for him to do."""
    wanted = {
        states.ASSIGNED: "acceptance",
        states.ACCEPTED: "arrival",
        states.ON_SITE: "work" if order.is_price_agreed else "price",
        states.WORKING: "result",
        states.PAUSED: "resumption" if order.is_price_agreed else "price",
        states.FINISHED: "completion" if order.sign_off_id else "signature",
    }.get(order.state)
    return next((move for move in moves if move.noun == wanted), None)


def role_of_pictures(order: WorkOrder) -> str:
    """What a picture taken now most likely shows."""
    return AFTER if order.state in (states.WORKING, states.PAUSED, states.FINISHED) else BEFORE

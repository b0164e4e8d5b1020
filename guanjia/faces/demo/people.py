"""Life in the archive of people: files that were made twice, leases, marks, words, and a month's overview half checked."""

from datetime import timedelta

from django.utils import timezone

from guanjia.customers import services as customers
from guanjia.customers.models import Customer, Household, Occupancy, Tag
from guanjia.kernel.files import Upload
from guanjia.kernel.usecase import whole

from .folders import COPY
from .place import Place

NOTES = (
    ("need", "phone", "希望 3 栋门口加一盏路灯"),
    ("suggestion", "visit", "快递柜太满，建议再放一组"),
    ("opinion", "questionnaire", "保洁换人以后楼道干净多了"),
    ("need", "visit", "地下车库想装充电桩"),
)
WISHES = (
    {"expectation": "上门前先来电", "preferred_channel": "phone", "convenient_time": "周末上午"},
    {"expectation": "小修不用等人，钥匙在前台", "preferred_channel": "wechat"},
    {"expectation": "说话慢一点，老人耳背", "preferred_channel": "phone", "convenient_time": "下午三点以后"},
)
DUPLICATES, LEASES, CHECKED, TAGGED = 4, 12, 60, 20


def settle(place: Place, moment) -> None:
    """What a steward and the desk would have done by now; a few seconds."""
    act = place.act("steward", moment)
    owners = list(
        Occupancy.objects.visible_to(act).filter(role="owner", ends_on=None).select_related("customer", "house").order_by("pk")[:80]
    )
    whole(lambda: _twice(place, owners[:DUPLICATES], act))
    whole(lambda: _leases(place, act))
    whole(lambda: _said(place, [one.customer for one in owners[10:40]], act))
    whole(lambda: _marks(place, [one.customer for one in owners[40:44]], moment))
    whole(lambda: _checked(place, act))


def _twice(place: Place, owners: list[Occupancy], act) -> None:
    """Somebody was entered again when he bought a second flat, or under the number he gave that day."""
    empty = [house for house in place.houses if not house.occupancies.exists()][: len(owners)]
    for stay, house in zip(owners, empty, strict=False):
        first = stay.customer
        again = customers.register_customer(
            project=place.project, name=first.name, phones=first.numbers(), note="第二套房登记时新建", act=act
        )
        customers.move_in(project=place.project, house=house, customer=again, role="owner", act=act)


def _leases(place: Place, act) -> None:
    """The steward caught up with some of the leases; a few lack the end or the landlord's word."""
    today = timezone.localdate(act.at)
    tenants = Occupancy.objects.visible_to(act).filter(role="tenant", ends_on=None, house__leases=None).select_related("customer", "house")
    for nth, stay in enumerate(tenants.order_by("pk")[:LEASES]):
        until = None if nth % 4 == 0 else today + timedelta(days=30 * (nth + 2))
        customers.register_lease(
            project=place.project, house=stay.house, tenant=stay.customer, starts_on=stay.starts_on, ends_on=until, act=act
        )


def _said(place: Place, people: list[Customer], act) -> None:
    for nth, person in enumerate(people):
        if nth < len(NOTES) * 2:
            kind, channel, text = NOTES[nth % len(NOTES)]
            customers.record_note(project=place.project, customer=person, kind=kind, channel=channel, text=text, act=act)
        if nth % 3 == 0:
            customers.record_preference(project=place.project, customer=person, act=act, **WISHES[nth // 3 % len(WISHES)])
        customers.assign_segment(person, act=act)
    tags = list(Tag.objects.visible_to(act))
    for nth, person in enumerate(people[:TAGGED]):
        customers.tag_customer(person, tag=tags[nth % len(tags)], act=act)


def _marks(place: Place, people: list[Customer], moment) -> None:
    desk, steward = place.act("desk_agent", moment), place.act("steward", moment)
    key, elderly, bad, _other = people
    flag = customers.propose_flag(project=place.project, customer=key, kind="key_account", reason="名下五套商铺", act=desk)
    customers.set_flag(flag, act=steward)
    customers.give_consent(elderly, purpose="care", proof=Upload("关怀同意书.pdf", COPY), act=steward)
    customers.give_consent(elderly, purpose="marketing", channel="sms", act=desk)
    customers.withdraw_consent(elderly, purpose="marketing", act=desk)
    customers.give_consent(elderly, purpose="service_notice", act=desk)
    flag = customers.propose_flag(project=place.project, customer=elderly, kind="elderly", reason="八十二岁，独居", act=desk)
    customers.set_flag(flag, act=steward)
    customers.propose_flag(
        project=place.project,
        customer=bad,
        kind="bad_customer",
        reason="多次辱骂前台，有录音",
        review_on=moment.date() + timedelta(days=90),
        act=desk,
    )


def _checked(place: Place, act) -> None:
    """The first rows of this month's overview have their mark."""
    today = timezone.localdate(act.at)
    for household in (
        Household.objects.visible_to(act).on(today).filter(project=place.project).order_by("house__sort_code", "kind")[:CHECKED]
    ):
        customers.verify_household(household, act=act)

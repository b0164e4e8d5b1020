"""Folders that look lived in: most hang in their place, half hold their papers, some are out, one is late; and a business drawn."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from guanjia.customers import services as customers
from guanjia.customers.models import Archive

from .place import Place

FOLDERS = 90
COPY = b"%PDF-1.4\ntrailer<</Root 1 0 R>>\n%%EOF"
TITLES = {
    "move_in": "入住登记与身份证明复印件",
    "consent": "业主临时公约与同意书",
    "decoration": "装修申请与承诺书",
    "engineering": "水电改造竣工图",
    "service": "入户维修回执",
}
SHOP = {
    "basic.name": "福州榕荫文化传播有限公司",
    "basic.phone": "0591-8700 0000",
    "basic.ability": "自有策划与布展队伍",
    "traits.customs": "开业、周年必办酒会",
    "traits.potential": "计划年内再租一层",
    "competitors.attention": "看过对面写字楼两次",
    "transactions.activity": "租用 6 层整层，合同到明年六月",
    "transactions.credit": "租金按月准时",
}


def fill(place: Place, begins: date, until: datetime) -> int:
    """File, place and lend as the stewards do, no earlier than their posts begin; returns how many papers were filed."""
    most = max((timezone.localdate(until) - begins).days - 1, 1)
    began, filed = until - timedelta(days=min(60, most)), 0
    archives = list(Archive.objects.unscoped("demo").filter(project=place.project).order_by("number")[:FOLDERS])
    for nth, archive in enumerate(archives):
        act = place.act("steward", began + timedelta(hours=nth))
        archive = customers.place_archive(archive, cabinet=f"A{1 + nth // 30}", folder=str(1 + nth % 30), act=act)
        for code in [code for at, code in enumerate(TITLES) if (nth + at) % 3 and (nth % 2 or at not in (2, 3))]:
            customers.file_paper(archive, paper=code, copy=COPY, copy_name=f"{code}.pdf", title=TITLES[code], act=act)
            filed += 1
    _lend(place, archives, until, most)
    _draw(place, until, most)
    return filed


def _lend(place: Place, archives: list[Archive], until: datetime, most: int) -> None:
    for nth, (days_ago, for_days, is_back) in enumerate(((20, 3, True), (9, 4, False), (1, 3, False))):
        at, borrower = until - timedelta(days=min(days_ago, most)), place.random.choice(place.staff["steward"])
        due_on = timezone.localdate(at) + timedelta(days=for_days)
        act = place.act("steward", at)
        loan = customers.lend_archive(
            archives[nth], borrower=borrower, due_on=due_on, purpose="核对装修图纸" if nth else "补办入住证明", act=act
        )
        if is_back:
            customers.return_archive(loan, condition="完好", act=place.act("steward", at + timedelta(days=5)))


def _draw(place: Place, until: datetime, most: int) -> None:
    act, name = place.act("steward", until - timedelta(days=min(30, most))), SHOP["basic.name"]
    shop = customers.register_customer(project=place.project, kind="organisation", name=name, phones=["0591-87000000"], act=act)
    for item, value in SHOP.items():
        customers.revise_profile(shop, item=item, value=value, source="said", act=act)
    business = customers.open_archive(project=place.project, customer=shop, act=act)
    customers.file_paper(business, paper="background", copy=COPY, title="营业执照复印件", cabinet="B1", folder="1", act=act)

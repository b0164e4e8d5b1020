"""The roll of residents in a table of ten years: which column says what, and how its cells are read.

Staging, columns, preview, chunks, resuming and receipts are the machinery's (`guanjia.web.imports`); what a line does is
judged in `guanjia.customers.roll`. Here is only the reading between them. Nothing is guessed: what was not written as we
would is shown as it was read, what can be read in two ways is refused.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.customers import foreseeing, identity, names, phones, roll
from guanjia.customers import services as customers
from guanjia.customers.states import CO_OWNER, OWNER, OWNERS, TENANT, TENANTS
from guanjia.estate import addresses
from guanjia.estate.states import KINDS
from guanjia.kernel import cells
from guanjia.kernel.act import Act
from guanjia.kernel.cells import CellError
from guanjia.kernel.errors import Reason
from guanjia.web.importers import Importer, Line, Look, add
from guanjia.web.models import REFUSED, SKIPPED
from guanjia.web.proposals import SURE, Proposal, Target

CHUNK = 1000
LENGTH_MAX = {"building": 20, "entrance": 20, "number": 20, "layout": 40}
UNREADABLE = (CellError, names.NotAName, phones.NotAPhone, identity.NotAnIdentity)
KIND_WORDS = {"商铺": "shop", "店铺": "shop", "商业": "shop", "办公": "office", "普通住宅": "flat", "住宅楼": "flat"}

TARGETS = (
    Target(
        "house",
        gettext_lazy("房屋地址"),
        ("房号", "房屋", "房间", "户号", "房产", "地址", "房屋坐落", "楼房号"),
        "house",
        example="3-2-1801",
    ),
    Target("building", gettext_lazy("楼栋"), ("栋", "楼号", "幢号", "栋号", "楼座", "座", "幢", "楼"), example="3"),
    Target("entrance", gettext_lazy("单元"), ("单元号", "梯", "梯号"), example="2"),
    Target("floor", gettext_lazy("楼层"), ("层", "所在层"), example="18"),
    Target("number", gettext_lazy("室号"), ("室", "房间号", "门牌", "门牌号", "房间编号"), example="1801"),
    Target("area_m2", gettext_lazy("建筑面积"), ("面积", "建面", "产权面积", "房屋面积"), "area", example="89.50"),
    Target("layout", gettext_lazy("户型"), ("房型",), example="三房两厅"),
    Target("kind", gettext_lazy("房屋类型"), ("用途", "性质", "物业类型"), choices=tuple(KINDS.values())),
    Target(
        "owner",
        gettext_lazy("业主姓名"),
        ("业主", "产权人", "业主名字", "户主", "姓名", "业主/姓名"),
        "name",
        several=True,
        example="张三、李四",
    ),
    Target(
        "owner_phone",
        gettext_lazy("业主电话"),
        ("电话", "联系电话", "手机", "业主手机", "联系方式", "手机号码", "业主/电话"),
        "phone",
        several=True,
        example="13800138000、0591-87654321",
    ),
    Target("owner_id", gettext_lazy("业主证件号"), ("身份证", "身份证号", "身份证号码", "证件号码", "业主/身份证"), "id_no"),
    Target("co_owner", gettext_lazy("共有人"), ("共有产权人", "共同业主", "配偶"), "name", several=True),
    Target("co_owner_phone", gettext_lazy("共有人电话"), ("配偶电话",), "phone", several=True),
    Target("tenant", gettext_lazy("租户姓名"), ("租户", "租客", "承租人", "租户/姓名"), "name", several=True, example="王五"),
    Target("tenant_phone", gettext_lazy("租户电话"), ("租客电话", "承租人电话", "租户/电话"), "phone", several=True, example="13700137000"),
    Target("tenant_id", gettext_lazy("租户证件号"), ("租户身份证", "租户/身份证"), "id_no"),
    Target(
        "moved_in_on",
        gettext_lazy("入住日期"),
        ("入住", "入伙", "入伙日期", "收楼日期", "交房日期", "入住时间", "交付日期"),
        "day",
        example="2019-03-05",
    ),
)


class RollImporter(Importer):
    """Lines that become houses, owners, co-owners and tenants."""

    name = "roll"
    title = gettext_lazy("导入住户名册")
    repeated = ""
    chunk = CHUNK
    tries = False
    made_by_hand = True

    def __init__(self, starts_on: str = ""):
        self.starts_on = date.fromisoformat(starts_on) if starts_on else None

    @property
    def options(self) -> dict[str, str]:
        return {"starts_on": self.starts_on.isoformat()} if self.starts_on else {}

    def with_options(self, options: dict[str, str]) -> "RollImporter":
        return RollImporter(options.get("starts_on", ""))

    def may_use(self, act: Act) -> bool:
        return act.may("customers.roll.take_in")

    def url(self) -> str:
        return reverse("roll-import")

    @property
    def targets(self) -> tuple[Target, ...]:
        return TARGETS

    def is_sure(self, proposals: list[Proposal]) -> bool:
        """Only where every column is our own word for it, or was said so before."""
        return all(one.confidence >= SURE for one in proposals if one.target is not None)

    def missing(self, mapping: dict[str, str]) -> list[Reason]:
        reasons = super().missing(mapping)
        said = set(mapping.values())
        if "house" not in said and not {"building", "number"} <= said:
            reasons.append(Reason(_("要有「房屋地址」一列，或「楼栋」和「室号」两列，才知道一行说的是哪套房。")))
        return reasons

    # -- looking and doing -----------------------------------------------------------------------
    def looks(self, lines: list[Line], *, earlier: Callable[[set[str]], list[Line]], into: Any, act: Act) -> list[Look]:
        readings = [Reading(line, act) for line in lines]
        entries = [reading.entry for reading in readings if reading.entry is not None]
        keys = {entry.code for entry in entries}
        above = [entry for line in earlier(keys) if (entry := Reading(line, act).entry) is not None] if keys else []
        judged = iter(foreseeing.judge_roll(into, entries, self._first_day(act), act, earlier=above))
        return [reading.look(next(judged) if reading.entry is not None else None) for reading in readings]

    def carry_out_all(self, lines: list[Line], *, into: Any, act: Act) -> list[Look]:
        readings = [Reading(line, act) for line in lines]
        entries = [reading.entry for reading in readings if reading.entry is not None]
        judged = iter(customers.take_in_roll(project=into, entries=entries, starts_on=self._first_day(act), act=act))
        return [reading.look(next(judged) if reading.entry is not None else None) for reading in readings]

    def told(self, line: Line, reasons: list[Reason]) -> list[Reason]:
        return Reading.placed(line, reasons)

    def _first_day(self, act: Act) -> date:
        return self.starts_on or timezone.localdate(act.at)


add(RollImporter())


class Reading:
    """One line, read: an `entry`, or the reasons why there is none; and how cells were read that we would write otherwise."""

    def __init__(self, line: Line, act: Act):
        self.line, self.act = line, act
        self.reasons: list[Reason] = list(line.reasons)
        self.notes: list[tuple[str, str]] = []
        self.entry: roll.Entry | None = None
        said = [header for headers in line.said_by.values() for header in headers if line.cells[header] or header in line.unread]
        self.is_remark = len(said) <= 1 and len(line.said_by) > 2
        if not self.is_remark:
            self._read()

    def _read(self) -> None:
        levels = self._levels()
        people = roll.with_contacts(
            [
                *self._people("owner", OWNER, CO_OWNER),
                *self._people("co_owner", CO_OWNER, CO_OWNER),
                *self._people("tenant", TENANT, TENANT),
            ]
        )
        values = {
            "area_m2": self._one("area_m2", cells.as_area, str),
            "layout": self._short("layout"),
            "kind": self._one("kind", _kind, lambda kind: str(KINDS[kind])) or "",
            "moved_in_on": self._one("moved_in_on", self._day, date.isoformat),
        }
        if levels is None or self.reasons:
            return
        self.entry = roll.Entry(self.line.number, *levels, people=people, **values)

    def look(self, told: roll.Judgement | None) -> Look:
        if self.is_remark:
            return Look(SKIPPED, reasons=[Reason(_("只有一格有字，像标题或备注"))])
        if told is None:
            return Look(REFUSED, name=" ".join(self._texts("house") + self._texts("owner"))[:200], reasons=self.reasons, notes=self.notes)
        entry = told.entry
        name = " ".join([entry.code, *dict.fromkeys(person.name for person in entry.people)])
        reasons = self.placed(self.line, told.reasons)
        notes = [*self.notes, *told.notes]
        return Look(told.verdict, name, [] if reasons else told.changes, reasons, key=entry.code, notes=notes)

    @staticmethod
    def placed(line: Line, reasons: list[Reason]) -> list[Reason]:
        """The same reasons, naming the file's headers instead of our fields."""
        ours = {
            "contact": "owner_phone",
            "name": "owner",
            "customer_name": "owner",
            "phones": "owner_phone",
            "id_no": "owner_id",
            f"{OWNERS}_id": "owner_id",
            f"{TENANTS}_id": "tenant_id",
            "building": "building" if "building" in line.said_by else "house",
            "floor": "floor" if "floor" in line.said_by else "entrance" if "entrance" in line.said_by else "house",
            "number": "number" if "number" in line.said_by else "house",
        }
        return [
            Reason(
                one.message,
                rule=one.rule,
                cure=one.cure,
                clause=one.clause,
                field=next(iter(line.said_by.get(ours.get(one.field, one.field), ())), ""),
            )
            for one in reasons
        ]

    # -- the house -------------------------------------------------------------------------------
    def _levels(self) -> tuple[str, str, int | None, str] | None:
        text = self._text("house")
        levels = addresses.levels(text) if text else None
        if text and levels is None and "number" not in self.line.said_by and not self._text("building"):
            self._refuse("house", _("「%(text)s」看不出是哪栋哪室，请写成 3-2-1801 的样子。") % {"text": text[:30]})
            return None
        building = addresses.normal(self._text("building")) or (levels.building if levels else "")
        entrance = addresses.normal(self._text("entrance")) or (levels.entrance if levels else "")
        number = addresses.normal(self._text("number")) or (levels.number if levels else "" if not text else addresses.normal(text))
        floor = self._one("floor", lambda value: cells.as_whole_number(str(value).strip().rstrip("楼层Ff")), str)
        if floor is None and levels is not None:
            floor = levels.floor
        elif floor is None and not entrance:
            floor = addresses.floor_of(number)
        for name, value in (("building", building), ("entrance", entrance), ("number", number)):
            if len(value) > LENGTH_MAX[name]:
                self._refuse(name if name in self.line.said_by else "house", _("不超过 %(count)d 字。") % {"count": LENGTH_MAX[name]})
        if floor is not None and not -99 <= floor <= 200:
            self._refuse("floor" if "floor" in self.line.said_by else "house", _("楼层须在 -99 到 200 之间。"))
        if not building or not number:
            where = (
                "building" if "building" in self.line.said_by and not building else "number" if "number" in self.line.said_by else "house"
            )
            self._refuse(where, _("这一格必填，现在是空的。"))
            return None
        code = addresses.code(building, entrance, number)
        if text and text != code:
            self._note("house", code)
        return building, entrance, floor, number

    # -- the people ------------------------------------------------------------------------------
    def _people(self, key: str, first_role: str, other_role: str) -> list[roll.Named]:
        called = self._many(key, names.several)
        numbers = list(dict(self._many(f"{key}_phone", phones.several)).items())
        id_no = self._one(f"{key}_id", lambda value: identity.normalise(cells.as_text(value)), lambda number: number) or ""
        if not called:
            if (numbers or id_no) and key != "co_owner":
                self._refuse(key if key in self.line.said_by else f"{key}_phone", _("有电话或证件号而没有姓名。"))
            return []
        if len(numbers) > 1 and len(numbers) == len(called) and not any(beside for _number, beside in numbers):
            shares = [[one] for one in numbers]
            self._note(f"{key}_phone", _("按次序归到各人"), as_read=False)
        else:
            shares = [numbers, *[[] for _one in called[1:]]]
        return [
            roll.Named(name, first_role if place == 0 else other_role, tuple(shares[place]), id_no if place == 0 else "")
            for place, name in enumerate(called)
        ]

    def _many(self, key: str, reader: Callable[[str], list]) -> list:
        """What all the columns of that kind say; shown as read when a cell was taken apart."""
        found: list = []
        for header in self.line.said_by.get(key, ()):
            text = self.line.cells[header]
            if not text:
                continue
            try:
                read = reader(text)
            except UNREADABLE as no:
                self.reasons.append(Reason(str(no), field=header))
                continue
            plain = "、".join(one if isinstance(one, str) else _spoken(*one) for one in read)
            if len(read) != 1 or (isinstance(read[0], str) and read[0] != text) or (isinstance(read[0], tuple) and read[0][1]):
                self.notes.append((header, _("读作 %(text)s") % {"text": plain or _("没有")}))
            found += [one for one in read if one not in found]
        return found

    # -- cells -----------------------------------------------------------------------------------
    def _texts(self, key: str) -> list[str]:
        return [self.line.cells[header] for header in self.line.said_by.get(key, ()) if self.line.cells[header]]

    def _text(self, key: str) -> str:
        return next(iter(self._texts(key)), "")

    def _short(self, key: str) -> str:
        text = " ".join(self._text(key).split())
        if len(text) > LENGTH_MAX[key]:
            self._refuse(key, _("不超过 %(count)d 字。") % {"count": LENGTH_MAX[key]})
        return text

    def _one(self, key: str, reader: Callable[[Any], Any], written: Callable[[Any], str]) -> Any:
        """The value of a cell as `reader` understands it, None when empty or unreadable; noted when we would write it otherwise."""
        header = next((one for one in self.line.said_by.get(key, ()) if self.line.cells[one]), "")
        if not header:
            return None
        try:
            value = reader(self.line.held[header])
        except UNREADABLE as no:
            self.reasons.append(Reason(str(no), field=header))
            return None
        text = self.line.cells[header]
        if written(value) != text and not (key == "area_m2" and written(value).rstrip("0").rstrip(".") == text):
            self.notes.append((header, _("读作 %(text)s") % {"text": written(value)}))
        return value

    def _day(self, value: Any) -> date:
        day = cells.as_rough_day(value)
        if not date(1950, 1, 1) <= day <= timezone.localdate(self.act.at) + timedelta(days=366):
            raise CellError(_("「%(day)s」太早或太远，请核对。") % {"day": day})
        return day

    def _note(self, key: str, text: str, *, as_read: bool = True) -> None:
        header = next(iter(self.line.said_by.get(key, ())), "")
        self.notes.append((header, _("读作 %(text)s") % {"text": text} if as_read else text))

    def _refuse(self, key: str, message: str) -> None:
        self.reasons.append(Reason(message, field=next(iter(self.line.said_by.get(key, ())), "")))


def _spoken(number: str, beside: str) -> str:
    return f"{phones.spoken(number)}（{beside}）" if beside else phones.spoken(number)


def _kind(value: Any) -> str:
    text = cells.as_text(value)
    for code, name in KINDS.items():
        if text in (code, str(name)):
            return code
    if text in KIND_WORDS:
        return KIND_WORDS[text]
    raise CellError(_("不认得「%(text)s」，可填：%(words)s。") % {"text": text[:20], "words": "、".join(map(str, KINDS.values()))})

"""Cases of another system, line by line: which column says what, and what becomes of a line.

Staging, preview, chunks, resuming and receipts are the machinery's (`guanjia.web.imports`); one line is one use case
(`desk.import.case`). Here is only the reading between them. A line is told from all others by its number and its words
together, because the numbers of old systems are not unique: the same line again, in this file or the next, is unchanged.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guanjia.customers import selectors as customers
from guanjia.desk import selectors, states, triage
from guanjia.desk import services as desk
from guanjia.desk.models import Case, Category
from guanjia.kernel import cells
from guanjia.kernel.act import Act
from guanjia.kernel.cells import CellError
from guanjia.kernel.errors import BadInput, Reason
from guanjia.web.importers import Importer, Line, Look, add
from guanjia.web.models import ADDED, REFUSED, UNCHANGED, ImportRun
from guanjia.web.proposals import Target

#: what a column may say; the first three a file must have
KEYS = {
    "content": gettext_lazy("内容"),
    "opened_at": gettext_lazy("来件时间"),
    "number": gettext_lazy("来源编号"),
    "title": gettext_lazy("标题"),
    "type": gettext_lazy("类型"),
    "channel": gettext_lazy("渠道"),
    "name": gettext_lazy("姓名"),
    "phone": gettext_lazy("电话"),
    "anonymous": gettext_lazy("是否匿名"),
    "area": gettext_lazy("地点"),
    "reply": gettext_lazy("答复"),
    "replied_at": gettext_lazy("答复时间"),
    "reply_days": gettext_lazy("几天后答复"),
    "transfers": gettext_lazy("转办次数"),
}
NEEDED = ("content", "opened_at", "number")
#: what other systems call them
WORDS = {
    "content": ("留言详情", "诉求内容", "来件内容", "问题描述", "content"),
    "opened_at": ("留言时间", "时间", "受理时间", "登记时间", "created"),
    "number": ("留言编号", "编号", "工单号", "诉求编号", "id"),
    "title": ("留言主题", "主题", "title"),
    "type": ("诉求类型", "type"),
    "channel": ("来源渠道", "channel"),
    "name": ("留言用户", "诉求人", "联系人", "谁"),
    "phone": ("联系电话", "手机", "来电号码"),
    "anonymous": ("匿名", "anonymous"),
    "area": ("地址", "位置", "river"),
    "reply": ("答复意见", "答复内容", "办理结果", "reply"),
    "replied_at": ("办结时间",),
    "reply_days": ("reply_days",),
    "transfers": ("transfers",),
}
LENGTH_MAX = {"number": 60, "name": 80, "area": 200}

#: ways of turning to us, as other systems write them, in lower case; our own codes and names are known besides
CHANNELS_ELSEWHERE = {
    "qq": "chat",
    "在线": "chat",
    "微博": "website",
    "网络": "website",
    "留言": "website",
    "e福州app": "website",
    "12345app": "website",
    "app": "website",
    "热线": "phone",
    "来电": "phone",
    "信函": "letter",
    "信访": "letter",
    "走访": "visit",
}
USUAL_CHANNEL = "website"


@dataclass(frozen=True)
class Mapping:
    """Which header says what, and what the source is called. The source is part of what tells a case from all others."""

    source: str
    columns: dict[str, str]

    @property
    def text(self) -> str:
        return ",".join(f"{key}={header}" for key, header in self.columns.items())


PRESETS = {
    "property": Mapping(
        "property",
        {
            "number": "留言编号",
            "name": "留言用户",
            "title": "留言主题",
            "opened_at": "留言时间",
            "content": "留言详情",
            "reply": "答复意见",
            "replied_at": "答复时间",
        },
    ),
    "hotline": Mapping(
        "hotline",
        {
            "number": "id",
            "area": "river",
            "type": "type",
            "channel": "channel",
            "title": "title",
            "anonymous": "anonymous",
            "opened_at": "created",
            "content": "content",
            "reply": "reply",
            "reply_days": "reply_days",
            "transfers": "transfers",
        },
    ),
}
PRESET_LABELS = {"property": gettext_lazy("物业留言"), "hotline": gettext_lazy("热线诉求")}


def mapping_of(text: str, source: str = "") -> Mapping:
    """The preset of that name, or `key=Column,key=Column`. BadInput names everything wrong with it at once."""
    if text.strip() in PRESETS:
        preset = PRESETS[text.strip()]
        return Mapping(source or preset.source, preset.columns)
    columns: dict[str, str] = {}
    reasons: list[str] = []
    for part in filter(None, (part.strip() for part in text.replace("，", ",").split(","))):
        key, equals, header = (piece.strip() for piece in part.partition("="))
        if not equals or not header:
            reasons.append(_("「%(part)s」应写成 键=列名。") % {"part": part})
        elif key not in KEYS:
            reasons.append(_("没有「%(key)s」这个键，可用：%(keys)s。") % {"key": key, "keys": "、".join(KEYS)})
        elif key in columns:
            reasons.append(_("「%(key)s」写了两次。") % {"key": key})
        else:
            columns[key] = header
    missing = [key for key in NEEDED if key not in columns]
    if missing and not reasons:
        reasons.append(_("还缺：%(keys)s。") % {"keys": "、".join(f"{key}（{KEYS[key]}）" for key in missing)})
    if len(source) > 40:
        reasons.append(_("来源名称不超过 40 字。"))
    if reasons:
        raise BadInput([Reason(reason, field="map") for reason in reasons])
    return Mapping(source or "file", columns)


class CaseImporter(Importer):
    """Lines that become contacts and cases with their own times."""

    name = "cases"
    title = gettext_lazy("导入诉求")
    repeated = UNCHANGED
    made_by_hand = True

    def __init__(self, mapping: Mapping | None = None, source: str = ""):
        self.mapping, self.source = mapping, (mapping.source if mapping else source.strip()) or "file"
        self._topics: list[Category] | None = None

    @property
    def options(self) -> dict[str, str]:
        """What a run keeps, so that whoever goes on with it reads the file in the same way."""
        return {"source": self.source}

    def with_options(self, options: dict[str, str]) -> "CaseImporter":
        return CaseImporter(source=options["source"])

    def may_use(self, act: Act) -> bool:
        return act.may("desk.import.case")

    def url(self) -> str:
        return reverse("case-import")

    @property
    def targets(self) -> tuple[Target, ...]:
        sorts = {"phone": "phone", "name": "name"}
        return tuple(Target(key, str(label), WORDS[key], sorts.get(key, ""), key in NEEDED) for key, label in KEYS.items())

    def fixed_mapping(self, headers: list[str]) -> dict[str, str] | None:
        if self.mapping is None:
            return None
        missing = [(key, header) for key, header in self.mapping.columns.items() if header not in headers]
        if missing:
            raise BadInput(
                [Reason(_("文件里没有「%(header)s」列（%(key)s）。") % {"header": header, "key": KEYS[key]}) for key, header in missing]
            )
        return {header: key for key, header in self.mapping.columns.items()}

    # -- reading -----------------------------------------------------------------------------------
    def look(self, line: Line, *, into: Any, act: Act) -> Look:
        reading = Reading(line)
        values = self._values(reading, act)
        name = f"{values['external_id']} {(values['title'] or values['content'])[:40]}"
        if reading.reasons:
            return Look(REFUSED, name, reasons=reading.reasons)
        there = Case.objects.unscoped("uniqueness").filter(project=into, source=self.source, external_id=values["external_id"])
        if there.exists():
            return Look(UNCHANGED, name)
        values, why = self._suggested(values, reading, act)
        return Look(ADDED, name, changes=self._shown(values), values=values | {"note": why})

    def _values(self, reading: "Reading", act: Act) -> dict[str, Any]:
        """What the line itself says. What cannot be read is told in `reading.reasons`."""
        opened_at = reading.read("opened_at", cells.as_moment, needed=True)
        content = reading.read("content", cells.as_text, needed=True)
        if opened_at is not None and opened_at > act.at:
            reading.refuse("opened_at", _("来件时间在将来。"))
        reply = reading.text("reply")
        replied_at = self._replied_at(reading, opened_at)
        if replied_at is not None and not reply:
            reading.refuse("replied_at", _("有答复时间而没有答复内容。"))
        if replied_at is not None and replied_at > act.at:
            reading.refuse("replied_at", _("答复时间在将来。"))
        anonymous = reading.read("anonymous", cells.as_yes_no)
        return {
            "source": self.source,
            "external_id": _external_id(reading.short("number"), content or "", opened_at),
            "opened_at": opened_at,
            "content": content or "",
            "title": reading.text("title")[:200],
            "type": reading.read("type", lambda text: _code(text, states.TYPES)) or "",
            "channel": reading.read("channel", _channel) or USUAL_CHANNEL,
            "requester": states.ANONYMOUS if anonymous else states.CUSTOMER,
            "customer_name": reading.short("name"),
            "customer_phone": reading.read("phone", cells.as_phone) or "",
            "area_text": reading.short("area"),
            "reply": reply,
            "replied_at": replied_at,
        }

    def _replied_at(self, reading: "Reading", opened_at: datetime | None) -> datetime | None:
        replied_at = reading.read("replied_at", cells.as_moment)
        days = reading.read("reply_days", cells.as_whole_number)
        if days is not None and not 0 <= days <= 3660:
            reading.refuse("reply_days", _("天数须在 0 到 3660 之间。"))
        elif replied_at is None and days is not None and opened_at is not None:
            replied_at = opened_at + timedelta(days=days)
        if replied_at is not None and opened_at is not None and replied_at < opened_at:
            reading.refuse("replied_at" if "replied_at" in reading.line.said_by else "reply_days", _("答复时间早于来件时间。"))
        return replied_at

    # -- suggesting --------------------------------------------------------------------------------
    def _suggested(self, values: dict[str, Any], reading: "Reading", act: Act) -> tuple[dict[str, Any], str]:
        """The values with what the words suggest where the file says nothing, and why, in sentences for a note."""
        if self._topics is None:
            self._topics = list(selectors.categories(act))
        said = values["type"]
        guess = triage.suggest(f"{values['title']}\n{values['content']}", self._topics, type=said)
        category = next((topic for topic in self._topics if topic.code == guess.category), None)
        found = values | {
            "type": guess.type,
            "category": category,
            "rank": guess.rank,
            "urgency": guess.urgency,
            "importance": guess.importance,
            "place": (category.place if category else "") or states.PUBLIC,
        }
        why = [_("导入时按文字建议：%(reasons)s。") % {"reasons": "；".join(guess.reasons)}]
        if "channel" in reading.line.said_by:
            why.append(_("原渠道：%(channel)s。") % {"channel": reading.text("channel")})
        if reading.text("transfers"):
            why.append(_("来源记载转办 %(times)s 次。") % {"times": reading.text("transfers")})
        if values["reply"] and values["replied_at"] is None:
            why.append(_("来源有答复而未注明时间：%(reply)s") % {"reply": values["reply"]})
        return found, "\n".join(why)

    def _shown(self, values: dict[str, Any]) -> list[list[str]]:
        """What the preview tells of a new case."""
        told = [
            (_("来件"), _local(values["opened_at"])),
            (_("类型"), states.TYPES[values["type"]]),
            (_("分类"), values["category"].name if values["category"] else ""),
            (_("级别"), str(states.RANKS[values["rank"]]) if values["rank"] else ""),
            (_("渠道"), states.CHANNELS[values["channel"]]),
            (_("答复"), _local(values["replied_at"])),
        ]
        return [[label, "", text] for label, text in told if text]

    # -- doing -------------------------------------------------------------------------------------
    def carry_out(self, line: Line, look: Look, *, into: Any, act: Act) -> Case:
        values = dict(look.values)
        note = values.pop("note")
        then = act.at_moment(values.pop("opened_at"))
        customer = self._customer(values["customer_phone"], act)
        case, is_new = desk.import_case(project=into, customer=customer, **values, act=then)
        if is_new:
            desk.add_note(case, text=note, kind="system", act=then)
        return case

    def _customer(self, phone: str, act: Act) -> Any:
        """Whom the number belongs to, if it is one person's."""
        callers = customers.who_is_calling(phone, act) if phone else []
        return callers[0].customer if len(callers) == 1 else None

    def told(self, line: Line, reasons: list[Reason]) -> list[Reason]:
        headers = {"customer_name": "name", "customer_phone": "phone", "area_text": "area", "external_id": "number"}
        return [
            Reason(one.message, rule=one.rule, cure=one.cure, field=_header(line, headers.get(one.field, one.field))) for one in reasons
        ]


add(CaseImporter())


class Reading:
    """One line, read by key; what cannot be read is collected under its header."""

    def __init__(self, line: Line):
        self.line = line
        self.reasons: list[Reason] = []

    def text(self, key: str) -> str:
        return self.line.cells.get(_header(self.line, key), "")

    def short(self, key: str) -> str:
        """The text, if it is not longer than there is room."""
        text = " ".join(self.text(key).split())
        if len(text) > LENGTH_MAX[key]:
            self.refuse(key, _("不超过 %(count)d 字。") % {"count": LENGTH_MAX[key]})
        return text

    def read(self, key: str, reader: Callable[[str], Any], *, needed: bool = False) -> Any:
        """The value as `reader` understands it; None when empty or unreadable."""
        text = self.text(key)
        if not text:
            if needed:
                self.refuse(key, _("这一格必填，现在是空的。"))
            return None
        try:
            return reader(text)
        except CellError as no:
            self.refuse(key, no.reason)
            return None

    def refuse(self, key: str, message: str) -> None:
        self.reasons.append(Reason(message, field=_header(self.line, key)))


def _header(line: Line, key: str) -> str:
    """Under which header a line says that; "" if under none."""
    return next(iter(line.said_by.get(key, ())), "")


def duplicates_linked(run: ImportRun, act: Act) -> int:
    """How many cases of this run have the very words of an earlier one and say so."""
    made = run.rows.filter(verdict=ADDED, row_id__isnull=False).values("row_id")
    return Case.objects.visible_to(act).filter(pk__in=made, links__kind="duplicate").distinct().count()


def _external_id(number: str, content: str, opened_at: datetime | None) -> str:
    """Numbers are not unique, words are not either; together they are. Without a number the moment helps."""
    digest = sha256(content.encode()).hexdigest()[:16]
    return f"{number or (opened_at.isoformat() if opened_at else '')}-{digest}"


def _code(text: str, words: Any) -> str:
    """The code of a word of ours, by code or name."""
    wanted = text.strip().lower()
    for code, name in words.items():
        if wanted in (code, str(name).lower()):
            return code
    raise CellError(_("不认得「%(text)s」，可填：%(words)s。") % {"text": text[:20], "words": "、".join(map(str, words.values()))})


def _channel(text: str) -> str:
    return CHANNELS_ELSEWHERE.get(text.strip().lower()) or _code(text, states.CHANNELS)


def _local(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""

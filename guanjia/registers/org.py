"""Registers of the organisation: people, posts, the calendar, who is away and who has the watch."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.act import Act
from guanjia.org import cards
from guanjia.org import selectors as organisation
from guanjia.org import services as org
from guanjia.org.models import (
    Absence,
    CalendarDay,
    DutyCard,
    Holding,
    IdentityProvider,
    Liaison,
    Partner,
    Person,
    Post,
    ReportingLine,
    Unit,
    Watch,
)
from guanjia.org.services.presence import ARRANGE
from guanjia.rulebook import realises
from guanjia.web.actions import Action
from guanjia.web.columns import Column
from guanjia.web.fields import LinesField
from guanjia.web.forms import Field
from guanjia.web.page import Facts, Files, Page, Table, Timeline
from guanjia.web.register import Register
from guanjia.work.states import CRAFTS

SKILLS = Column("skills", names=CRAFTS)


class PersonRegister(Register):
    """人员"""

    label = _("人员")
    model = Person
    icon = "people"
    identity = ("login",)
    columns = ("name", "login", "phone", SKILLS, "is_active")
    more_columns = ("language",)
    filters = ("is_active",)
    search = ("name", "login", "pinyin", "phone")
    fields = (Field("login", fixed=True), "name", "phone", "skills")
    order = ("pinyin",)
    create, change = org.register_person, org.change_person
    page = Page(
        Facts("login", "name", "phone", SKILLS, "is_active"),
        Table("holdings", columns=("post", "kind", "starts_on", "ends_on"), title=_("任职"), order=("-starts_on",)),
        Timeline(),
    )
    actions = (
        Action(
            org.reset_sign_in,
            _("重设登录"),
            fields={"reason": _("怎样确认是本人")},
            icon="key",
            tone="danger",
            shown=lambda person, act: person.pk != act.person_id and organisation.is_below(person, act),
        ),
    )


class PostRegister(Register):
    """岗位"""

    label = _("岗位")
    model = Post
    icon = "flag"
    identity = ("project", "role", "name")
    columns = ("name", "role", "project", "unit", "seats")
    filters = ("project", "role")
    search = ("name",)
    box = ""
    fields = (Field("project", fixed=True, required=True), Field("role", fixed=True), Field("name", fixed=True), "seats", "unit")
    order = ("name",)
    create, change = org.create_post, org.change_post
    page = Page(
        Facts("name", "role", "project", "unit", "seats"),
        Table("holdings", columns=("person", "kind", "starts_on", "ends_on"), title=_("任职"), order=("-starts_on",)),
        Timeline(),
    )

    def rows(self, act: Act) -> QuerySet:
        """Posts of the projects one works in, and of the company as a whole."""
        rows = super().rows(act)
        return rows if act.rights.everywhere else rows.filter(Q(project__in=act.rights.any_projects()) | Q(project__isnull=True))

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> Post:
        return super().make(act, values | {"role": values["role"].pk}, project)


class DutyCardRegister(Register):
    """职责卡: what a role, or a kind of unit, is there for, with the clauses that make each duty happen."""

    label = _("职责卡")
    model = DutyCard
    icon = "book"
    see = "org.card.see"
    columns = ("title", "role", "clause", "in_use")
    filters = ("role", "in_use")
    search = ("title", "clause")
    box = ""
    fields = (
        "title",
        Field(
            "lines",
            form_field=lambda act: LinesField(
                label=_("职责"), help_text=_("一行一项；方括号里写使它落到实处的条款，如：巡视小区 [PREM-034]")
            ),
            initial=lambda card: [cards.as_said(line) for line in card.lines],
        ),
    )
    order = ("role", "-in_use", "title")
    change = org.revise_card
    actions = (Action(org.choose_card, _("用这一张"), icon="check", shown=lambda card, act: bool(card.role_id) and not card.in_use),)
    page = Page(Facts("title", "role", "clause", "in_use", Column("said", _("职责"), kind="wide")), Timeline())


for _clause in cards.seeds():
    realises(_clause, by=DutyCardRegister, as_="seed")


class IdentityProviderRegister(Register):
    """统一登录: other houses' sign-ins that ours trusts."""

    label = _("统一登录")
    model = IdentityProvider
    icon = "key"
    identity = ("name",)
    columns = ("name", "issuer", "claim", "for_group", "is_active")
    filters = ("is_active",)
    search = ("name", "issuer")
    box = ""
    fields = ("name", "issuer", "client_id", "client_secret", "claim", "for_group", "is_active")
    order = ("name",)
    create, change = org.register_identity_provider, org.change_identity_provider
    page = Page(Facts("name", "issuer", "client_id", "claim", "for_group", "is_active"), Timeline())


class PartnerRegister(Register):
    """合作单位"""

    label = _("合作单位")
    model = Partner
    icon = "people"
    identity = ("name",)
    columns = ("name", "kind", "contact", "phone", "credit_code", "note")
    filters = ("kind",)
    search = ("name", "contact", "credit_code")
    fields = ("kind", Field("name"), "contact", "phone", "credit_code", "note")
    order = ("name",)
    create, change = org.register_partner, org.correct_partner
    page = Page(
        Facts("name", "kind", "contact", "phone", "credit_code", "note"),
        Table("liaisons", columns=("on", "contact", "matter", "result"), title=_("联络"), order=("-on",)),
        Timeline(),
    )


@realises("ORG-034", as_="register")
class LiaisonRegister(Register):
    """对外联络台账"""

    label = _("对外联络台账")
    model = Liaison
    icon = "phone"
    identity = ("partner", "on", "matter")
    columns = ("on", "partner", "contact", "phone", "matter", "result")
    filters = ("partner", "partner__kind", "on")
    search = ("partner__name", "contact", "matter", "result")
    box = ""
    fields = (
        Field("partner", fixed=True),
        Field("contact", fixed=True),
        Field("phone", fixed=True),
        Field("on", fixed=True, required=False),
        Field("matter", fixed=True),
        Field("result", fixed=True),
    )
    order = ("-on",)
    needs = ("partner",)
    create = org.record_liaison
    page = Page(Facts("on", "partner", "contact", "phone", "matter", "result"), Timeline(), Files())


class UnitRegister(Register):
    """部门与单位"""

    label = _("部门与单位")
    model = Unit
    icon = "people"
    identity = ("name",)  # a parent is a unit too: naming it by its own parent would never end
    columns = ("name", "kind", "parent")
    filters = ("kind", "parent")
    search = ("name",)
    box = ""
    fields = (Field("name", fixed=True), Field("kind", fixed=True), Field("parent", fixed=True))
    order = ("name",)
    needs = ("parent",)
    create = org.create_unit
    page = Page(
        Facts("name", "kind", "parent"),
        Table("posts", columns=("name", "role", "project"), title=_("岗位"), order=("name",)),
        Timeline(),
    )


@realises("ORG-007", as_="role")
class ReportingLineRegister(Register):
    """汇报线: whom a post reports to, in the chain of command and in the matter."""

    label = _("汇报线")
    model = ReportingLine
    icon = "flag"
    see = "org.reporting_line.see"
    identity = ("post", "superior", "kind")
    columns = ("post", "superior", "kind", "starts_on", "ends_on")
    filters = ("kind", "post", "superior", "starts_on")
    search = ("post__name", "superior__name")
    box = ""
    fields = (
        Field("post", fixed=True),
        Field("superior", fixed=True),
        Field("kind", fixed=True),
        Field("starts_on", fixed=True, required=True),
    )
    order = ("post__name", "kind", "starts_on")
    needs = ("post", "superior")
    create = org.draw_line
    actions = (Action(org.end_line, fields={"ends_on": _("自何日起终止")}, shown=lambda line, act: line.ends_on is None),)
    page = Page(Facts("post", "superior", "kind", "starts_on", "ends_on"), Timeline())

    def rows(self, act: Act) -> QuerySet:
        """Lines that touch the projects one works in, or the company as a whole."""
        rows = super().rows(act)
        mine = act.rights.any_projects()
        return rows if act.rights.everywhere else rows.filter(Q(post__project__in=mine) | Q(post__project__isnull=True))

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> ReportingLine:
        values = dict(values)
        return org.draw_line(values.pop("post"), **values, act=act)


class CalendarDayRegister(Register):
    """节假日与调休"""

    label = _("节假日与调休")
    model = CalendarDay
    icon = "calendar"
    identity = ("calendar", "date")
    columns = ("date", "calendar", "kind", "source")
    filters = ("kind", "date")
    search = ("source",)
    box = ""
    fields = (Field("calendar", fixed=True), Field("date", fixed=True), "kind", "source")
    order = ("-date",)
    create = change = org.set_calendar_day
    see = "org.calendar.see"

    def make(self, act: Act, values: dict[str, Any], project: Any = None) -> CalendarDay:
        return org.set_calendar_day(act=act, **values)

    def alter(self, act: Act, row: CalendarDay, values: dict[str, Any]) -> CalendarDay:
        return org.set_calendar_day(row.calendar, date=row.date, **values, act=act)


class AbsenceRegister(Register):
    """不在岗与代理: who is away, and who stands in. Everybody says it of himself; this is the list of whoever arranges it."""

    label = _("不在岗与代理")
    model = Absence
    see = ARRANGE
    icon = "person"
    identity = ("person", "starts_at")
    columns = ("person", "reason", "starts_at", "ends_at", "deputy")
    more_columns = ("cleared_at",)
    filters = ("person", "reason", "starts_at", "ends_at")
    search = ("person__name", "person__pinyin", "deputy__name")
    box = ""
    fields = (Field("person", fixed=True), Field("starts_at", fixed=True), "ends_at", "reason", "deputy")
    order = ("-starts_at",)
    needs = ("person",)
    create, change = org.report_absence, org.change_absence
    page = Page(Facts("person", "reason", "starts_at", "ends_at", "deputy", "cleared_at"), Timeline())
    actions = (Action(org.end_absence, _("已返岗"), icon="done", shown=lambda row, act: row.cleared_at is None),)

    def may_see(self, act: Act, project_id: Any = None) -> bool:
        """Everybody may report; the list is for those who arrange for others."""
        return act.rights.may(ARRANGE, project_id)

    def rows(self, act: Act) -> QuerySet:
        """Absences of those who hold a post where one arranges, or a post of the whole company."""
        rows = super().rows(act)
        if act.rights.everywhere:
            return rows
        where = Q(post__project__in=act.rights.projects(ARRANGE)) | Q(post__project__isnull=True)
        return rows.filter(person_id__in=Holding.objects.unscoped("rights").filter(where, company_id=act.company_id).values("person_id"))


class WatchRegister(Register):
    """值班: who of a post's holders is told first, and when."""

    label = _("值班")
    model = Watch
    icon = "clock"
    identity = ("post", "person", "starts_at")
    columns = ("starts_at", "ends_at", "post", "person")
    more_columns = ("cleared_at",)
    filters = ("post", "person", "starts_at")
    search = ("post__name", "person__name", "person__pinyin")
    box = ""
    fields = (
        Field("post", fixed=True),
        Field("person", fixed=True),
        Field("starts_at", fixed=True),
        Field("ends_at", fixed=True, required=True),
    )
    order = ("-starts_at",)
    needs = ("post", "person")
    create = org.set_watch
    page = Page(Facts("post", "person", "starts_at", "ends_at", "cleared_at"), Timeline())
    actions = (Action(org.clear_watch, _("取消值班"), icon="close", tone="danger", shown=lambda row, act: row.cleared_at is None),)

    def rows(self, act: Act) -> QuerySet:
        """Watches of posts of the projects one works in, and of the company as a whole."""
        rows = super().rows(act)
        return (
            rows if act.rights.everywhere else rows.filter(Q(post__project__in=act.rights.any_projects()) | Q(post__project__isnull=True))
        )

"""Who belongs where: companies, units, projects, people, posts, and who held which post when."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guanjia.kernel.privacy import internal, public, reach, staff
from guanjia.kernel.querysets import SubjectQuerySet

from ..states import REACHES
from .companies import OfCompany
from .roles import Role


class Unit(OfCompany):
    """A part of the company: head office, region, management office, department, team."""

    KINDS = [
        ("head_office", _("总部")),
        ("region", _("区域")),
        ("management_office", _("管理处")),
        ("department", _("部门")),
        ("team", _("班组")),
    ]

    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(_("类别"), max_length=20, choices=KINDS)
    name = models.CharField(_("名称"), max_length=60)

    privacy = internal("name")

    class Meta:
        verbose_name = _("单位")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "parent", "name"],
                name="unit_name_once",
                nulls_distinct=False,
                violation_error_message=_("同一上级下已有同名单位。"),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Calendar(OfCompany):
    """Service hours by weekday, as spans of minutes; single days are overridden by `CalendarDay` rows."""

    name = models.CharField(_("名称"), max_length=60)
    #: {"0": [[480, 720], [810, 1080]], …, "6": []}: Monday is 0, minutes of the day
    hours = models.JSONField(_("服务时间"), default=dict)

    privacy = internal("name", "hours")

    class Meta:
        verbose_name = _("日历")

    def __str__(self) -> str:
        return self.name


class CalendarDay(OfCompany):
    """A day that differs: statutory holiday, or a weekend day made a working day. The notice is its source."""

    KINDS = [("holiday", _("节假日")), ("rest", _("休息日")), ("work", _("调休上班"))]

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="days")
    date = models.DateField(_("日期"))
    kind = models.CharField(_("性质"), max_length=8, choices=KINDS)
    source = models.CharField(_("依据"), max_length=120, blank=True)

    privacy = public("date", "source")

    class Meta:
        verbose_name = _("日历日")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="calendar_day_once", violation_error_message=_("这一天已经登记过。"))
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"


class CalendarPast(OfCompany):
    """What a calendar said of a day, or of its hours, until that changed: what was reckoned before stays as it was.

    Written only for calendars in use, and never edited. A blank `kind` means that nothing was said of that day.
    """

    calendar = models.ForeignKey(Calendar, models.CASCADE, related_name="pasts")
    #: from here on the calendar was known to say what its rows say now, or what the next of these rows says
    known_until = models.DateTimeField(_("知悉至"))
    date = models.DateField(_("日期"), null=True)
    kind = models.CharField(_("性质"), max_length=8, blank=True, default="")
    hours = models.JSONField(_("服务时间"), null=True)

    privacy = public("date", "hours")

    class Meta:
        verbose_name = _("日历的从前")
        constraints = [
            models.CheckConstraint(condition=Q(date__isnull=False) ^ Q(hours__isnull=False), name="calendar_past_of_a_day_or_of_hours")
        ]
        indexes = [models.Index(fields=["calendar", "known_until"], name="calendar_past")]


class ProjectQuerySet(SubjectQuerySet):
    def visible_to(self, act: Any) -> "ProjectQuerySet":
        """The projects in which this act has any grant."""
        rows = self.unscoped("rights")
        if act.company_id:
            rows = rows.filter(company_id__in=act.rights.companies)
        if not act.rights.everywhere:
            rows = rows.filter(pk__in=act.rights.any_projects())
        rows._reason = "act"
        return rows


class Project(OfCompany):
    """A community, building or site: the scope of everything that is done."""

    KINDS = [("community", _("小区")), ("building", _("楼宇")), ("shop", _("门店")), ("site", _("现场")), ("scenic_area", _("景区"))]

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="projects")
    calendar = models.ForeignKey(Calendar, models.PROTECT, null=True, related_name="+")
    name = models.CharField(_("项目名称"), max_length=60)
    code = models.CharField(_("代号"), max_length=12)
    kind = models.CharField(_("类别"), max_length=12, choices=KINDS, default="community")
    district = models.CharField(_("区县"), max_length=60, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("服务电话"), max_length=24, blank=True)

    privacy = public("name", "district", "address", "phone")

    objects = ProjectQuerySet.as_manager()

    @classmethod
    def is_project_scoped(cls) -> bool:
        """A project is in itself: what is done with it needs a post there."""
        return True

    @property
    def project_id(self) -> Any:
        return self.pk

    class Meta:
        verbose_name = _("项目")
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="project_code_once", violation_error_message=_("项目代号已被使用。"))
        ]

    def __str__(self) -> str:
        return self.name


class PersonManager(BaseUserManager.from_queryset(SubjectQuerySet)):
    def get_by_natural_key(self, login: str) -> "Person":
        return self.unscoped("login").get(login=login)


class Person(OfCompany, AbstractBaseUser):
    """Somebody who works here, and signs in."""

    login = models.CharField(_("账号"), max_length=40, unique=True)
    name = models.CharField(_("姓名"), max_length=40)
    pinyin = models.CharField(max_length=120, blank=True, editable=False)
    phone = models.CharField(_("手机"), max_length=24, blank=True)
    skills = models.JSONField(_("工种"), default=list, blank=True)
    is_active = models.BooleanField(_("在职"), default=True)
    must_change_password = models.BooleanField(_("须改密码"), default=False, editable=False)
    language = models.CharField(_("界面语言"), max_length=10, blank=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]
    privacy = staff("login", "name", "pinyin") | reach("phone") | internal("password", "skills", "language")
    objects = PersonManager()

    class Meta:
        verbose_name = _("人员")

    def __str__(self) -> str:
        return self.name


class Post(OfCompany):
    """A post: a role at a place, with seats. A post without a project works for all projects of the company."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="posts")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="posts")
    role = models.ForeignKey(Role, models.PROTECT, related_name="posts")
    name = models.CharField(_("岗位"), max_length=60)
    seats = models.PositiveSmallIntegerField(_("编制"), default=1)

    privacy = internal("name")

    class Meta:
        verbose_name = _("岗位")
        constraints = [models.CheckConstraint(condition=Q(seats__gt=0), name="post_has_seats", violation_error_message=_("编制至少为 1。"))]

    def __str__(self) -> str:
        return self.name


class Holding(OfCompany):
    """Who held which post from when to when; the end is excluded."""

    KINDS = [("main", _("任职")), ("deputy", _("代理"))]

    person = models.ForeignKey(Person, models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holdings")
    kind = models.CharField(_("方式"), max_length=8, choices=KINDS, default="main")
    reach = models.CharField(_("范围（不填随角色）"), max_length=8, choices=list(REACHES.items()), blank=True, default="")
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("任职")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="holding_ends_after_it_starts",
                violation_error_message=_("结束日须晚于开始日。"),
            )
        ]
        indexes = [
            models.Index(fields=["person", "starts_on"], name="holding_person"),
            models.Index(fields=["post", "starts_on"], name="holding_post"),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.post}"


class ReportingLine(OfCompany):
    """Whom a post reports to, from when to when; a post may have several superiors, and nobody reports to himself (ORG-007)."""

    KINDS = [("administrative", _("行政")), ("functional", _("业务"))]

    post = models.ForeignKey(Post, models.PROTECT, related_name="lines_up", verbose_name=_("岗位"))
    superior = models.ForeignKey(Post, models.PROTECT, related_name="lines_down", verbose_name=_("上级岗位"))
    kind = models.CharField(_("性质"), max_length=16, choices=KINDS, default="administrative")
    starts_on = models.DateField(_("自"))
    ends_on = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = _("汇报线")
        ordering = ["post", "kind", "starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(post=F("superior")), name="reporting_line_up", violation_error_message=_("岗位不能向自己汇报。")
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="reporting_line_ends_after_it_starts",
                violation_error_message=_("结束日须晚于开始日。"),
            ),
            models.CheckConstraint(condition=Q(kind__in=["administrative", "functional"]), name="reporting_line_kind"),
            models.UniqueConstraint(
                fields=["post", "superior", "kind"],
                condition=Q(ends_on__isnull=True),
                name="reporting_line_once",
                violation_error_message=_("这条汇报线已经登记。"),
            ),
        ]
        indexes = [
            models.Index(fields=["post", "starts_on"], name="reporting_line_post"),
            models.Index(fields=["superior"], name="reporting_line_superior"),
        ]

    def __str__(self) -> str:
        return f"{self.post} → {self.superior}"


class LoginFailure(models.Model):
    """Failed sign-ins of one account or address; what slows the next try down."""

    key = models.CharField(max_length=100, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

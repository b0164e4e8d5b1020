"""Roles as data: what each role of the closed list may run, in which reach.

These rows seed the table `Role`; a company may change them there. `x.*` grants a family, `!x.y` takes one back.
A move that a clause keeps shut stays shut for every role.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.utils.translation import gettext_lazy as _

from guanjia.kernel.usecase import USECASES

EVERYBODY = (
    "kernel.file.attach",
    "kernel.signature.*",
    "kernel.message.*",
    "portal.link.issue",
    "rulebook.duty.acknowledge",
    "rulebook.duty.explain_late",
    "rulebook.notice.see",
    "org.sign_in.*",  # of oneself
    "org.absence.report",  # of oneself; of others with org.absence.arrange
    "org.absence.change",
    "org.absence.end",
    "rulebook.approval.request",
    "rulebook.approval.decide",  # whom a step asks is decided by the step
    "rulebook.approval.withdraw",
    "rulebook.approval.apply",
    "customers.access.request",  # leave is given by the supervisor
    "customers.access.end",
    "workforce.sanction.appeal",  # only by the person it speaks of
)
LIAISON = ("org.partner.*", "org.liaison.*", "org.card.see")
PRESENCE = ("org.absence.*", "org.watch.*")
REVEALING = (  # what is masked; whose leave it takes is the clauses' business
    "kernel.personal.ask",
    "kernel.personal.reveal",
    "kernel.personal.show",
    "kernel.personal.hide",
    "kernel.personal.break_glass",
)
SECRETS = "kernel.file.see_secret"  # papers of the company and of residents; the posts that the manual names (ORG-039)

DESK = (
    "estate.*.see",
    "customers.*.see",
    "estate.house.correct",
    "customers.customer.register",
    "customers.customer.change",
    "customers.note.*",
    "customers.preference.*",
    "customers.consent.*",  # whoever hears a no writes it down at once
    "customers.flag.propose",
    "customers.customer.tag",
    "customers.customer.untag",
    "customers.customer.verify",
    "customers.profile.revise",
    "desk.contact.*",
    "desk.case.*",
    "!desk.case.withdraw",
    "!desk.case.merge",
    "!desk.case.instruct",
    "desk.complaint.register",
    "desk.complaint.grade",
    "desk.complaint.offer",
    "desk.complaint.agree",
    "desk.complaint.tell_accused",
    "desk.complaint.stop_harm",
    "desk.complaint.report",
    "work.order.open",
    "work.order.assign",
    "work.order.chase",
    "work.order.escalate",
    "work.order.cancel",
    "work.order.reject",
    "work.order.note",
    "work.order.sign",
    "work.order.test_water",
    "work.appointment.*",
    "followup.return_visit.*",
    "!followup.return_visit.review",
    "rulebook.*.see",
    "!rulebook.compliance.see",  # how colleagues keep their time is for those who lead them
    *REVEALING,
    SECRETS,
)
DESK_GIVEN = tuple(permission for permission in DESK if not permission.startswith("!"))  # a supervisor may what an agent may not
NOT_THEIRS = ("!customers.customer.forget", "!customers.customer.copy")  # the privacy officer alone
# Who may look into the folders of households: the manager and the steward, who keeps them, and nobody else (CUS-009). Of a profile
# only who keeps the relation, and the supervisor, sees what is sensitive (CUS-022).
NO_FOLDERS = "!customers.archive.*"
NOTHING_SENSITIVE = "!customers.profile.read_sensitive"
NO_KEEPERS = "!customers.profile.entrust"
HOUSES = ("customers.*", *NOT_THEIRS, "estate.*")
STATUS_SIGNED = ("quality.signoff.sign", "quality.signoff.see")  # 房屋情况统计表, which the cashier receives (EST-002)
NOT_CUT = ("!estate.house.split", "!estate.house.merge")  # whoever keeps the archive asks a supervisor to split or merge a house
FACILITIES = ("estate.*.see", "estate.facility.*", "estate.meter.*", "estate.reading.*", "estate.warranty.*", "estate.drawing.*")
ORDERS_DONE = (
    "work.order.accept",
    "work.order.decline",
    "work.order.arrive",
    "work.order.enter",
    "work.order.quote",
    "work.order.agree_price",
    "work.order.start",
    "work.order.pause",
    "work.order.resume",
    "work.order.note",
    "work.order.finish",
    "work.order.sign",
    "work.order.test_water",
    "work.order.complete",
    "work.temporary_measure.take",
    "work.appointment.*",
)
SUPERVISION = (
    "estate.house.see",
    "desk.*",
    "work.order.*",
    "work.appointment.*",
    "quality.*",
    "followup.*",
    "!followup.return_visit.review",
    "kernel.export.*",
    "rulebook.*.see",
    "desk.import.*",
    "rulebook.duty.reassign",
    "rulebook.duty.extend",
    "workforce.sanction.propose",
    "!quality.signoff.receive",
    "insight.*.see",
    *PRESENCE,
    *LIAISON,
)
MANAGEMENT = (
    "desk.*",
    "work.*",
    "followup.*",
    "quality.*",
    "estate.*",
    "customers.*",
    *NOT_THEIRS,
    "kernel.*",
    "!kernel.decoy.*",  # who may be caught by one does not set it
    "!kernel.record.lift",
    "rulebook.*",
    "workforce.*",
    "insight.*",
    "org.*.see",
    "org.person.*",
    "org.holding.*",
    "org.post.*",
    "org.reporting_line.*",
    "org.calendar.*",
    "org.card.*",
    "org.role.see",
    *PRESENCE,
    *LIAISON,
)


@dataclass(frozen=True)
class RoleSeed:
    code: str
    name: object
    reach: str
    superior: str = ""
    rank: int = 1
    permissions: tuple[str, ...] = ()
    also_to: tuple[str, ...] = ()  # further superiors, in the matter and not in the chain of command (ORG-007)


ROLES = (
    RoleSeed("desk_agent", _("客服专员"), "project", "desk_supervisor", 1, (*DESK, NO_FOLDERS)),
    RoleSeed(
        "steward",
        _("物业助理（管家）"),
        "project",
        "desk_supervisor",
        1,
        (*DESK, *HOUSES, *NOT_CUT, *STATUS_SIGNED, NOTHING_SENSITIVE, NO_KEEPERS),
    ),
    RoleSeed(
        "desk_supervisor",
        _("客服主管"),
        "project",
        "office_manager",
        3,
        (*DESK_GIVEN, *HOUSES, *SUPERVISION, NO_FOLDERS),
        also_to=("service_manager",),
    ),
    RoleSeed(
        "office_manager", _("管理处经理"), "project", "general_manager", 5, (*MANAGEMENT, NOTHING_SENSITIVE, "!quality.signoff.receive")
    ),  # the company receives
    RoleSeed(
        "administrator",
        _("客服管理员"),
        "project",
        "desk_supervisor",
        1,
        (*DESK, *HOUSES, *NOT_CUT, *STATUS_SIGNED, NO_FOLDERS, NOTHING_SENSITIVE, NO_KEEPERS),
    ),
    RoleSeed("secretary", _("文秘"), "project", "office_manager", 1, (SECRETS,)),
    RoleSeed("archivist", _("资料员"), "project", "office_manager", 1, ("kernel.record.destroy", "rulebook.retention.see")),
    RoleSeed(
        "cashier",
        _("出纳"),
        "project",
        "office_manager",
        1,
        ("estate.house.see", "estate.building.see", "quality.signoff.see", "quality.signoff.receive"),
    ),
    RoleSeed("finance", _("财务"), "company", "general_manager", 3),
    RoleSeed("dept_head", _("部门负责人"), "project", "office_manager", 3, SUPERVISION),
    RoleSeed(
        "engineering_head",
        _("工程主管"),
        "project",
        "office_manager",
        3,
        ORDERS_DONE + REVEALING + FACILITIES + ("work.*", "quality.*", "followup.return_visit.make", "rulebook.*.see") + PRESENCE,
    ),
    RoleSeed(
        "engineering_assistant",
        _("工程助理"),
        "project",
        "engineering_head",
        1,
        ("work.order.*", "work.appointment.*", "!work.order.complete") + FACILITIES,
    ),
    RoleSeed(
        "foreman",
        _("维修班长"),
        "project",
        "engineering_head",
        2,
        ORDERS_DONE + ("estate.house.see", "work.order.open", "work.order.assign", "work.order.reject"),
    ),
    RoleSeed("technician", _("维修技术员"), "assigned", "foreman", 1, ORDERS_DONE),
    RoleSeed(
        "security_head", _("保安主管"), "project", "office_manager", 3, ("estate.house.see", "work.order.open", *PRESENCE, *REVEALING)
    ),
    RoleSeed("security_leader", _("保安班长"), "unit", "security_head", 2, ("estate.house.see", "work.order.open", "work.order.sign")),
    RoleSeed("guard", _("保安员"), "post", "security_leader", 1),
    RoleSeed("cleaning_head", _("保洁主管"), "project", "office_manager", 2, ("estate.house.see", "work.order.open", *PRESENCE)),
    RoleSeed("cleaner", _("保洁员"), "assigned", "cleaning_head", 1, ORDERS_DONE),
    RoleSeed("trainer", _("培训师"), "company", "service_manager", 2),
    RoleSeed(
        "quality_inspector",
        _("业务管理组（质检）"),
        "company",
        "service_manager",
        3,
        ("estate.house.see", "quality.*", "followup.*", "rulebook.*.see"),
    ),
    RoleSeed("service_manager", _("公司客户部经理"), "company", "general_manager", 6, (*MANAGEMENT, NO_FOLDERS, NOTHING_SENSITIVE)),
    RoleSeed("general_manager", _("总经理"), "company", "", 9, (*MANAGEMENT, NO_FOLDERS, NOTHING_SENSITIVE)),
    RoleSeed("company_admin", _("公司行政部"), "company", "general_manager", 3, ("org.*", "workforce.sanction.see")),
    RoleSeed("operations_head", _("运营负责人"), "company", "general_manager", 6),
    RoleSeed("engineering_adviser", _("公司工程顾问"), "company", "general_manager", 4),
    RoleSeed("supervision", _("监察部门"), "company", "general_manager", 6),
    RoleSeed("marketing", _("市场营销部门"), "company", "general_manager", 3),
    RoleSeed("inspector", _("检查员"), "company", "service_manager", 3),
    RoleSeed("area_manager", _("片区经理"), "project", "service_manager", 4, SUPERVISION),
    RoleSeed("keeper", _("现场保管员"), "project", "site_chief", 1),
    RoleSeed("site_chief", _("现场总代表"), "project", "general_manager", 4),
    RoleSeed("stock_accountant", _("业务部账务员"), "company", "planner", 1),
    RoleSeed("planner", _("计划员（计划室）"), "company", "dept_supervisor", 2),
    RoleSeed("dept_supervisor", _("业务部主管"), "company", "general_manager", 4),
    RoleSeed("materials_officer", _("业务管理部物资办"), "company", "general_manager", 3),
    RoleSeed("production_store", _("生产管理部库房"), "company", "general_manager", 2),
    RoleSeed("purchaser", _("采购员"), "company", "general_manager", 2),
    RoleSeed("aftersales_agent", _("售后客服"), "company", "service_manager", 1),
    RoleSeed("sales", _("销售"), "company", "sales_manager", 1),
    RoleSeed("sales_manager", _("销售经理"), "company", "general_manager", 4),
    RoleSeed("quality_control", _("品管"), "company", "management_representative", 3),
    RoleSeed("management_representative", _("管理者代表"), "company", "general_manager", 6),
    RoleSeed("store_manager", _("店长"), "project", "service_manager", 4),
    RoleSeed("member_agent", _("会员客服"), "company", "service_manager", 1),
    RoleSeed("information_officer", _("信息部"), "company", "general_manager", 3),
    RoleSeed("counter_agent", _("卖场服务台"), "project", "store_manager", 1),
    RoleSeed("venue_manager", _("场馆管理"), "project", "office_manager", 3),
    RoleSeed("system_admin", _("系统管理员"), "company", "general_manager", 3, ("org.*", "rulebook.*.see")),
    RoleSeed(
        "privacy_officer",
        _("个人信息保护负责人"),
        "company",
        "general_manager",
        6,
        (
            "customers.*.see",
            SECRETS,  # a customer's copy has his papers
            "kernel.personal.*",
            "kernel.reading.*",
            "kernel.alarm.*",
            "kernel.decoy.*",
            "kernel.record.*",
            "customers.customer.*",
            NO_FOLDERS,
        ),
    ),
)
CODES = frozenset(seed.code for seed in ROLES)
ALSO_TO = {seed.code: seed.also_to for seed in ROLES if seed.also_to}


def is_permission(name: str) -> bool:
    """True for the name of a use case, a right to see, or a family (`desk.case.*`) that has any."""
    if name in USECASES or name.endswith(".see"):
        return True
    return "*" in name and any(fnmatchcase(one, name) for one in USECASES)

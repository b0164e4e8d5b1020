"""What this face tells the machinery: its lines in the menu, and which page shows what."""

from collections import defaultdict

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from guanjia.customers import selectors as customers
from guanjia.customers.models import Archive, Customer, Household
from guanjia.desk import selectors as desk
from guanjia.desk.models import Case
from guanjia.desk.states import CASE
from guanjia.estate.models import House
from guanjia.followup.models import ReturnVisit
from guanjia.kernel import alarms, clock
from guanjia.kernel.models import Alarm, Reveal
from guanjia.quality import selectors as quality
from guanjia.quality.models import CheckRun
from guanjia.rulebook import selectors as rulebook
from guanjia.rulebook import told
from guanjia.rulebook.models import Adoption, ApprovalRequest, AuthoredEdition, HandbookVersion
from guanjia.web import addresses, navigation, search
from guanjia.work.models import WorkOrder
from guanjia.workforce import selectors as workforce

BOOK = _("手册")


def _duties(act):
    due = rulebook.my_duties(act).values_list("due_at", flat=True)[:100]  # the soonest first: late if any is
    return len(due), bool(due) and due[0] < act.at


def _approvals(act):
    waiting = rulebook.approvals_waiting(act)
    return len(waiting), any(one.open_step.due_at is not None and one.open_step.due_at < act.at for one in waiting)


def _asks_to_look(act):
    return act.person_id is not None and bool(act.rights.projects()) and not act.may("customers.customer.see")


def _alarms(act):
    return alarms.alarms(act).filter(reviewed_at=None).count(), False


def _begun(act):
    return quality.begun(act).count(), False


def _has_sanctions(act):
    return act.person_id is not None and workforce.mine(act).exists()


navigation.entry(_("客服台"), "desk", icon="phone", order=10, keys="g h", open_to=lambda act: bool(act.rights.projects()))
navigation.entry(_("工单看板"), "board", icon="tool", order=20, keys="g b", open_to=lambda act: bool(act.rights.projects()))
navigation.entry(_("待回访"), "visits", icon="visit", order=25, keys="g v", permission="followup.return_visit.make")
navigation.entry(_("我的应办"), "my-duties", icon="bell", order=15, keys="g d", counts=_duties)
navigation.entry(_("我的岗位"), "my-post", icon="person", order=14, keys="g m", open_to=lambda act: bool(act.rights.projects()))
navigation.entry(_("审批"), "approvals", icon="signature", order=16, keys="g a", counts=_approvals)
navigation.entry(_("我的查阅"), "access", icon="lock", section=_("个人信息"), order=66, open_to=_asks_to_look)
navigation.entry(_("查阅记录"), "readings", icon="eye", section=_("个人信息"), order=67, permission="kernel.reading.see")
navigation.entry(_("查阅告警"), "alarms", icon="shield", section=_("个人信息"), order=68, permission="kernel.alarm.see", counts=_alarms)
navigation.entry(_("检查"), "checks", icon="check", order=27, keys="g c", permission="quality.check.start", counts=_begun)
navigation.entry(_("楼栋图"), "buildings", icon="building", order=28, keys="g l", permission="estate.house.see")
navigation.entry(_("房屋统计表"), "house-status", icon="chart", order=29, permission="estate.house.see")
navigation.entry(_("提出奖惩"), "sanction-new", icon="flag", section=_("人员管理"), order=66, permission="workforce.sanction.propose")
navigation.entry(_("我的奖惩"), "my-sanctions", icon="flag", order=18, open_to=_has_sanctions)
navigation.entry(_("客户一览表"), "overview", icon="people", section=_("客户"), order=44, permission="customers.occupancy.see")
navigation.entry(_("疑似重复档案"), "duplicates", icon="copy", section=_("客户"), order=45, permission="customers.customer.merge")
navigation.entry(_("导入住户名册"), "roll-import", icon="upload", order=51, permission="customers.roll.take_in")
navigation.entry(_("角色与权限"), "roles", icon="key", section=_("组织"), order=90, permission="org.role.see")
navigation.entry(_("档案柜"), "folders", icon="clip", order=28, keys="g f", permission="customers.archive.see")
navigation.entry(_("导入诉求"), "case-import", icon="upload", order=50, permission="desk.import.case")
navigation.entry(_("规则手册"), "rulebook", icon="book", section=BOOK, order=60, keys="g r")
navigation.entry(_("手册与采用"), "handbooks", icon="copy", section=BOOK, order=62, permission="rulebook.handbook.see")
navigation.entry(_("本公司规则"), "own-rules", icon="edit", section=BOOK, order=63, permission="rulebook.authored.write")
navigation.entry(_("应办一览"), "all-duties", icon="clock", section=BOOK, order=61, open_to=lambda act: bool(act.rights.projects()))
navigation.entry(_("执行情况"), "compliance", icon="chart", section=BOOK, order=62, keys="g p", permission="rulebook.compliance.see")
navigation.entry(_("回测"), "backtests", icon="chart", section=BOOK, order=64, permission="rulebook.backtest.ask")
navigation.entry(_("保存期限"), "retention", icon="clip", section=BOOK, order=65, permission="rulebook.retention.see")
navigation.entry(_("演示时钟"), "clock", icon="hourglass", section=BOOK, order=69, open_to=lambda act: clock.is_movable())

navigation.bell(_("提醒与升级"), "my-notices", counts=told.unseen)

addresses.page_of(Case, lambda case: addresses.to("case", case.pk))
addresses.page_of(WorkOrder, lambda order: addresses.to("order", order.pk))
addresses.page_of(ReturnVisit, lambda visit: addresses.to("visit", visit.pk))
addresses.page_of(House, lambda house: addresses.to("house", house.pk))
addresses.page_of(Archive, lambda archive: addresses.to("folder", archive.pk))
addresses.page_of(Customer, lambda customer: addresses.to("customer", customer.pk))
addresses.page_of(Household, lambda household: addresses.to("household", household.pk))
addresses.page_of(HandbookVersion, lambda edition: addresses.to("handbook", edition.pk))
addresses.page_of(Adoption, lambda adoption: addresses.to("adoptions"))
addresses.page_of(CheckRun, lambda run: addresses.to("check", run.pk))
addresses.page_of(AuthoredEdition, lambda edition: addresses.to("own-rule", edition.rule.number))
addresses.page_of(ApprovalRequest, lambda request: addresses.to("approval", request.pk))
addresses.page_of(Reveal, lambda reveal: addresses.to("reveal", reveal.pk))
addresses.page_of(Alarm, lambda alarm: addresses.to("alarm", alarm.pk))
addresses.rules_at(lambda rule: addresses.to("rule", rule))


@search.provider("customer", _("客户"), order=20, icon="people")
def _people(text, act, most):
    if not act.may("customers.customer.see"):
        return []
    found = list(customers.people_matching(text, act)[:most])
    homes = defaultdict(list)
    for stay in customers.occupancies_of(found, timezone.localdate(act.at), act):
        homes[stay.person_id].append(stay.house.code)
    return [search.Hit(one.name, addresses.to("customer", one.pk), " · ".join([one.number, *homes[one.pk][:3]]), "person") for one in found]


@search.provider("case", _("诉求"), order=10, icon="case")
def _cases(text, act, most):
    return [
        search.Hit(case.title, addresses.to("case", case.pk), f"{case.number} · {case.address} · {CASE.labels[case.state]}", "case")
        for case in desk.search(text, act, most)
    ]

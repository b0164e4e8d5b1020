"""The shelf of handbooks in a manager's hands: installed, read, compared, copied, changed, handed in, adopted, ended."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.test import Client

from guanjia.faces.console.pages import numbers, spoken
from guanjia.kernel import clock
from guanjia.org import services as org
from guanjia.rulebook import adoption, library, services
from guanjia.rulebook.catalogue import load
from guanjia.rulebook.models import Adoption, ApprovalRequest, HandbookVersion
from tests import make
from tests.conftest import moment

NOW = moment("10:00")


@pytest.fixture(autouse=True)
def ten():
    with clock.travelling(NOW):
        yield


@pytest.fixture
def director(world):
    person = org.register_person(project=world.company, login="director", name="郑总", act=world.system)
    post = org.create_post(project=world.company, role="service_manager", act=world.system)
    org.appoint(post, person=person, starts_on=date(2026, 1, 1), act=world.system)
    make.staff(world, "privacy_officer", name="方专员")  # somebody answers for looking at personal data, whatever is adopted
    return person


class Visitor(Client):
    """A browser that keeps the key of the form it was shown."""

    def send(self, path: str, page: str, **values):
        key = re.search(r'name="form_key" value="([^"]+)"', self.get(page).content.decode()).group(1)
        return self.post(path, values | {"form_key": key})

    def read(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.content.decode()[-2000:]
        return answer.content.decode()


@pytest.fixture
def manager(world, director):
    client = Visitor()
    client.force_login(world.people["office_manager"])
    return client


@pytest.fixture
def shelf(world, manager, act):
    services.install_handbooks(
        project=world.company, keys=["property-manual", "property-frontdesk", "teaching"], act=act(by="office_manager")
    )
    return {row.handbook.key: row for row in HandbookVersion.objects.unscoped("tests").select_related("handbook")}


SHELF = "/rulebook/handbooks/"


def test_an_empty_shelf_offers_the_shipped_handbooks(manager):
    assert "还有 23 部没有装入" in manager.read(SHELF)
    assert manager.send(f"{SHELF}installation/", SHELF).status_code == 302
    shown = manager.read(SHELF)
    for words in ("物业标准", "物业工作手册", "附加 · 随附", "第 1 版"):
        assert words in shown
    assert "没有装入" not in shown


def test_a_handbook_shows_its_clauses_numbers_and_what_is_paper(manager, shelf):
    at = f"{SHELF}{shelf['property-manual'].pk}/"
    shown = manager.read(at)
    for words in ("投诉办结三天内回访", "时限 3 天", "尚为文字", "手册另有每月全面核对", "不可豁免"):
        assert words in shown
    assert "投诉办结三天内回访" not in manager.read(f"{at}?only=off")
    assert "CUS-003" in manager.read(f"{at}?only=off")
    assert "由被投诉部门负责人回访 是（目录 否）" in manager.read(f"{at}?only=own")
    assert "没有符合的条款" in manager.read(f"{at}?q=没有这样的字")


def test_two_handbooks_side_by_side_show_only_what_differs(manager, shelf):
    one, other = shelf["property-manual"].pk, shelf["property-frontdesk"].pk
    shown = manager.read(f"{SHELF}comparison/?one={one}&other={other}")
    for words in ("只在左边", "只在右边", "FUP-003", "FUP-026"):
        assert words in shown
    assert "DESK-067" not in shown
    assert "DESK-067" in manager.read(f"{SHELF}comparison/?one={one}&other={other}&all=1")
    assert "两边完全相同" in manager.read(f"{SHELF}comparison/?one={one}&other={one}")


def test_a_copy_is_changed_and_handed_in(world, manager, shelf, director):
    at = f"{SHELF}{shelf['property-frontdesk'].pk}/"
    refused = manager.send(f"{at}copy/", at, name="我们的", key="Ours!")
    assert refused.status_code == 422
    assert "代号须为小写英文字母" in refused.content.decode()
    made = manager.send(f"{at}copy/", at, name="我们的", key="ours")
    assert made.status_code == 302
    own = made["Location"]
    entry = f"{own}entries/DESK-036/"
    values = {"on": "on", "DESK-036.to_director": "当日", "DESK-036.answer_within": "9 天", "DESK-036.resolve_within": "10 days"}
    values |= {"DESK-036.calendar": "calendar", "why": "合同约定"}
    refused = manager.send(entry, entry, **values)
    assert refused.status_code == 422
    assert "最宽只能到 3 天" in refused.content.decode()
    assert manager.send(entry, entry, **values | {"DESK-036.answer_within": "1 天"}).status_code == 302
    edition = HandbookVersion.objects.unscoped("tests").get(handbook__key="ours")
    changed = adoption.entries_of(edition.pk)["DESK-036"]
    assert (changed.params, changed.why) == ({"answer_within": "1 day"}, "合同约定")
    assert "答复时限 1 天（目录 2 天）" in manager.read(own)
    assert manager.send(f"{own}submission/", own, words="重大投诉一天答复").status_code == 302
    assert "审批中" in manager.read(own)
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=edition.pk)
    asked = signed_in(director).read(f"/approvals/{request.pk}/")
    for words in ("发布《我们的》第 1 版", "DESK-036 改为：答复时限 2 天 → 1 天", "重大投诉一天答复"):
        assert words in asked
    assert manager.get(entry).status_code == 404


def test_an_export_is_read_back_in_and_a_bad_file_is_refused_line_by_line(manager, shelf):
    text = manager.get(f"{SHELF}{shelf['teaching'].pk}/text/").content.decode()
    at = f"{SHELF}import/"
    bad = manager.send(at, at, file=file_of(text.replace("ORG-037", "ORG-999")))
    assert bad.status_code == 422
    for words in ("ORG-999：没有这一条款", "行"):
        assert words in bad.content.decode()
    assert "随附手册的代号" in manager.send(at, at, file=file_of(text)).content.decode()
    good = manager.send(at, at, file=file_of(text.replace("key: teaching", "key: our-teaching")))
    assert good.status_code == 302
    assert "草稿" in manager.read(good["Location"])


def file_of(text: str) -> BytesIO:
    file = BytesIO(text.encode())
    file.name = "handbook.yaml"
    return file


def test_a_project_adopts_after_seeing_what_changes_and_ends_it(world, manager, shelf, director):
    at = f"/rulebook/handbooks/adoptions/new/?edition={shelf['property-manual'].pk}&starts_on=2026-03-05"
    shown = manager.read(at)
    for words in ("新启用", "停下", "数值改变", "FUP-025", "还没有采用手册"):
        assert words in shown
    addon = manager.read(f"/rulebook/handbooks/adoptions/new/?edition={shelf['teaching'].pk}&starts_on=2026-03-05")
    assert "请先采用基本手册" in addon
    values = {"project": str(world.project.pk), "edition": str(shelf["property-manual"].pk), "starts_on": "2026-03-05", "reason": "统一"}
    refused = manager.send("/rulebook/handbooks/adoptions/new/", at, **values | {"starts_on": "2026-03-01"})
    assert (refused.status_code, "不能早于今天" in refused.content.decode()) == (422, True)
    assert manager.send("/rulebook/handbooks/adoptions/new/", at, **values).status_code == 302
    row = Adoption.objects.unscoped("tests").get()
    request = ApprovalRequest.objects.unscoped("tests").get(about_id=row.pk)
    asked = signed_in(director).read(f"/approvals/{request.pk}/")
    for words in ("物业工作手册 第 1 版", "2026-03-05", "由被投诉部门负责人回访 否 → 是", "不再要求的条款"):
        assert words in asked
    services.decide_approval(request, yes=True, act=people_act(director))
    history = manager.read("/rulebook/handbooks/adoptions/")
    for words in ("物业工作手册 第 1 版", "陈经理", "统一", "已采用"):
        assert words in history
    assert manager.post(f"/rulebook/handbooks/adoptions/{row.pk}/end/").status_code in (400, 403, 409, 422)  # a form without its key
    form = {f"{str(row.pk)[-6:]}-ends_on": "2026-03-09", f"{str(row.pk)[-6:]}-reason": "换一部"}
    assert manager.send(f"/rulebook/handbooks/adoptions/{row.pk}/end/", "/rulebook/handbooks/adoptions/", **form).status_code == 302
    assert make.fresh(row).ends_on == date(2026, 3, 9)


def signed_in(person) -> Visitor:
    client = Visitor()
    client.force_login(person)
    return client


def people_act(person):
    from guanjia.org import selectors

    return selectors.act_of(person, NOW, "console")


def test_an_agent_reads_but_changes_nothing_and_strangers_find_nothing(world, shelf, manager):
    agent = Visitor()
    agent.force_login(world.people["desk_agent"])
    at = f"{SHELF}{shelf['property-manual'].pk}/"
    shown = agent.read(at)
    assert "复制成自有手册" not in shown
    assert "为项目采用" not in shown
    assert agent.get("/rulebook/handbooks/adoptions/new/").status_code == 403
    assert agent.get(f"{SHELF}import/").status_code == 403
    other = make.world(name="别家", code="BJ")
    stranger = Visitor()
    stranger.force_login(other.people["office_manager"])
    assert stranger.get(at).status_code == 404


def test_every_number_that_may_be_tuned_has_a_name():
    assert {key for clause in load().values() for key in library.tunable(clause) if numbers.label(key) == key} == set()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2 天", "2 days"),
        ("1小时", "1 hour"),
        ("当日", "same day"),
        ("半年", "half year"),
        ("每周", "week"),
        ("3 個月", "3 months"),
        ("same day", "same day"),
        ("尽快", "尽快"),
    ],
)
def test_a_length_may_be_said_in_chinese(said, meant):
    assert spoken.heard(said) == meant


def test_what_equals_the_catalogue_is_left_to_the_catalogue():
    assert numbers.alike("6 months", "half year")
    assert not numbers.alike("24 hours", "1 day")
    assert not numbers.alike(True, 1)

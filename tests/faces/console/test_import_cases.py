"""Cases of another system come in once, with their own times, through the shell and through the browser."""

import csv
import io
from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from guanjia.desk.models import Case, CaseLink, Contact
from guanjia.faces.console import importing
from guanjia.kernel import clock, environment
from guanjia.kernel.errors import BadInput
from guanjia.kernel.models import JournalEntry, OutboundMessage
from guanjia.rulebook.models import Obligation
from guanjia.web import imports
from guanjia.web.models import ImportRun
from tests import make
from tests.conftest import SHANGHAI, moment

HEADERS = ["编号", "谁", "标题", "时间", "内容", "类型", "渠道", "答复", "答复时间"]
MAP = "number=编号,name=谁,title=标题,opened_at=时间,content=内容,type=类型,channel=渠道,reply=答复,replied_at=答复时间"
NOISE = "\t\t\n\t半夜施工噪音扰民，物业没人管"
GOOD = [
    ["101", "A1", "半夜施工", "2026/1/5 10:00:00", NOISE, "", "QQ", "已责令停工", "2026-01-06 09:00:00"],
    ["101", "A2", "停车", "2026-01-05 11:30:05", "物业停车乱收费，多次反映无人处理", "", "qq", "", ""],  # a number that is there already
    ["103", "A3", "又来了", "2026/1/7 8:05:09", NOISE.strip() + "  ", "投诉", "微信", "", ""],  # the same words
]
BAD = [
    ["104", "A4", "没有内容", "2026/1/7 8:00:00", "\t ", "", "", "", ""],
    ["105", "A5", "哪一天", "2026/13/7 8:00:00", "灯坏了", "", "", "", ""],
    ["106", "A6", "早答复", "2026/1/7 8:00:00", "灯坏了", "", "", "好的", "2026/1/6 8:00:00"],
    ["107", "A7", "怪渠道", "2036/1/7 8:00:00", "灯坏了", "什么", "飞鸽", "", "2026/1/8"],
    ["108", "A8", "看不见", "2026/1/7 8:00:00", "灯\x07坏了", "", "", "", ""],
]
DATA = environment.CHECKOUT.parent / "shared" / "data"


def sheet(rows, headers=HEADERS) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode()


@pytest.fixture
def bring(world, tmp_path, capsys):
    """`bring(rows)` runs the command over a file of these rows; returns what it printed."""

    def run(rows=(), file=None, **options):
        path = file or tmp_path / "rows.csv"
        if file is None:
            path.write_bytes(sheet(rows))
        options = {"map": MAP, "project": world.project.code, "refused": tmp_path / "refused.csv"} | options
        with clock.travelling(moment("10:00")):
            call_command("import_cases", path, **options)
        return capsys.readouterr().out

    return run


def cases():
    return Case.objects.unscoped("tests").order_by("opened_at", "pk")


def everything():
    """All that an import could have changed, as plain values."""
    return (
        list(cases().values()),
        list(Contact.objects.unscoped("tests").order_by("pk").values()),
        list(CaseLink.objects.unscoped("tests").order_by("pk").values("case", "other", "kind")),
        list(Obligation.objects.unscoped("tests").order_by("pk").values()),
        JournalEntry.objects.unscoped("tests").filter(fact__startswith="desk.").count(),
    )


def test_dirty_rows_become_cases_with_their_own_times(bring):
    said = bring(GOOD)
    assert "导入 3，不变 0，与先前内容相同而相连 1，不接受 0" in said
    first, second, third = cases()
    assert [case.opened_at for case in (first, second, third)] == [
        moment("01-05 10:00"),
        moment("01-05 11:30:05"),
        moment("01-07 08:05:09"),
    ]
    assert (first.state, first.resolved_at, first.replies.get().text) == ("resolved", moment("01-06 09:00"), "已责令停工")
    assert first.content == "半夜施工噪音扰民，物业没人管"
    assert [case.channel for case in (first, second, third)] == ["chat", "chat", "wechat"]
    assert [(case.type, case.category.code, case.rank) for case in (first, second)] == [
        ("complaint", "noise", 2),
        ("complaint", "overcharge", 2),
    ]
    assert third.links.get().other == first
    assert "「扰民」" in first.notes.get().text
    assert first.notes.get().at == first.opened_at
    assert not OutboundMessage.objects.unscoped("tests").exists()


def test_obligations_are_those_of_the_day(bring):
    """An important complaint of Monday 5 January is resolved by the end of the third day, and followed from working day to working day."""
    bring(GOOD)
    second = cases()[1]
    due = {(o.rule, o.stage): o.due_at for o in Obligation.objects.unscoped("tests").filter(subject_id=second.pk)}
    assert due["DESK-037", "resolved"] == moment("01-09 00:00")
    opened = {o.opened_at for o in Obligation.objects.unscoped("tests").filter(subject_id=second.pk)}
    assert opened == {moment("01-05 11:30:05")}


def test_a_bad_row_is_named_and_stops_nobody(bring, tmp_path):
    said = bring([BAD[0], *GOOD, *BAD[1:]])
    assert "导入 3，不变 0，与先前内容相同而相连 1，不接受 5" in said
    for words in (
        "第 2 行 E 列「内容」：这一格必填",
        "D 列「时间」：没有「2026/13/7 8:00:00」这个时间",
        "I 列「答复时间」：答复时间早于来件时间",
        "D 列「时间」：来件时间在将来",
        "F 列「类型」：不认得「什么」",
        "G 列「渠道」：不认得「飞鸽」",
        "I 列「答复时间」：有答复时间而没有答复内容",
        "E 列「内容」：含有看不见的控制字符",
    ):
        assert words in said
    rows = list(csv.reader(io.StringIO((tmp_path / "refused.csv").read_text("utf-8-sig"))))
    assert [row[0] for row in rows] == ["编号", "104", "105", "106", "107", "108"]
    assert "答复时间早于来件时间" in rows[3][-1]


def test_the_corrected_file_comes_back(bring, tmp_path):
    bring([*GOOD, BAD[1]])
    refused = tmp_path / "refused.csv"
    refused.write_text(refused.read_text("utf-8-sig").replace("2026/13/7", "2026/1/7"))
    assert "导入 1，不变 0" in bring(file=refused)
    assert cases().count() == 4


def test_importing_again_changes_nothing(bring):
    bring([*GOOD, GOOD[0]])
    before = everything()
    assert cases().count() == 3
    assert "导入 0，不变 4，" in bring([*GOOD, GOOD[0]])
    assert "导入 0，不变 3，" in bring(list(reversed(GOOD)))
    assert everything() == before


def test_what_was_begun_is_gone_on_with(bring, world, monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 1)
    act = world.act(moment("10:00"), "desk_supervisor", "import")
    importer = importing.CaseImporter(importing.mapping_of(MAP))
    run = imports.receive(
        importer,
        name="rows.csv",
        content=sheet(GOOD),
        into=world.project,
        act=act,
        by=world.people["desk_supervisor"],
        options=importer.options,
    )
    imports.skip_preview(run, act)
    imports.advance(run, importer, act)
    assert cases().count() == 1
    assert "接着上次：已有 1 行" in bring(GOOD)
    assert cases().count() == 3
    assert ImportRun.objects.unscoped("tests").get().state == ImportRun.DONE


def test_a_customer_is_known_by_the_number(bring, world):
    person = make.customer(name="林女士", phones=("13800138000",))
    rows = [["1", "2026-01-05", "咨询物业费", "138 0013 8000"]]
    run_by(world, sheet(rows, ["编号", "时间", "内容", "电话"]), "number=编号,opened_at=时间,content=内容,phone=电话")
    assert cases().get().customer == person


def run_by(world, content, mapping):
    """The machinery without the command, in one go."""
    act = world.act(moment("10:00"), "desk_supervisor", "import")
    importer = importing.CaseImporter(importing.mapping_of(mapping))
    person = world.people["desk_supervisor"]
    run = imports.receive(importer, name="x.csv", content=content, into=world.project, act=act, by=person, options=importer.options)
    imports.skip_preview(run, act)
    while imports.advance(run, importer, act):
        pass
    return run


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nonsense", "应写成 键=列名"),
        ("number=编号", "还缺：content（内容）、opened_at（来件时间）"),
        ("what=编号,number=编号,number=号", "没有「what」这个键"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(text, words):
    with pytest.raises(BadInput) as no:
        importing.mapping_of(text)
    assert words in str(no.value)


def test_a_column_that_is_not_there_a_stranger_and_a_wrong_project_are_told(bring):
    with pytest.raises(CommandError, match="文件里没有「留言编号」列（来源编号）"):
        bring(GOOD, map="property")
    with pytest.raises(CommandError, match="请用 --project 指明一个项目"):
        bring(GOOD, project="??")
    with pytest.raises(CommandError, match="没有账号 nobody"):
        bring(GOOD, by="nobody")


def told(name):
    """The rows of a real file, read by other means than ours."""
    return csv.DictReader(io.StringIO((DATA / name).read_text("utf-8-sig"), newline=""))


# -- in the browser ------------------------------------------------------------------------------
@pytest.fixture
def supervisor(world, client):
    client.force_login(world.people["desk_supervisor"])
    return client


SAID = ("number", "name", "title", "opened_at", "content", "type", "channel", "reply", "replied_at")
COLUMNS = dict(zip("ABCDEFGHI", SAID, strict=True))


def send(client, content, columns=COLUMNS, **values):
    came = client.post("/imports/cases/", {"source": ""} | values | {"file": SimpleUploadedFile("rows.csv", content)})
    if client.get(came.url).status_code == 302:
        said = client.post(f"{came.url}columns", {f"c-{letter}": key for letter, key in columns.items()})
        return said if said.status_code == 422 else came
    return came


def test_the_browser_shows_first_and_then_does(supervisor, world):
    assert "导入诉求" in supervisor.get("/imports/cases/").content.decode()
    came = send(supervisor, sheet([*GOOD, *BAD]))
    preview = supervisor.get(came.url).content.decode()
    assert not cases().exists()
    assert "导入 3 行" in preview
    assert "级别：重要" in preview
    assert "D 列「时间」：没有「2026/13/7 8:00:00」这个时间" in preview
    supervisor.post(f"{came.url}commit")
    receipt = supervisor.get(came.url).content.decode()
    assert "已写入 3 行" in receipt
    assert [case.opened_at for case in cases()] == [moment("01-05 10:00"), moment("01-05 11:30:05"), moment("01-07 08:05:09")]
    refused = b"".join(supervisor.get(f"{came.url}refused.csv").streaming_content).decode("utf-8-sig")
    assert [line[:3] for line in refused.splitlines()[1:]] == ["104", "105", "106", "107", "108"]
    again = send(supervisor, sheet(GOOD))
    assert "完全一致" in supervisor.get(again.url).content.decode()


def test_the_browser_proposes_what_the_columns_say_and_asks_for_what_is_missing(supervisor):
    came = supervisor.post("/imports/cases/", {"file": SimpleUploadedFile("rows.csv", sheet(GOOD))})
    assert ImportRun.objects.unscoped("tests").get().mapping == {
        "编号": "number", "谁": "name", "标题": "title", "时间": "opened_at", "内容": "content", "类型": "type", "渠道": "channel",
        "答复": "reply", "答复时间": "replied_at",
    }  # fmt: skip
    answer = supervisor.post(f"{came.url}columns", {"c-A": "number"})
    assert (answer.status_code, "缺少「内容」列" in answer.content.decode()) == (422, True)


def test_agents_may_not_import_and_runs_are_their_makers_alone(supervisor, world, client):
    came = send(supervisor, sheet(GOOD))
    client.force_login(world.people["office_manager"])
    assert client.get(came.url).status_code == 404
    client.force_login(world.people["desk_agent"])
    assert client.get("/imports/cases/").status_code == 403
    assert client.post(f"{came.url}commit").status_code == 404
    assert not cases().exists()


# -- the real files ------------------------------------------------------------------------------
@pytest.mark.skipif(not DATA.exists(), reason="the real files are not beside the checkout")
class TestRealFiles:
    @pytest.fixture(autouse=True)
    def as_in_life(self, settings):
        settings.GUANJIA_MEMO_SECONDS = 5  # what changes rarely is remembered; without it each row asks a dozen times more

    def test_complaints_of_property_companies(self, bring):
        said = bring(file=DATA / "property_complaints.csv", map="property")
        assert "导入 480，不变 0，" in said
        assert "不接受 0" in said
        assert cases().count() == Contact.objects.unscoped("tests").count() == 480
        assert cases().filter(state="resolved").count() == 112
        case = cases().get(external_id__startswith="200514-")
        assert (case.customer_name, case.opened_at) == ("A0005827", datetime(2019, 11, 14, 15, 52, 30, tzinfo=SHANGHAI))
        bodies = [row["留言详情"].strip() for row in told("property_complaints.csv")]
        assert CaseLink.objects.unscoped("tests").filter(kind="duplicate").count() == len(bodies) - len(set(bodies))
        before = everything()
        assert "导入 0，不变 480，" in bring(file=DATA / "property_complaints.csv", map="property")
        assert everything() == before

    def test_cases_of_the_hotline(self, bring):
        said = bring(file=DATA / "hotline_cases.csv", map="hotline")
        assert "导入 1024，不变 0，" in said
        assert "不接受 0" in said
        rows = {row["id"]: row for row in told("hotline_cases.csv")}
        assert cases().filter(state="resolved").count() == len(rows) == 1024
        by_type = {kind: cases().filter(type=kind).count() for kind in ("complaint", "consultation", "suggestion", "whistle_blow", "help")}
        assert by_type == {"complaint": 829, "consultation": 117, "suggestion": 43, "whistle_blow": 32, "help": 3}
        case = cases().get(external_id__startswith="230-")
        assert (case.opened_at, case.resolved_at) == (datetime(2020, 1, 3, tzinfo=SHANGHAI), datetime(2020, 1, 9, tzinfo=SHANGHAI))
        assert (case.requester, case.area_text, case.channel) == ("anonymous", "龙津河", "phone")
        assert "导入 0，不变 1024，" in bring(file=DATA / "hotline_cases.csv", map="hotline")

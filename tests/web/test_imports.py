"""An import says line by line what it would do, does it once, and goes on where it was stopped."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.kernel.models import JournalEntry
from guanjia.org.models import Person
from guanjia.web import imports
from guanjia.web.importers import RegisterImporter
from guanjia.web.models import ImportRun
from guanjia.web.register import REGISTERS
from tests import make

GOOD = "账号,姓名,手机,工种,备注\nzhang.san,张三,13800138001,水、电,忽略我\nli.si,李四,,,\n"


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["office_manager"])
    return client


def upload(client, text: str, name="people.csv"):
    content = text if isinstance(text, bytes) else text.encode("utf-8-sig")
    return client.post("/r/person/import", {"file": SimpleUploadedFile(name, content)})


def people(**filters):
    return Person.objects.unscoped("tests").filter(**filters)


def run_of(answer) -> ImportRun:
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.unscoped("tests").get(pk=answer["Location"].rstrip("/").split("/")[-1])


def verdicts(run) -> dict[int, str]:
    return dict(run.rows.values_list("line", "verdict"))


def test_the_preview_does_nothing_yet(manager):
    run = run_of(upload(manager, GOOD))
    assert verdicts(run) == {2: "added", 3: "added"}
    assert run.state == "ready"
    assert not people(login="zhang.san").exists()
    assert not JournalEntry.objects.unscoped("tests").filter(payload__name="张三", fact="org.person.registered", via="import").exists()
    page = manager.get(f"/imports/{run.pk}/").content.decode()
    assert "导入 2 行" in page


def test_confirming_carries_it_out_and_twice_changes_nothing(manager):
    run = run_of(upload(manager, GOOD))
    for _turn in range(2):
        assert manager.post(f"/imports/{run.pk}/commit").status_code == 302
    assert people(login="zhang.san").get().skills == ["水", "电"]
    assert JournalEntry.objects.unscoped("tests").filter(fact="org.person.registered", via="import").count() == 2
    assert "已写入 2 行" in manager.get(f"/imports/{run.pk}/").content.decode()
    again = run_of(upload(manager, GOOD))
    assert again != run
    assert set(verdicts(again).values()) == {"unchanged"}


def test_a_changed_cell_changes_that_line_alone(manager):
    run = run_of(upload(manager, GOOD))
    manager.post(f"/imports/{run.pk}/commit")
    changed = run_of(upload(manager, GOOD.replace("李四", "李思")))
    assert verdicts(changed) == {2: "unchanged", 3: "changed"}
    assert changed.rows.get(line=3).changes == [["姓名", "李四", "李思"]]
    manager.post(f"/imports/{changed.pk}/commit")
    assert people(login="li.si").get().name == "李思"


def test_bad_lines_are_named_with_line_column_and_reason_and_do_not_stop_the_good(manager):
    text = GOOD + ",无号,1,\nwang.wu,,,\nzhang.san,又是张三,,\n"
    run = run_of(upload(manager, text))
    assert verdicts(run) == {2: "added", 3: "added", 4: "refused", 5: "refused", 6: "refused"}
    assert run.rows.get(line=4).reasons == [["A", "账号", "请填写。"]]
    assert run.rows.get(line=5).reasons == [["B", "姓名", "请填写。"]]
    assert "第 2 行" in run.rows.get(line=6).reasons[0][2]
    manager.post(f"/imports/{run.pk}/commit")
    assert people(login__in=["zhang.san", "li.si"]).count() == 2
    assert people(login="zhang.san").get().name == "张三"
    wrong = manager.get(f"/imports/{run.pk}/refused.csv")
    lines = b"".join(wrong.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0] == "账号,姓名,手机,工种,备注,不接受的原因"
    assert len(lines) == 4
    corrected = "\n".join(lines).replace("wang.wu,,", "wang.wu,王五,")
    fixed = run_of(upload(manager, corrected, "corrected.csv"))
    assert verdicts(fixed)[3] == "added"


def test_what_the_use_case_refuses_is_refused_in_the_preview(manager, world):
    elsewhere = make.world(name="别处", code="BC")
    taken = make.person(project=elsewhere.project).login  # accounts are unique over all companies, and that one is not ours to see
    run = run_of(upload(manager, f"账号,姓名\n{taken},张三\n"))
    assert verdicts(run) == {2: "refused"}
    assert run.rows.get(line=2).reasons[0][:2] == ["A", "账号"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("账号,姓名\n", "没有内容"),
        (b"\xff\xfe\x00", "这个文件不能用"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_at_once(manager, text, words):
    answer = upload(manager, text)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportRun.objects.unscoped("tests").exists()


@pytest.mark.parametrize(("headers", "words"), [("姓名,电话", "缺少「账号」列"), ("账号,账号", "有 2 列都对成「账号」")])
def test_columns_that_do_not_say_what_they_must_are_asked_for(manager, headers, words):
    run = run_of(upload(manager, f"{headers}\na,1\n"))
    assert run.state == "mapping"
    asked = f"/imports/{run.pk}/columns"
    assert manager.get(f"/imports/{run.pk}/")["Location"] == asked
    answer = manager.post(asked, {"c-A": "login" if "账号" in headers else "name", "c-B": "login" if "账号" in headers else ""})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ImportRun.objects.unscoped("tests").get().state == "mapping"


def test_what_somebody_said_of_the_columns_is_remembered(manager):
    text = "人员花名册,,\n\n工号名,大名,随便\nzhang.san,张三,x\n"
    run = run_of(upload(manager, text))
    page = manager.get(f"/imports/{run.pk}/columns").content.decode()
    assert "工号名" in page
    assert "表头在第 3 行" in page
    assert manager.post(f"/imports/{run.pk}/columns", {"c-A": "login", "c-B": "name"}).status_code == 302
    assert verdicts(run) == {4: "added"}
    assert people(login="zhang.san").count() == 0
    next_month = run_of(upload(manager, text.replace("zhang.san,张三", "li.si,李四")))
    assert next_month.state == "ready"
    assert next_month.mapping == {"工号名": "login", "大名": "name"}


def test_a_cancelled_import_writes_nothing_more(manager):
    run = run_of(upload(manager, GOOD))
    manager.post(f"/imports/{run.pk}/cancel")
    manager.post(f"/imports/{run.pk}/commit")
    assert not people(login="zhang.san").exists()
    assert "已取消" in manager.get(f"/imports/{run.pk}/").content.decode()


def test_all_or_nothing_lets_one_bad_line_keep_the_others_out(manager):
    text = "登录名,名字\nzhang.san,张三\nli.si,\n"
    run = run_of(upload(manager, text))
    manager.post(f"/imports/{run.pk}/columns", {"c-A": "login", "c-B": "name", "whole": "on"})
    assert "要求全部一起导入" in manager.get(f"/imports/{run.pk}/").content.decode()
    assert manager.post(f"/imports/{run.pk}/commit").status_code == 422
    assert not people(login="zhang.san").exists()


def test_what_spoils_a_whole_import_at_the_last_moment_takes_all_of_it_back(manager, world):
    run = run_of(upload(manager, "登录名,名字\nzhang.san,张三\nli.si,李四\n"))
    manager.post(f"/imports/{run.pk}/columns", {"c-A": "login", "c-B": "name", "whole": "on"})
    elsewhere = make.world(name="别处", code="BC")
    registered = make.person(project=elsewhere.project)
    people(pk=registered.pk).update(login="li.si")  # taken in the meantime, by somebody whom we may not see
    manager.post(f"/imports/{run.pk}/commit")
    assert not people(login="zhang.san").exists()
    run.refresh_from_db()
    assert (run.state, verdicts(run)) == ("ready", {2: "added", 3: "refused"})


def test_the_error_file_marks_the_cells(manager):
    run = run_of(upload(manager, GOOD + ",无号,1,\n"))
    content = b"".join(manager.get(f"/imports/{run.pk}/refused.xlsx").streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "请填写" in archive.read("xl/comments1.xml").decode()
    back = run_of(upload(manager, content, "people-待改.xlsx"))
    assert verdicts(back) == {2: "refused"}


def test_who_may_not_write_may_not_import(world, client):
    client.force_login(world.people["technician"])
    assert client.get("/r/person/import").status_code == 403
    assert upload(client, GOOD).status_code == 403


def test_an_import_is_its_makers_alone(manager, world, client):
    run = run_of(upload(manager, GOOD))
    client.force_login(make.staff(world, "office_manager", name="另一位")[0])
    assert client.get(f"/imports/{run.pk}/").status_code == 404
    assert client.post(f"/imports/{run.pk}/commit").status_code == 404


def test_masked_numbers_that_come_back_masked_are_unchanged_and_cannot_make_anybody(manager):
    person = make.person(name="铁柱", phone="13800138000")
    run = run_of(upload(manager, f"账号,姓名,手机\n{person.login},铁柱,138****8000\nnew.one,新人,138****8000\n"))
    assert verdicts(run) == {2: "unchanged", 3: "refused"}
    other = run_of(upload(manager, f"账号,姓名,手机\n{person.login},铁柱,139****9999\n"))
    assert verdicts(other) == {2: "refused"}


@pytest.mark.django_db(transaction=True)
def test_stopped_at_any_chunk_it_goes_on_and_doubles_nothing(monkeypatch):
    """The process dies in the middle of every chunk once; after each death the import is simply gone on with."""
    world = make.world(roles=("office_manager",))
    monkeypatch.setattr(imports, "CHUNK", 3)
    act = world.act(imports.clock.now(), "office_manager", "import")
    content = "账号,姓名\n" + "".join(f"im{n},同事{n}\n" for n in range(10))
    importer = RegisterImporter(REGISTERS["person"])
    run = imports.receive(importer, name="x.csv", content=content.encode(), into=world.project, act=act, by=world.people["office_manager"])
    while imports.advance(run, importer, act):
        pass
    imports.start_committing(run, act)

    class Dies(RegisterImporter):
        """Falls dead at the second line of a chunk, the first time that it sees it."""

        seen = set()
        done = 0

        def carry_out(self, line, look, *, into, act):
            self.done += 1
            if self.done == 2 and line.number not in self.seen:
                self.seen.add(line.number)
                raise SystemExit
            return super().carry_out(line, look, into=into, act=act)

    deaths = 0
    for _life in range(20):
        dying = Dies(REGISTERS["person"])
        try:
            if not imports.advance(run, dying, act):
                break
        except SystemExit:
            deaths += 1
    assert deaths >= 3
    assert imports.tally(run)["done"] == 10
    assert people(login__startswith="im").count() == 10
    assert JournalEntry.objects.unscoped("tests").filter(fact="org.person.registered", via="import").count() == 10

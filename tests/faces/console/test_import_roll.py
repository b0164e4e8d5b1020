"""The old Excel of a community comes in: read as it was written, shown line by line, taken once."""

import io
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from guanjia.customers.models import Customer, Occupancy
from guanjia.customers.services import roll as service
from guanjia.estate.models import House
from guanjia.kernel import sheets
from guanjia.web import imports
from guanjia.web.models import ImportRun
from tests import make

HEAD = [
    ["翠湖花园住户一览表（二〇一六至今）"],
    [],
    ["房号", "面积", "业主", "", "", "租户", "", "入住"],
    ["", "", "姓名", "联系电话", "身份证号", "姓名", "电话", ""],
]
GOOD = [
    ["3#2单元1801", "89.5平", "张三、李四", "13800138000 / 0591-87654321 王太", "", "", "", "2019.3.5"],
    ["３－２－１８０２", 120, "王小明", "１３９００１３９０００", "11010519491231002X", "赵六", "13700137000", "2019年3月"],
    ["3栋2单元18楼1803室", "88.888", "某某商贸有限公司", "0591-88886666", "", "", "", 43529],
]
SILENT = [
    ["小计", 298.4, "", "", "", "", "", ""],
    ["二期", "", "", "", "", "", "", ""],
    ["房号", "面积", "姓名", "联系电话", "身份证号", "姓名", "电话", "入住"],
]
BAD = [
    ["3-2-1804", "90", "陈红", "13600136000", 1.2345678901234567e17, "", "", ""],
    ["3-2-1805", "", "刘一", "13600136001", "", "", "", "19.3.5"],
    ["翠湖", "90", "孙二", "", "", "", "", ""],
    ["3-2-1806", "90", "=cmd|' /C calc'!A0", "123", "", "", "", ""],
    ["3-2-1807", "90", "周八", "", "", "", "", ""],
]


def table(rows, merged=True, head=HEAD, hidden=True) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        if hidden:
            secret = book.add_worksheet("旧数据")
            secret.write_row(0, 0, ["别看", "我"])
        sheet = book.add_worksheet("住户")
        sheet.activate()
        if hidden:
            sheet.set_first_sheet()
            secret.hide()
        for number, row in enumerate([*head, *rows]):
            sheet.write_row(number, 0, row)
        if merged:
            sheet.merge_range(0, 0, 0, 7, head[0][0])
            for column, name in ((0, "房号"), (1, "面积"), (7, "入住")):
                sheet.merge_range(2, column, 3, column, name)
            sheet.merge_range(2, 2, 2, 4, "业主")
            sheet.merge_range(2, 5, 2, 6, "租户")
    return file.getvalue()


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["office_manager"])
    return client


def upload(client, content: bytes, name="名册.xlsx", **values) -> ImportRun:
    answer = client.post("/imports/roll/", {"file": SimpleUploadedFile(name, content)} | values)
    assert answer.status_code == 302, answer.content.decode()
    return ImportRun.objects.unscoped("tests").get(pk=answer["Location"].rstrip("/").split("/")[-1])


def confirm(client, run: ImportRun) -> None:
    letters = dict(run.headers)
    client.post(f"/imports/{run.pk}/columns", {f"c-{letters[header]}": name for header, name in run.mapping.items()})
    run.refresh_from_db()


def verdicts(run) -> dict[int, str]:
    return dict(run.rows.values_list("line", "verdict"))


def reasons(run, line) -> str:
    return "；".join(f"{header}:{why}" for _letter, header, why in run.rows.get(line=line).reasons)


def test_the_columns_are_proposed_and_the_old_hands_are_read(manager):
    run = upload(manager, table([*GOOD, *SILENT]))
    assert run.state == "mapping"
    assert run.sheet == "住户"
    assert run.mapping == {
        "房号": "house", "面积": "area_m2", "业主/姓名": "owner", "业主/联系电话": "owner_phone", "业主/身份证号": "owner_id",
        "租户/姓名": "tenant", "租户/电话": "tenant_phone", "入住": "moved_in_on",
    }  # fmt: skip
    confirm(manager, run)
    assert verdicts(run) == {5: "added", 6: "added", 7: "added", 8: "skipped", 9: "skipped", 10: "skipped"}
    notes = {header: how for _letter, header, how in run.rows.get(line=5).notes}
    assert notes["房号"] == "读作 3-2-1801"
    assert notes["面积"] == "读作 89.50"
    assert notes["入住"] == "读作 2019-03-05"
    assert not House.objects.unscoped("tests").exists()
    page = manager.get(f"/imports/{run.pk}/").content.decode()
    assert "读作 2019-03-01" in page
    manager.post(f"/imports/{run.pk}/commit")
    assert sorted(House.objects.unscoped("tests").values_list("code", flat=True)) == ["3-2-1801", "3-2-1802", "3-2-1803"]
    roles = Occupancy.objects.unscoped("tests").values_list("house__code", "role", "customer__name", "starts_on")
    assert {(code, role, name, str(day)) for code, role, name, day in roles} == {
        ("3-2-1801", "owner", "张三", "2019-03-05"),
        ("3-2-1801", "co_owner", "李四", "2019-03-05"),
        ("3-2-1802", "owner", "王小明", "2019-03-01"),
        ("3-2-1802", "tenant", "赵六", "2019-03-01"),
        ("3-2-1803", "owner", "某某商贸有限公司", "2019-03-05"),
    }
    assert Customer.objects.unscoped("tests").get(name="某某商贸有限公司").kind == "organisation"


def test_what_cannot_be_read_is_refused_with_every_reason_and_its_column(manager):
    run = upload(manager, table([GOOD[0], *BAD]))
    confirm(manager, run)
    assert list(verdicts(run).values()) == ["added"] + ["refused"] * 5
    assert "业主/身份证号:数字超过 15 位" in reasons(run, 6)
    assert "入住:" in reasons(run, 7)
    assert "「翠湖」看不出是哪栋哪室" in reasons(run, 8)
    assert "不像姓名" in reasons(run, 9)
    assert "业主/联系电话:" in reasons(run, 9)
    assert "CUS-001" in reasons(run, 10)


def test_the_mapping_is_remembered_and_the_second_time_nothing_changes(manager):
    first = upload(manager, table(GOOD))
    confirm(manager, first)
    manager.post(f"/imports/{first.pk}/commit")
    again = upload(manager, table([*GOOD, SILENT[0]]))
    assert again.state == "ready"
    assert list(verdicts(again).values()) == ["unchanged"] * 3 + ["skipped"]


def test_the_corrected_error_file_comes_back_and_only_it_is_tried(manager):
    run = upload(manager, table([GOOD[0], BAD[0], BAD[4]]))
    confirm(manager, run)
    manager.post(f"/imports/{run.pk}/commit")
    content = b"".join(manager.get(f"/imports/{run.pk}/refused.xlsx").streaming_content)
    rows = list(sheets.raw(io.BytesIO(content)).records)
    assert [values[0] for _line, values in rows] == ["房号", "3-2-1804", "3-2-1807"]
    assert rows[0][1][-1] == "不接受的原因"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "FBD5D0" in archive.read("xl/styles.xml").decode()
    fixed = [values for _line, values in rows]
    fixed[1][4], fixed[2][3] = "11010519491231002X", "13600136007"
    back = io.BytesIO(b"".join(sheets.write_csv(fixed[0], fixed[1:]))).getvalue()
    second = upload(manager, back, "名册-待改.csv")
    assert (second.state, list(verdicts(second).values())) == ("ready", ["added", "added"])
    manager.post(f"/imports/{second.pk}/commit")
    assert House.objects.unscoped("tests").count() == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_csv_of_either_encoding(manager, encoding):
    text = "楼栋,单元,室号,建筑面积,业主姓名,业主电话\n3栋,2单元,1801室,89.5,张三,13800138000\n"
    run = upload(manager, text.encode(encoding), "名册.csv")
    assert (run.state, verdicts(run)) == ("ready", {2: "added"})


def test_what_a_line_further_up_says_counts_across_chunks(manager, monkeypatch):
    monkeypatch.setattr("guanjia.faces.console.rolls.RollImporter.chunk", 1)
    text = "房屋地址,建筑面积,业主姓名,业主电话\n3-2-1801,89.5,张三,13800138000\n3-2-1801,89.5,张三,13800138000\n3-2-1801,95,李四,13900139000\n"
    run = upload(manager, text.encode(), "名册.csv")
    assert verdicts(run) == {2: "added", 3: "unchanged", 4: "refused"}
    assert "与第 2 行是同一套房" in reasons(run, 4)
    manager.post(f"/imports/{run.pk}/commit")
    assert Occupancy.objects.unscoped("tests").count() == 1


def test_two_people_with_one_file_make_nothing_twice(manager, world, client):
    other = make.staff(world, "office_manager", name="另一位")[0]
    runs = []
    for person in (world.people["office_manager"], other):
        client.force_login(person)
        run = upload(client, table(GOOD))
        if run.state == "mapping":
            confirm(client, run)
        assert list(verdicts(run).values()) == ["added"] * 3
        runs.append((person, run))
    for person, run in runs:
        client.force_login(person)
        client.post(f"/imports/{run.pk}/commit")
    assert House.objects.unscoped("tests").count() == 3
    assert Occupancy.objects.unscoped("tests").count() == 5
    assert list(verdicts(runs[1][1]).values()) == ["unchanged"] * 3


def test_what_the_database_refuses_falls_on_its_line_alone(manager, monkeypatch):
    """Somebody takes a number between the judging and the writing: that line is refused, the others are done."""
    real = service.judge_roll

    def quicker(project, entries, *args, hold=False, **kwargs):
        told = real(project, entries, *args, hold=hold, **kwargs)
        if (
            hold
            and any(entry.number == "1802" for entry in entries)
            and not House.objects.unscoped("tests").filter(code="3-2-1802").exists()
        ):
            make.house(project=project, number="1802")
        return told

    run = upload(manager, table(GOOD))
    confirm(manager, run)
    monkeypatch.setattr(service, "judge_roll", quicker)
    manager.post(f"/imports/{run.pk}/commit")
    assert verdicts(run) == {5: "added", 6: "refused", 7: "added"}
    assert imports.tally(run)["done"] == 2


def test_the_blank_table_is_a_valid_import(manager):
    content = b"".join(manager.get("/imports/roll/template.xlsx").streaming_content)
    headers = next(values for _line, values in sheets.raw(io.BytesIO(content)).records if values)
    assert headers[0] == "房屋地址"
    filled = b"".join(sheets.write_csv(headers, [["3-2-1801", "", "", "", "", "89.5", "", "", "张三", "13800138000"]]))
    assert upload(manager, filled, "模板.csv").state == "ready"
    assert manager.get("/r/house/import/template.xlsx").status_code == 200


def test_who_may_not_take_in_may_not_see_it(world, client):
    client.force_login(world.people["technician"])
    assert client.get("/imports/roll/").status_code == 403
    assert client.get("/imports/roll/template.xlsx").status_code == 403

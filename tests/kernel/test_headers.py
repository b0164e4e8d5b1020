"""Headers are found under titles, over several lines, and told from what stands below them."""

import io

import pytest
import xlsxwriter

from guanjia.kernel import headers, sheets

TITLE = [1, ["翠湖花园住户一览表（2016—2026）"]]


def find(*lines, **how):
    return headers.find([(number, list(values)) for number, values in enumerate(lines, start=1)], **how)


def test_a_plain_table_has_its_headers_in_the_first_line():
    found = find(["房号", "业主", "电话"], ["3-2-1801", "张三", "13800138000"])
    assert (found.first, found.last, found.names) == (1, 1, ("房号", "业主", "电话"))


def test_a_title_and_blank_lines_above_are_passed_over():
    found = find(["翠湖花园住户一览表"], [], ["房号", "业主"], ["3-2-1801", "张三"])
    assert (found.first, found.names) == (3, ("房号", "业主"))


def test_two_lines_of_headers_become_paths():
    found = find(["房号", "业主", "", "租户", ""], ["", "姓名", "电话", "姓名", "电话"], ["3-2-1801", "张三", "138", "李四", "139"])
    assert found.names == ("房号", "业主/姓名", "业主/电话", "租户/姓名", "租户/电话")
    assert (found.first, found.last) == (1, 2)


def test_merged_cells_of_a_workbook_are_read_as_people_read_them():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:F1", "翠湖花园住户一览表")
        sheet.merge_range("A2:A4", "楼栋")
        sheet.merge_range("B2:B4", "房号")
        sheet.merge_range("C2:F2", "住户")
        sheet.merge_range("C3:D3", "业主")
        sheet.merge_range("E3:F3", "租户")
        for column, name in enumerate(["姓名", "电话", "姓名", "电话"], start=2):
            sheet.write(3, column, name)
        sheet.merge_range("A5:A6", "3栋")
        sheet.write_row(4, 1, ["1801", "张三", "13800138000"])
        sheet.write_row(5, 1, ["1802", "李四", "13900139000"])
    file.seek(0)
    records = list(sheets.raw(file).records)
    found = headers.find(records)
    assert (found.first, found.last) == (2, 4)
    assert found.names == ("楼栋", "房号", "住户/业主/姓名", "住户/业主/电话", "住户/租户/姓名", "住户/租户/电话")
    assert records[5][1][:3] == ["3栋", "1802", "李四"]


def test_lines_of_data_are_no_headers():
    found = find(["姓名", "单位"], ["张三", "安居"], ["李四", "安居"])
    assert (found.last, found.names) == (1, ("姓名", "单位"))


def test_what_is_known_leads_to_the_headers_below_a_note():
    found = find(["填表说明", "请勿改动"], ["账号", "姓名", "手机"], ["zhang", "张三", ""], known=["账号", "姓名", "手机"])
    assert (found.first, found.names) == (2, ("账号", "姓名", "手机"))


def test_two_columns_of_one_name_are_told_apart():
    assert find(["房号", "电话", "电话"]).names == ("房号", "电话", "电话（C）")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["小计", None, 12], "小计"),
        (["", "合计：", "1280.5"], "小计"),
        (["房号", "姓名", "电话"], "表头"),
        (["3-2-1801", "张三", "138"], ""),
        (["3-2-1801", "合计先生", ""], ""),
    ],
)
def test_lines_that_say_nothing_are_known(values, words):
    why = headers.says_nothing(values, ("房号", "业主/姓名", "业主/电话"))
    assert bool(why) == bool(words)
    assert words in why


def test_a_file_without_a_word_has_no_headers():
    with pytest.raises(sheets.BadHeader, match="没有内容"):
        find([], [None, " "])

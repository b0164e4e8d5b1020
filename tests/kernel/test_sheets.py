import io
import zipfile
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from guanjia.kernel import sheets
from guanjia.kernel.sheets import CellError, Limits, as_moment, as_whole_number

SAMPLES = Path(__file__).parents[3] / "shared" / "data"


def csv(content: str | bytes, encoding: str = "utf-8", **how) -> sheets.Sheet:
    return sheets.read(io.BytesIO(content if isinstance(content, bytes) else content.encode(encoding)), **how)


def table(sheet: sheets.Sheet) -> list[tuple]:
    return [(row.line, *(cell.value for cell in row.cells.values())) for row in sheet]


def workbook(fill) -> io.BytesIO:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        fill(book)
    stream.seek(0)
    return stream


def repacked(content: bytes, change) -> io.BytesIO:
    """The workbook with `change(name, data)` applied to each of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    stream.seek(0)
    return stream


def with_sheet_data(xml: bytes) -> io.BytesIO:
    good = sheets.write_xlsx(["甲"], [["一"]]).read()

    def change(name, data):
        if name != "xl/worksheets/sheet1.xml":
            return data
        start, end = data.index(b"<sheetData>"), data.index(b"</sheetData>")
        return data[:start] + b"<sheetData>" + xml + data[end:]

    return repacked(good, change)


# Reading csv


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found_out(encoding, delimiter):
    sheet = csv(f"房号{delimiter}姓名\r\n3-2-1801{delimiter}王小明\r\n", encoding)
    assert sheet.headers == {"房号": "A", "姓名": "B"}
    assert table(sheet) == [(2, "3-2-1801", "王小明")]


def test_the_line_is_where_the_record_starts_in_the_file():
    sheet = csv('事由,备注\n\n"一\n二\r\n三",a\n\n\n"四",b\n')
    assert table(sheet) == [(3, "一\n二\r\n三", "a"), (8, "四", "b")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_kind_of_line_end_counts(end):
    assert [row.line for row in csv(end.join(["甲", "1", "", "2"]))] == [2, 4]


def test_blank_records_are_passed_over_and_short_ones_filled():
    assert table(csv("甲,乙,丙\n1\n,,\n ,\t,\n2,3,4\n")) == [(2, "1", None, None), (5, "2", "3", "4")]


def test_what_has_no_header_is_kept_apart():
    sheet = csv("甲,,乙,,\n1,x,2,y,z,\n3,,4\n")
    rows = list(sheet)
    assert sheet.headers == {"甲": "A", "乙": "C"}
    assert [(cell.column, cell.value) for cell in rows[0].surplus] == [("B", "x"), ("D", "y"), ("E", "z")]
    assert rows[1].surplus == ()


def test_the_header_may_stand_lower():
    sheet = csv("报修台账\n制表：王小明,2026\n房号,事由\n1801,漏水\n", header_line=3)
    assert list(sheet.headers) == ["房号", "事由"]
    assert table(sheet) == [(4, "1801", "漏水")]


def test_headers_lose_the_blanks_around_them():
    assert list(csv(' 房 号 ,"姓\n名"\n').headers) == ["房 号", "姓 名"]


@pytest.mark.parametrize(
    ("content", "kind", "reason"),
    [
        ("", sheets.BadHeader, "没有内容"),
        ("\n , \n", sheets.BadHeader, "没有内容"),
        ("甲,乙,甲\n", sheets.BadHeader, "A 列和 C 列"),
        ("甲\x07\n", sheets.BadHeader, "控制字符"),
        ('甲,乙\n1,"2\n3,4\n', sheets.Unreadable, "第 2 行的引号"),
        ('甲,乙\n1,2\n"3"x,4\n', sheets.Unreadable, "第 3 行的引号"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", sheets.Unreadable, "认不出"),
        (b"%PDF-1.7\n\xff\xff\xff\xff", sheets.Unreadable, "认不出"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", sheets.Unreadable, "另存为"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_reason(content, kind, reason):
    with pytest.raises(kind, match=reason):
        list(csv(content))


@pytest.mark.parametrize(
    ("content", "limits", "kind", "reason"),
    [
        ("甲\n1\n", Limits(bytes_max=4), sheets.TooBig, "MB"),
        ("甲\n1\n2\n3\n", Limits(rows_max=2), sheets.TooManyRows, "2 行"),
        ("甲,乙,丙\n", Limits(columns_max=2), sheets.TooManyColumns, "2 列"),
        ("甲\n1,2,3\n", Limits(columns_max=2), sheets.TooManyColumns, "第 2 行"),
        ("甲,乙\n1,一二三四\n", Limits(cell_length_max=3), sheets.CellTooLong, "第 2 行 B 列"),
        ("甲\n" + "x" * 140_000 + "\n", Limits(), sheets.CellTooLong, "第 2 行"),
    ],
)
def test_limits_have_names(content, limits, kind, reason):
    with pytest.raises(kind, match=reason):
        list(csv(content, limits=limits))


def test_just_within_the_limits_is_taken():
    limits = Limits(rows_max=2, columns_max=2, cell_length_max=3)
    assert table(csv("甲,乙\n一二三,2\n3,4,,,\n", limits=limits)) == [(2, "一二三", "2"), (3, "3", "4")]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(content):
    with suppress(sheets.SheetRefused):
        assert all(row.line > 0 for row in csv(content))


def test_a_cell_says_where_it_cannot_be_read():
    row = next(csv("\n房号,时间,数\n1801,昨天,\n").rows)
    assert row["房号"] == "1801"
    assert row.read("数", as_whole_number) is None
    with pytest.raises(CellError) as no:
        row.read("时间", as_moment)
    assert (no.value.line, no.value.column, no.value.header) == (3, "B", "时间")
    assert str(no.value).startswith("第 3 行 B 列「时间」：「昨天」不是日期时间")


# Reading xlsx


def test_a_workbook_shows_lines_letters_and_types_as_excel_does():
    def fill(book):
        book.add_worksheet("藏").hide()
        shown = book.add_worksheet("台账")
        shown.activate()
        moment, day, hour = (book.add_format({"num_format": f}) for f in ("yyyy-mm-dd hh:mm", "yyyy-mm-dd", "hh:mm"))
        for column, name in enumerate(["房号", "套数", "面积", "时间", "日期", "钟点", "有无"], start=1):
            shown.write_string(2, column, name)
        shown.write_string(4, 1, "3-2\n1801")
        shown.write_number(4, 2, 3)
        shown.write_number(4, 3, 89.5)
        shown.write_datetime(4, 4, datetime(2026, 3, 2, 8, 30), moment)
        shown.write_datetime(4, 5, datetime(2026, 3, 2), day)
        shown.write_datetime(4, 6, time(8, 30), hour)
        shown.write_boolean(4, 7, True)

    sheet = sheets.read(workbook(fill))
    assert sheet.format == "xlsx"
    assert sheet.headers == dict(zip(["房号", "套数", "面积", "时间", "日期", "钟点", "有无"], "BCDEFGH", strict=True))
    (row,) = table(sheet)
    assert row == (5, "3-2\n1801", 3, 89.5, datetime(2026, 3, 2, 8, 30), date(2026, 3, 2), time(8, 30), True)
    assert isinstance(row[2], int)


def test_a_midnight_is_a_day():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "时间")
        sheet.write_datetime(1, 0, datetime(2026, 3, 2), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))

    assert table(sheets.read(workbook(fill))) == [(2, date(2026, 3, 2))]


def test_another_worksheet_may_be_named():
    def fill(book):
        for name in ("一", "二"):
            book.add_worksheet(name).write_string(0, 0, f"表头{name}")

    assert list(sheets.read(workbook(fill), sheet="二").headers) == ["表头二"]
    with pytest.raises(sheets.Unreadable, match="没有名为「三」"):
        sheets.read(workbook(fill), sheet="三")


def test_an_empty_workbook_has_no_content():
    with pytest.raises(sheets.BadHeader):
        sheets.read(workbook(lambda book: book.add_worksheet()))


def test_a_number_too_long_for_excel_is_refused_where_it_stands():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "证件号")
        sheet.write_number(1, 0, 440301199003071234)

    row = next(sheets.read(workbook(fill)).rows)
    with pytest.raises(CellError, match="第 2 行 A 列「证件号」：数字超过 15 位"):
        row.read("证件号", sheets.as_text)


def archive_with(piece: bytes, count: int) -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", piece * count)
    stream.seek(0)
    return stream


def test_what_unpacks_to_a_thousand_times_its_size_is_not_opened():
    with pytest.raises(sheets.TooBig, match="压缩得不像"):
        sheets.read(archive_with(b"<row/>", 2**20))


def test_text_without_any_tag_is_not_piled_up():
    with pytest.raises(sheets.CellTooLong, match="上限"):
        sheets.read(archive_with(b"\0", 2**22), limits=Limits(ratio_max=2_000))


def test_many_parts_together_may_not_be_too_big():
    good = sheets.write_xlsx(["甲"], [["一"]])
    with pytest.raises(sheets.TooBig, match="解开后太大"):
        sheets.read(good, limits=Limits(unpacked_bytes_max=2_000))


def test_an_archive_that_lies_about_its_sizes_is_damaged():
    content = sheets.write_xlsx(["甲"], [["一"]] * 50).read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        honest = archive.getinfo("xl/worksheets/sheet1.xml").file_size.to_bytes(4, "little")
    assert content.count(honest) == 2
    with pytest.raises(sheets.Unreadable, match="损坏"):
        sheets.read(io.BytesIO(content.replace(honest, (100).to_bytes(4, "little"))))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>',
        b"<c t='inlineStr' r='XFD1048576'><is><t>x</t></is></c>",
        b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" s="0" r = "XFD1048576"><x:v>1</x:v></x:c>',
    ],
)
def test_two_cells_at_the_ends_of_the_world_do_not_take_all_memory(cell):
    near = b'<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
    with pytest.raises(sheets.TooBig, match="第 1048576 行第 16384 列"):
        sheets.read(with_sheet_data(near + b'<row r="1048576">' + cell + b"</row>"))


def test_a_cell_without_its_place_is_refused():
    with pytest.raises(sheets.Unreadable, match="没有写明位置"):
        sheets.read(with_sheet_data(b'<row r="1"><c t="inlineStr"><is><t>x</t></is></c></row>'))


def test_unusual_but_honest_markup_is_read():
    xml = b"<row r='1'><c t='inlineStr' r='A1'><is><t>a</t></is></c></row><row r='3'><c t='inlineStr' r='A3'><is><t>b</t></is></c></row>"
    assert table(sheets.read(with_sheet_data(xml))) == [(3, "b")]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"PK\x03\x04" + b"\0" * 100,
        sheets.write_xlsx(["甲"], [["一"]]).read()[:-200],
    ],
)
def test_half_an_archive_is_damaged(content):
    with pytest.raises(sheets.Unreadable, match="损坏"):
        sheets.read(io.BytesIO(content))


def test_another_archive_is_no_workbook():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    stream.seek(0)
    with pytest.raises(sheets.Unreadable, match="不是"):
        sheets.read(stream)


def test_too_many_parts_are_damaged():
    with pytest.raises(sheets.Unreadable, match="损坏"):
        sheets.read(sheets.write_xlsx(["甲"], []), limits=Limits(parts_max=3))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_workbook_with_broken_parts_is_read_or_refused(data):
    def broken(name, content):
        if not name.startswith("xl/") or not data.draw(st.booleans()):
            return content
        at = data.draw(st.integers(0, len(content)))
        return content[:at] + data.draw(st.binary(max_size=8)) + content[at + data.draw(st.integers(0, 20)) :]

    content = repacked(sheets.write_xlsx(["甲", "乙"], [["一", 1], ["二", 2.5]]).read(), broken)
    with suppress(sheets.SheetRefused):
        assert all(row.line > 0 for row in sheets.read(content))


# Writing

FORMULAS = ["=1+1", "+86 138", "-5 号", "@SUM", "\tx", "\rx", "＝1+1", "'=1", "''+1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_csv_cell_never_starts_a_formula(text):
    written = b"".join(sheets.write_csv(["甲"], [[text]])).decode()
    assert f"'{text}" in written
    assert table(csv(written))[0][1] == text


@pytest.mark.parametrize("text", FORMULAS)
def test_a_workbook_cell_is_text_and_not_a_formula(text):
    content = sheets.write_xlsx(["甲"], [[text]]).read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert table(sheets.read(io.BytesIO(content)))[0][1].strip() == text.strip()


def test_csv_opens_in_excel_with_its_chinese():
    assert b"".join(sheets.write_csv(["房号"], [])) == "\ufeff房号\r\n".encode()


def test_values_are_written_as_people_and_machines_read_them():
    moment = datetime(2026, 3, 1, 16, 30, 5, 999, tzinfo=UTC)
    row = [None, True, -5, 2.5, Decimal("-12.30"), moment, date(2026, 3, 2), time(8, 30), "a,b"]
    line = b"".join(sheets.write_csv("甲乙丙丁戊己庚辛壬", [row])).decode().splitlines()[1]
    assert line == ',是,-5,2.5,-12.30,2026-03-02 00:30:05,2026-03-02,08:30:00,"a,b"'
    read = table(sheets.read(sheets.write_xlsx("甲乙丙丁戊己庚辛壬", [row], title="[台账]:一")))
    assert read == [(2, None, "是", -5, 2.5, -12.3, datetime(2026, 3, 2, 0, 30, 5), date(2026, 3, 2), time(8, 30), "a,b")]


def test_a_long_csv_comes_in_pieces():
    pieces = list(sheets.write_csv(["甲"], ([f"{n:0100}"] for n in range(10_000))))
    assert len(pieces) > 2
    assert len(table(csv(b"".join(pieces)))) == 10_000


def test_what_excel_cannot_hold_is_refused_and_not_cut_off():
    with pytest.raises(sheets.CellTooLong, match="第 2 行 B 列"):
        sheets.write_xlsx(["甲", "乙"], [["", "x" * 32_768]])
    with pytest.raises(sheets.TooManyRows):
        sheets.write_xlsx([str(n) for n in range(16_385)], [])


def test_old_days_and_long_numbers_are_written_as_text():
    row = [date(1899, 12, 31), 10**17, timedelta(hours=30)]
    assert table(sheets.read(sheets.write_xlsx("甲乙丙", [row]))) == [(2, "1899-12-31", str(10**17), "1 day, 6:00:00")]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=20)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(texts, min_size=3, max_size=3), max_size=5))
def test_an_export_is_a_valid_import(rows):
    kept = [row for row in rows if any(text.strip() for text in row)]
    expected = [[text or None for text in row] for row in kept]
    for written in (io.BytesIO(b"".join(sheets.write_csv("甲乙丙", rows))), sheets.write_xlsx("甲乙丙", rows)):
        assert [list(row)[1:] for row in table(sheets.read(written))] == expected


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")])
def test_letters_are_those_of_excel(index, letters):
    assert sheets.letter(index) == letters


# Real files, where they are at hand


def sample(name: str) -> list[sheets.Row]:
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"no sample {name}")
    with path.open("rb") as file:
        return list(sheets.read(file))


@pytest.mark.parametrize(
    ("name", "count", "columns"),
    [
        ("property_complaints.csv", 480, ["留言时间", "答复时间"]),
        ("hotline_cases.csv", 1_024, ["created"]),
        ("helpdesk_events.csv", 13_710, ["CompleteTimestamp"]),
        ("nyc311_day.csv", 2_386, ["Created Date", "Closed Date", "Due Date"]),
    ],
)
def test_real_files_are_read_to_the_last_moment(name, count, columns):
    rows = sample(name)
    assert len(rows) == count
    assert not [row for row in rows if row.surplus]
    moments = Counter(header for row in rows for header in columns if row.read(header, as_moment))
    assert set(moments) == set(columns)


def test_real_lines_are_the_lines_of_the_file():
    rows = sample("property_complaints.csv")
    physical = (SAMPLES / "property_complaints.csv").read_text("utf-8-sig").split("\n")
    for row in rows:
        assert physical[row.line - 1].startswith((row["src"], f'"{row["src"]}'))

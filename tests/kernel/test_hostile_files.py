"""Files from strangers are refused with words, within two seconds and a quarter of a gigabyte."""

import io
import os
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from guanjia.kernel import environment, sheets

READ = """
import io, resource, sys, time
import django
django.setup()
from guanjia.kernel import headers, sheets
from itertools import islice
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    table = sheets.raw(open(sys.argv[1], "rb"))
    head = list(islice(table.records, headers.HEAD))
    headers.find(head)
    rows = sum(1 for _record in table.records)
    said = f"taken {rows}"
except sheets.SheetRefused as no:
    said = f"refused {no.reasons[0]}"
print(said, "|", round(time.process_time() - began, 1), "|", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def workbook(fill) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        fill(book)
    return file.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """A small workbook whose only sheet is this."""
    source, target = io.BytesIO(workbook(lambda book: book.add_worksheet())), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, xml if part.filename == "xl/worksheets/sheet1.xml" else old.read(part.filename))
    return target.getvalue()


def sheet_of(data: bytes, after: bytes = b"") -> bytes:
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    return b"<worksheet " + space + b"><sheetData>" + data + b"</sheetData>" + after + b"</worksheet>"


def bomb() -> bytes:
    return with_sheet(sheet_of(b" " * (200 * 2**20)))


def styled_and_empty() -> bytes:
    return with_sheet(sheet_of(b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 1_000_001))))


def merged_over_each_other() -> bytes:
    cells = (
        b'<row r="1">'
        + b"".join(b'<c r="%s1" t="inlineStr"><is><t>x</t></is></c>' % sheets.letter(n).encode() for n in range(300))
        + b"</row>"
    )
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(2, 2000))
    ranges = b"".join(b'<mergeCell ref="%s1:KN2000"/>' % sheets.letter(n).encode() for n in range(300))
    return with_sheet(sheet_of(cells + rows, b"<mergeCells>" + ranges + b"</mergeCells>"))


def three_hundred_columns() -> bytes:
    return workbook(lambda book: book.add_worksheet().write_row(0, 0, [f"列{n}" for n in range(300)]))


def encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage".ljust(4096, b"\0")


def huge_numbers() -> bytes:
    return workbook(lambda book: book.add_worksheet().write_column(0, 0, ["数", 1e307, 9.99e306, -1e307]))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (bomb, "refused"),
        (styled_and_empty, "没有内容"),
        (merged_over_each_other, "refused"),
        (three_hundred_columns, "超过 256 列"),
        (encrypted, "加了密码"),
        (lambda: b"\x00" * 100_000, "认不出这个文件"),
        (lambda: b"%PDF-1.7 \xff\xfe\x80", "认不出这个文件"),
        (huge_numbers, "taken"),
    ],
)
def test_a_hostile_file_takes_neither_time_nor_memory(make, words, tmp_path):
    path = tmp_path / "名册.xlsx"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], cwd=environment.CHECKOUT, env=dict(os.environ), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said, seconds, megabytes = done.stdout.strip().rsplit(" | ", 2)
    assert words in said
    assert float(seconds) <= 2, done.stdout
    assert int(megabytes) <= 256, done.stdout


def test_formulas_external_links_and_macros_are_never_followed():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["名", "式"])
        sheet.write_string(1, 0, "甲")
        sheet.write_formula(1, 1, "=cmd|'/C calc'!A0", None, "7")
        sheet.write_formula(2, 1, "='[http://192.0.2.1/x.xlsx]S'!A1", None, "8")

    records = [values for _line, values in sheets.raw(io.BytesIO(workbook(fill))).records]
    assert [row[1] for row in records] == ["式", "7", "8"]


def test_what_begins_a_formula_leaves_as_words():
    written = b"".join(sheets.write_csv(["名"], [["=1+1"], ["＝cmd"], ["@x"]])).decode("utf-8-sig").splitlines()
    assert written[1:] == ["'=1+1", "'＝cmd", "'@x"]
    marked = sheets.write_marked(["名"], [(["=1+1"], {0: "=2+2"})], title="x")
    with zipfile.ZipFile(marked) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_nul_is_no_text():
    with pytest.raises(sheets.Unreadable, match="认不出这个文件"):
        sheets.raw(io.BytesIO("名\na\x00b\n".encode()))

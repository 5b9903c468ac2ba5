"""Files that are no table, or would be too much for whoever reads them."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from sqlalchemy import func, select

from portal.database import db
from portal.importing import uploading, workbooks
from portal.importing.models import SentFile
from tests.portal.importing.sent_files import BODY, send, workbook

pytestmark = pytest.mark.one_engine_each


def bomb():
    """An archive whose one sheet unpacks to far more than it weighs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (workbooks.LARGEST + 1))
    return file.getvalue()


def laughing():
    """Entities within entities."""
    text = workbook()
    file = io.BytesIO()
    lol = (
        '<!DOCTYPE x [<!ENTITY a "'
        + "ha" * 100
        + '">'
        + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 20}">' for n in range(9))
    )
    with zipfile.ZipFile(io.BytesIO(text)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.namelist():
            content = old.read(part).decode()
            if part.endswith("sheet1.xml"):
                content = f"{lol}]>{content.replace(BODY, '&j;')}"
            new.writestr(part, content)
    return file.getvalue()


def crumbs(number):
    """A workbook of so many shared strings of one letter: little to send, much to keep."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            named = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s" /></Types>' % SHARED_STRINGS.encode()
            new.writestr(part, old.read(part).replace(b"</Types>", named))
        new.writestr(
            "xl/sharedStrings.xml",
            b'<sst xmlns="%s">' % SHEET_MAIN_NS.encode() + b"<si><t>x</t></si>" * number + b"</sst>",
        )
    return file.getvalue()


@pytest.mark.parametrize("figures", [{"MEMORY": 30 << 20}, {"SECONDS": 1}, {"WAIT": 0.1}], ids=str)
def test_a_workbook_is_read_where_it_can_do_no_harm(client, officer, monkeypatch, figures):
    for name, figure in figures.items():
        monkeypatch.setattr(workbooks, name, figure)
    answer = send(client, crumbs(1_500_000), "a.xlsx")
    assert answer.status_code == 422
    assert "quá lớn" in answer.text
    assert send(client, workbook(), "a.xlsx").status_code == 303 or "WAIT" in figures


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "không có dòng nào"),
        (bomb(), "a.xlsx", "quá lớn"),
        (laughing(), "a.xlsx", "không đọc được thành bảng"),
        (b"PK\x03\x04 no workbook", "a.xlsx", "không đọc được thành bảng"),
        (workbook(rows=[]), "a.xlsx", "không có dòng nào"),
        (workbook(header=["Ý", "ý"]), "a.xlsx", "hai cột trùng tên"),
        ("a,b\nTiếng Việt,1\n".encode("utf-16"), "a.csv", "UTF-8"),
        (b"a\n" + b"x\n" * (uploading.MOST_ROWS + 1), "a.csv", "nhiều nhất 5000"),
        (",".join(f"cột {n}" for n in range(65)).encode() + b"\n1\n", "a.csv", "quá nhiều cột"),
        (b"\x89PNG\r\n\x1a\n\0\0", "../../etc/passwd.png", "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_words(client, officer, content, name, words):
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count(SentFile.id))) == 0

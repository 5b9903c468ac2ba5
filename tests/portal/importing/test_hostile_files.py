"""Files that are no table, or would be too much for whoever reads them."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from sqlalchemy import func, select

from portal.database import db
from portal.errors import Refusal
from portal.importing import sent, uploading, workbooks
from portal.importing.models import SentFile, SentRow
from tests.forms import token_in
from tests.portal.importing.sent_files import BODY, csv, send, workbook

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
        monkeypatch.setattr(sent, name, figure)
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
        (b"a\n" + b"x\n" * (sent.MOST_ROWS + 1), "a.csv", "nhiều nhất 5.000"),
        (",".join(f"cột {n}" for n in range(65)).encode() + b"\n1\n", "a.csv", "quá nhiều cột"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "a.jsonl", "không đọc được thành bảng"),
        (b"\x89PNG\r\n\x1a\n\0\0", "../../etc/passwd.png", "UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_in_words(client, officer, content, name, words):
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert db.session.scalar(select(func.count(SentFile.id))) == 0


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"x\n" * 5_000_000, "a.csv", "nhiều nhất 5000"),
        (b"\n" * 5_000_000, "a.csv", "nhiều nhất 5000"),
        (b'{"a": "b"}\n' * (sent.MOST_ROWS + 1), "a.jsonl", "nhiều nhất 5000"),
        (",".join(f"c{n}" for n in range(200_000)).encode() + b"\n1\n", "a.csv", "quá nhiều cột"),
    ],
    ids=["letters", "nothing", "objects", "names"],
)
def test_what_is_too_much_is_refused_before_it_costs_much(app, content, name, words):
    with pytest.raises(Refusal, match=words):
        uploading.read(content, name)


def test_a_row_with_a_number_nobody_can_read_is_refused_and_not_the_file(client, officer):
    assert send(client, b'{"text": "Mot"}\n{"text": ' + b"9" * 5_000 + b"}\n", "a.jsonl").status_code == 303
    assert db.session.scalar(select(SentRow.fault).where(SentRow.number == 2)) == "not JSON"


@pytest.mark.parametrize("name", ["a%00b.csv", "%2E%2E%2Fa%E2%80%AEb.c%00sv"])
def test_a_name_is_words_and_nothing_else(client, officer, name):
    head, tail = csv_form("NAME", token_in(client.get("/quan-tri/nhap").text))
    body = head.replace('filename="NAME"', f"filename*=UTF-8''{name}").encode() + csv() + tail.encode()
    answer = client.post("/quan-tri/nhap", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 303
    kept = db.session.scalar(select(SentFile.name))
    assert kept == kept.strip()
    assert not {"\0", "/", "\u202e"} & set(kept)


def csv_form(name, token):
    """A form as a program sends it that writes names as RFC 5987 has them."""
    fields = {"csrf_token": token, "unit": "40", "field": "moi-truong", "minors": "no"}
    head = "".join(f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items())
    return head + f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n', "\r\n--x--\r\n"

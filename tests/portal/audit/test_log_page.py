"""Those who govern the bank read who did what, and see where the chain does not hold."""

import re

import pytest
import sqlalchemy as sa

from portal.audit import queries
from portal.audit import services as audit
from portal.database import db, transaction
from portal.units.queries import reference
from tests import factories
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def page(client, app):
    return factories.sign_in(client, factories.member("admin", name="Quản trị Một"))


def act(actor, action="unit_renamed", kind="unit", thing=3, **detail):
    with transaction():
        audit.record(actor, action, kind, thing, detail)


def acts(text):
    return re.findall(r"<td><b>([^<]+)</b>", text)


def test_acts_are_told_in_words_newest_first_in_few_queries(page):
    who = factories.member(name="Lan Hương")
    nghe_an = reference().unit_by_code["40"].id
    act(who.id, "role_granted", "member", who.id, role="juror", unit=nghe_an)
    act(None, "something.new", "gadget", None, words="<script>")
    page.get("/quan-tri/nhat-ky")
    with count_queries() as counted:
        text = page.get("/quan-tri/nhat-ky").text
    assert acts(text)[:2] == ["something.new", "Trao vai trò"]
    assert "Người · Lan Hương" in text
    assert "Giám khảo" in text
    assert "Tỉnh Đoàn Nghệ An" in text
    assert "&lt;script" in text
    assert "<script>" not in text
    assert "hệ thống" in text
    assert counted.n <= 5, counted.statements


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("actor=900", ["Đóng đơn vị"]),
        ("action=unit_renamed", ["Đổi tên đơn vị"]),
        ("kind=unit&object=7", ["Đóng đơn vị"]),
        ("kind=field", []),
        ("until=2001-01-01", []),
        ("since=2001-01-01&kind=unit", ["Đóng đơn vị", "Đổi tên đơn vị"]),
        ("actor=x&object=&since=z&kind=unit", ["Đóng đơn vị", "Đổi tên đơn vị"]),
    ],
)
def test_the_log_is_filtered(page, asked, found):
    act(None)
    act(900, "unit_closed", "unit", 7)
    text = page.get(f"/quan-tri/nhat-ky?{asked}").text
    assert acts(text) == found
    assert ("Không có việc nào khớp" in text) == (not found)


def test_a_long_log_goes_on_by_a_link(page, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 2)
    for number in range(3):
        act(None, f"act.{number}")
    text = page.get("/quan-tri/nhat-ky?kind=unit").text
    assert acts(text) == ["act.2", "act.1"]
    more = re.search(r'href="([^"]+)" rel="next"', text)[1].replace("&amp;", "&")
    assert acts(page.get(more).text) == ["act.0"]


def test_an_entry_that_was_touched_is_marked(page, app):
    act(None)
    with transaction():
        audit.chain(app.config["SETTINGS"].secret_key)
    assert "không khớp" not in page.get("/quan-tri/nhat-ky").text
    with transaction():
        db.session.execute(
            sa.text("UPDATE audit_entry SET object_id = 4, detail = 'no json' WHERE action = 'unit_renamed'")
        )
    text = page.get("/quan-tri/nhat-ky").text
    assert text.count("không khớp") == 1
    assert "no json" in text


def test_the_log_is_not_a_provinces(client, app):
    here = factories.member("admin", unit_id=reference().unit_by_code["40"].id)
    assert factories.sign_in(client, here).get("/quan-tri/nhat-ky").status_code == 404

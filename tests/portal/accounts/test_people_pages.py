"""Administrators find people, see what they may, give roles and suspend, on pages."""

import dataclasses
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from portal.accounts import people
from portal.accounts import services as accounts
from portal.accounts.models import Member, RoleGrant
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.units.queries import reference
from tests import factories
from tests.forms import send
from tests.queries import count_queries


def unit(code):
    return reference().unit_by_code[code].id


@pytest.fixture
def admin(app):
    return factories.member("admin", name="Quản trị Một")


@pytest.fixture
def page(client, admin):
    return factories.sign_in(client, admin)


def names(text):
    return re.findall(r"<b>([^<]+)</b><div class=\"small muted\">", text)


def test_the_list_shows_names_roles_and_masked_addresses_in_few_queries(page):
    factories.member("moderator", name="Lan Hương", email="lanhuong@phutho.example.vn", unit_id=unit("25"))
    factories.member(name="Bé Na", birth=(now().year - 10, 1), email="phuhuynh@example.vn")
    page.get("/quan-tri/nguoi-dung")
    with count_queries() as counted:
        text = page.get("/quan-tri/nguoi-dung").text
    assert names(text) == ["Bé Na", "Lan Hương", "Quản trị Một"]
    assert "Người duyệt · Tỉnh Đoàn Phú Thọ" in text
    assert "l•••@phutho.example.vn" in text
    assert "ẩn vì dưới 16 tuổi" in text
    assert "phuhuynh@" not in text
    assert "lanhuong@" not in text
    assert counted.n <= 5, counted.statements


def test_whose_address_is_hidden_goes_by_the_age_this_portal_has_set(page, app, monkeypatch):
    older = dataclasses.replace(app.config["SETTINGS"], min_own_account_age=18)
    monkeypatch.setitem(app.config, "SETTINGS", older)
    factories.member(name="Lan Hương", birth=(now().year - 17, 1), email="lanhuong@example.vn")
    text = page.get("/quan-tri/nguoi-dung").text
    assert "ẩn vì dưới 18 tuổi" in text
    assert "l•••@" not in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=huong", ["Lan Hương"]),
        ("q=lanhuong@phutho.example.vn", ["Lan Hương"]),
        ("q=LANHUONG@phutho.example.vn", ["Lan Hương"]),
        ("q=phutho", []),
        ("q=lanhuong@", []),
        ("role=moderator", ["Lan Hương"]),
        ("role=juror", []),
        ("unit=25", ["Lan Hương"]),
        ("status=suspended", ["Vũ Hoàng"]),
        ("q=vu&status=active", []),
        ("role=king&status=x&unit=y&after=", ["Vũ Hoàng", "Lan Hương", "Quản trị Một"]),
    ],
)
def test_people_are_found_by_name_whole_address_role_unit_and_state(page, admin, asked, found):
    factories.member("moderator", name="Lan Hương", email="lanhuong@phutho.example.vn", unit_id=unit("25"))
    noisy = factories.member(name="Vũ Hoàng")
    with transaction():
        accounts.suspend(admin, noisy, "Đăng quảng cáo nhiều lần.", now() + timedelta(days=7), now())
    text = page.get(f"/quan-tri/nguoi-dung?{asked}").text
    assert names(text) == found
    assert ("Không có ai khớp" in text) == (not found)


def test_a_long_list_goes_on_by_a_link(page, monkeypatch):
    monkeypatch.setattr(people, "PAGE", 2)
    for number in range(3):
        factories.member(name=f"Bạn số {number}")
    text = page.get("/quan-tri/nguoi-dung").text
    assert names(text) == ["Bạn số 2", "Bạn số 1"]
    more = re.search(r'href="([^"]+)" rel="next"', text)[1].replace("&amp;", "&")
    assert names(page.get(more).text) == ["Bạn số 0", "Quản trị Một"]


def test_a_province_sees_its_own_people_and_those_who_work_there(client, app):
    here = factories.member("admin", name="Tỉnh A", unit_id=unit("40"))
    factories.member(name="Người tỉnh A", unit_id=unit("40"))
    stranger = factories.member(name="Người tỉnh B", unit_id=unit("01"))
    worker = factories.member(name="Làm ở A")
    with transaction():
        accounts.give_role(None, worker, "moderator", unit("40"), now())
    client = factories.sign_in(client, here)
    assert names(client.get("/quan-tri/nguoi-dung").text) == ["Làm ở A", "Người tỉnh A", "Tỉnh A"]
    assert client.get(f"/quan-tri/nguoi-dung/{stranger.id}").status_code == 404
    assert names(client.get(f"/quan-tri/nguoi-dung?q={stranger.email}").text) == []
    guest = client.get(f"/quan-tri/nguoi-dung/{worker.id}").text
    assert ("Gỡ" in guest, "Hiện e-mail" in guest, 'id="suspend"' in guest) == (True, False, False)
    for what in ("e-mail", "tam-khoa", "mo-lai", "vai-tro"):
        assert send(client, f"/quan-tri/nguoi-dung/{stranger.id}/{what}").status_code == 404


def test_an_address_is_shown_only_when_asked_and_the_look_is_recorded(page, admin):
    who = factories.member(name="Lan Hương", email="lanhuong@phutho.example.vn")
    path = f"/quan-tri/nguoi-dung/{who.id}"
    assert "lanhuong@phutho.example.vn" not in page.get(path).text
    assert "lanhuong@phutho.example.vn" in send(page, f"{path}/e-mail").text
    seen = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "email_seen")).all()
    assert [(one.actor_id, one.object_kind, one.object_id) for one in seen] == [(admin.id, "member", who.id)]
    assert "lanhuong" not in page.get(path).text


def test_the_page_of_a_person_costs_few_queries(page):
    who = factories.member("moderator")
    page.get(f"/quan-tri/nguoi-dung/{who.id}")
    with count_queries() as counted:
        page.get(f"/quan-tri/nguoi-dung/{who.id}")
    assert counted.n <= 5, counted.statements


def test_a_role_is_given_and_taken_on_the_page(page, admin):
    who = factories.member(name="Lan Hương")
    path = f"/quan-tri/nguoi-dung/{who.id}"
    answer = send(page, f"{path}/vai-tro", role="moderator", unit="25", until="2099-12-20")
    assert (answer.status_code, answer.location) == (303, path)
    text = page.get(path).text
    assert "Đã trao vai trò. Lan Hương cần đăng nhập lại." in text
    assert re.search(r"Người duyệt</b>.*Tỉnh Đoàn Phú Thọ · từ .* đến 20/12/2099 · Quản trị Một trao", text)
    assert "Người duyệt · Tỉnh Đoàn Phú Thọ" in page.get("/quan-tri/vai-tro").text
    given = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.member_id == who.id)).one()
    answer = send(page, f"/quan-tri/vai-tro/{given.id}/go")
    assert answer.location == "/quan-tri/vai-tro"
    assert "Đã gỡ vai trò của Lan Hương" in page.get("/quan-tri/vai-tro").text
    again = send(page, f"/quan-tri/vai-tro/{given.id}/go")
    assert "Vai trò này đã kết thúc trước đó rồi." in page.get(again.location).text
    assert re.search(r"Đã kết thúc.*gỡ \d\d/\d\d/\d{4} \(Quản trị Một\)", page.get(path).text)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Chọn vai trò"),
        ({"role": "king", "unit": "25"}, "Chọn vai trò"),
        ({"role": "juror", "unit": "zz"}, "Chọn đơn vị"),
        ({"role": "juror", "unit": "25", "until": "2001-01-01"}, "Ngày kết thúc phải ở phía trước"),
        ({"role": "moderator", "unit": "40"}, "Người này đang giữ vai trò ấy ở đơn vị ấy rồi."),
    ],
)
def test_a_wrong_grant_comes_back_as_it_was_typed(page, fields, said):
    who = factories.member("moderator", unit_id=unit("40"))
    answer = send(page, f"/quan-tri/nguoi-dung/{who.id}/vai-tro", **fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert "Lỗi: " in answer.text


def test_an_account_is_suspended_and_restored_on_the_page(page):
    who = factories.member(name="Vũ Hoàng")
    path = f"/quan-tri/nguoi-dung/{who.id}"
    short = send(page, f"{path}/tam-khoa", days="7", reason="hư")
    assert (short.status_code, "Viết rõ hơn một chút" in short.text) == (422, True)
    assert send(page, f"{path}/tam-khoa", days="7", reason="Đăng quảng cáo <b>nhiều</b> lần.").location == path
    text = page.get(path).text
    assert "Khoá đến" in text
    assert "Đăng quảng cáo &lt;b&gt;nhiều&lt;/b&gt; lần." in text
    twice = send(page, f"{path}/tam-khoa", days="7", reason="Đăng quảng cáo nhiều lần.")
    assert (twice.status_code, "không hoạt động sẵn rồi" in twice.text) == (422, True)
    assert send(page, f"{path}/mo-lai").location == path
    assert "Hoạt động" in page.get(path).text
    assert "Quản trị Một mở lại" in page.get(path).text


def test_somebody_new_is_invited_with_a_role(page):
    answer = send(page, "/quan-tri/vai-tro/moi", email="Moi@Example.vn", role="organiser", unit="25")
    assert answer.location == "/quan-tri/vai-tro"
    who = db.session.scalars(sa.select(Member).where(Member.email == "moi@example.vn")).one()
    assert (who.role, who.unit_id) == ("organiser", unit("25"))
    for email, status, said in (("x", 422, "E-mail chưa đúng dạng"), ("moi@example.vn", 409, "đang giữ vai trò")):
        again = send(page, "/quan-tri/vai-tro/moi", email=email, role="organiser", unit="25")
        assert (again.status_code, said in again.text) == (status, True)


def test_who_holds_what_is_told_by_role_and_unit(page):
    factories.member("moderator", name="Lan Hương", unit_id=unit("25"))
    factories.member("juror", name="Minh Quân", unit_id=unit("40"))
    assert page.get("/quan-tri/vai-tro").status_code == 200
    with count_queries() as counted:
        text = page.get("/quan-tri/vai-tro?role=moderator&unit=25").text
    assert ("Lan Hương" in text, "Minh Quân" in text) == (True, False)
    assert counted.n <= 5, counted.statements
    assert "Chưa ai giữ vai trò này" in page.get("/quan-tri/vai-tro?role=organiser").text

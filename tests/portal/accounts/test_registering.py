"""A name and a birth month for a proven address."""

from datetime import date
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from portal.accounts import rules
from portal.accounts.models import Member
from portal.database import db, now
from portal.outbox.models import Fact
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def newcomer(client):
    """A browser with a proven address nobody has an account with."""
    assert steps.arrive(client, "moi@example.vn").location == "/dang-ky"
    return client


def members():
    return db.session.scalar(select(func.count()).select_from(Member))


def born(years_ago, months=0):
    """Month and year of somebody who had that birthday last month, or will only have it in `months`."""
    today = now().date()
    month = today.year * 12 + today.month - 2 + months - 12 * years_ago
    return {"birth_year": str(month // 12), "birth_month": str(month % 12 + 1)}


def tell_birth(client):
    assert client.post("/dang-ky", data={"birth_month": "5", "birth_year": "2001"}).location == "/dang-ky"


def register(client, **values):
    return client.post("/dang-ky", data={**steps.NEWCOMER, **values})


def test_a_newcomer_types_a_name_and_is_in(newcomer):
    assert register(newcomer).location == "/toi"
    assert "Phương Thảo" in newcomer.get("/toi").text
    assert db.session.scalar(select(func.count()).where(Fact.name == "MemberRegistered")) == 1


def test_a_free_pseudonym_stands_in_the_name_field(newcomer):
    tell_birth(newcomer)
    assert 'value="Bạn trẻ ' in newcomer.get("/dang-ky").text
    assert "Young voice" in newcomer.get("/en/dang-ky").text


def test_provinces_stand_in_vietnamese_alphabetical_order(newcomer):
    assert newcomer.get("/dang-ky").text.count('<option value="') == 1 + 12 + 1 + len(
        range(rules.EARLIEST_BIRTH_YEAR, now().year + 1)
    )
    tell_birth(newcomer)
    page = newcomer.get("/dang-ky").text
    places = [page.index(f">{name}</option>") for name in ("An Giang", "Cà Mau", "Đà Nẵng", "Đắk Lắk", "Hà Nội", "Huế")]
    assert places == sorted(places)
    assert page.count('<option value="') == 1 + 34


def test_the_account_keeps_what_was_chosen(newcomer):
    province = reference().provinces[7]
    register(newcomer, unit=province.code)
    who = db.session.scalar(select(Member).where(Member.email == "moi@example.vn"))
    assert (who.birth_year, who.birth_month, who.unit_id, who.role) == (2001, 5, province.id, "member")


def test_nobody_registers_as_more_than_a_member(newcomer):
    register(newcomer, role="admin", status="active", email="khac@example.vn", source="demo")
    who = db.session.scalar(select(Member).order_by(Member.id.desc()))
    assert (who.role, who.email, who.source) == ("member", "moi@example.vn", "web")


def test_the_youngest_allowed_gets_an_account(newcomer):
    assert register(newcomer, **born(16)).location == "/toi"


@pytest.mark.parametrize("years", [0, 3, 6])
def test_the_smallest_are_told_kindly_what_is_possible_and_nothing_is_kept(newcomer, years):
    before = members()
    for page in (newcomer.post("/dang-ky", data=born(years)), register(newcomer, **born(years))):
        assert page.status_code == 403
        assert "Bạn vẫn làm được" in page.text
        assert "từ 7 tuổi" in page.text
    assert members() == before
    assert not steps.is_in(newcomer)
    with newcomer.session_transaction() as session:
        assert "birth" not in session


def test_somebody_who_turns_sixteen_this_month_needs_a_guardian_until_it_is_over(newcomer):
    page = newcomer.post("/dang-ky", data=born(16, months=1), follow_redirects=True)
    assert 'name="guardian_email"' in page.text
    page = newcomer.post("/dang-ky", data=born(16), follow_redirects=True)
    assert 'name="guardian_email"' not in page.text
    assert "Đây là bút danh mình gợi ý" in page.text  # still a minor


def test_the_date_of_birth_comes_first_even_before_the_address(client):
    assert "Bạn sinh tháng nào" in client.get("/dang-ky").text
    assert client.post("/dang-ky", data=born(20)).location == "/dang-nhap"
    steps.arrive(client, "moi@example.vn")
    page = client.get("/dang-ky").text
    assert "Bạn sinh tháng nào" not in page
    assert 'name="display_name"' in page
    assert "Đây là bút danh mình gợi ý" not in page  # an adult


def test_a_wrong_year_can_be_chosen_again(newcomer):
    register(newcomer, **born(3))
    assert register(newcomer).location == "/toi"


@pytest.mark.parametrize(
    "birth",
    [
        {"birth_year": "", "birth_month": ""},
        {"birth_year": "2001", "birth_month": ""},
        {"birth_year": "2001", "birth_month": "13"},
        {"birth_year": "2001", "birth_month": "0"},
        {"birth_year": "1850", "birth_month": "1"},
        {"birth_year": "9999", "birth_month": "1"},
        {"birth_year": "9" * 5000, "birth_month": "1"},
        {"birth_year": "2001.5", "birth_month": "-1"},
        {"birth_year": "hai nghìn", "birth_month": "x"},
    ],
)
def test_an_impossible_birth_month_is_refused(newcomer, birth):
    page = register(newcomer, **birth)
    assert page.status_code == 422
    assert 'href="#birth_year"' in page.text
    assert 'value="Phương Thảo"' in page.text


def test_all_faults_are_told_at_once(newcomer):
    page = register(newcomer, display_name="", birth_year="", unit="XX").text
    assert "Còn 3 chỗ cần sửa" in page
    assert "<title>Lỗi: Tạo tài khoản" in page


@pytest.mark.parametrize("typed", ["Hoà", "hòa", "HOÀ", "Hoa\u0300", "Hòa 🌸", " H\u200boà\u202e "])
def test_a_name_that_looks_like_anothers_is_taken(newcomer, typed):
    factories.member(name="Hòa")
    page = register(newcomer, display_name=typed)
    assert page.status_code == 422
    assert "Tên này đã có người dùng" in page.text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "A",
        "🙂🙂",
        "\u202e\u200b",
        "Нoa",
        "Ho\u0251",
        "美丽",
        "H\u0337\u0338oa",
        "a" * 41,
        "a" * 100_000,
        "--",
        "\x00\x01",
    ],
)
def test_a_name_nobody_can_read_or_tell_apart_is_refused(newcomer, typed):
    page = register(newcomer, display_name=typed)
    assert page.status_code == 422
    assert 'href="#display_name"' in page.text


@pytest.mark.parametrize(
    "typed", ["Quản trị viên", "ADMIN", "Nảy", "Trung ương Đoàn", "thao@example.vn", "Thảo 0912 345 678"]
)
def test_a_name_that_misleads_or_gives_away_is_refused(newcomer, typed):
    assert register(newcomer, display_name=typed).status_code == 422


@pytest.mark.parametrize("typed", ["Ngô Thị Ánh", "Y Moan Êban", "An 2", "Đỗ", "Søren Łoś", "Jean-Luc O'Neil"])
def test_names_of_real_people_are_welcome(newcomer, typed):
    page = register(newcomer, display_name=typed)
    assert page.location == "/toi"


def test_a_name_with_markup_is_shown_as_text(newcomer):
    register(newcomer, display_name="<b>An</b><script>")
    page = newcomer.get("/toi").text
    assert "<script>An" not in page
    assert "&lt;b&gt;An&lt;/b&gt;" in page


def test_two_clicks_make_one_account(newcomer):
    before, cookie = members(), newcomer.get_cookie("sid").value
    register(newcomer)
    kept = newcomer.get_cookie("sid").value
    newcomer.set_cookie("sid", cookie)  # the second click left before the first answer came
    second = register(newcomer, display_name="Tên Khác")
    assert second.location == "/dang-nhap/ma"
    assert second.headers.get("Set-Cookie") is None  # it must not undo the first one's cookie
    assert members() == before + 1
    newcomer.set_cookie("sid", kept)
    assert newcomer.get(second.location).location == "/toi"


def test_back_to_the_code_and_forward_again(newcomer):
    assert newcomer.get("/dang-nhap/ma").location == "/dang-ky"
    assert steps.type_code(newcomer, "000000").location == "/dang-ky"
    assert register(newcomer).location == "/toi"
    assert newcomer.get("/dang-ky").location == "/toi"


def test_a_name_taken_at_the_same_moment_is_a_fault_of_the_form(newcomer):
    factories.member(name="Phương Thảo")
    with patch("portal.accounts.services.members.name_taken", return_value=False):
        page = register(newcomer)
    assert page.status_code == 422
    assert "Tên này đã có người dùng" in page.text
    assert register(newcomer, display_name="Tên Khác").location == "/toi"


@pytest.mark.parametrize(
    ("birth", "today", "years"),
    [
        ((2010, 5), date(2026, 5, 31), 15),
        ((2010, 5), date(2026, 6, 1), 16),
        ((2010, 12), date(2026, 12, 31), 15),
        ((2010, 12), date(2027, 1, 1), 16),
    ],
)
def test_the_birthday_is_the_last_day_of_its_month(birth, today, years):
    assert rules.age(*birth, today) == years

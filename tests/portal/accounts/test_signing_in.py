"""The address and the six digits."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import SignInAttempt, SignInSession
from portal.database import db, transaction
from portal.outbox.models import Fact
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each


def letters():
    return db.session.scalar(select(func.count()).where(Fact.name == "CodeRequested"))


def sessions():
    return db.session.scalar(select(func.count()).select_from(SignInSession))


def age_attempts(**ages):
    """Move moments of all attempts into the past: created_at=timedelta(minutes=1)."""
    for attempt in db.session.scalars(select(SignInAttempt)).all():
        values = {name: getattr(attempt, name) - age for name, age in ages.items()}
        with transaction():
            db.session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt.id).values(**values))


def test_a_member_signs_in_with_the_code_from_the_letter(client):
    who = factories.member(name="Hải Đăng")
    page = steps.arrive(client, who.email)
    assert page.status_code == 303
    assert page.location == "/toi"
    assert "Chào Đăng" in client.get("/toi").text


def test_known_and_unknown_addresses_get_the_same_answer(app):
    who = factories.member(email="quen@example.vn")
    answers = [steps.ask(app.test_client(), email) for email in (who.email, "laai@example.vn")]
    assert {(page.status_code, page.location, page.text) for page in answers} == {
        (303, "/dang-nhap/ma", answers[0].text)
    }
    assert letters() == 2


def test_the_code_page_is_the_same_for_known_and_unknown_addresses(app):
    factories.member(email="aaaa@example.vn")
    pages = []
    for email in ("aaaa@example.vn", "bbbb@example.vn"):
        client = app.test_client()
        steps.ask(client, email)
        pages.append(client.get("/dang-nhap/ma").text.replace(email, ""))
    assert pages[0] == pages[1]


def test_the_code_page_says_where_the_letter_went_and_until_when_it_counts(client):
    steps.ask(client, "ban@example.vn")
    page = client.get("/dang-nhap/ma").text
    assert "<b>ban@example.vn</b>" in page
    assert "Mã dùng được đến" in page
    assert 'autocomplete="one-time-code"' in page


@pytest.mark.parametrize("shape", ["{0}{1}{2} {3}{4}{5}", " {0} {1} {2} {3} {4} {5} ", "{0}{1}{2}-{3}{4}{5}"])
def test_spaces_and_dashes_in_a_code_do_not_matter(client, shape):
    who = factories.member()
    steps.ask(client, who.email)
    assert steps.type_code(client, shape.format(*steps.code_for(who.email))).location == "/toi"


def test_full_width_digits_of_a_phone_keyboard_count(client):
    who = factories.member()
    steps.ask(client, who.email)
    wide = "".join(chr(ord("０") + int(digit)) for digit in steps.code_for(who.email))
    assert steps.type_code(client, wide).location == "/toi"


def test_a_wrong_code_says_how_many_tries_are_left(client):
    steps.ask(client, "ban@example.vn")
    page = steps.type_code(client, steps.wrong(steps.code_for("ban@example.vn")))
    assert page.status_code == 422
    assert "Mã chưa đúng. Bạn còn 4 lần thử." in page.text
    assert "<title>Lỗi: " in page.text


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣", "\x00", "9" * 5000])
def test_what_is_no_code_uses_up_no_try(client, typed):
    steps.ask(client, "ban@example.vn")
    page = steps.type_code(client, typed)
    assert page.status_code == 422
    assert "Nhập đủ 6 chữ số" in page.text
    assert db.session.scalar(select(SignInAttempt.tries)) == 0


def test_after_five_wrong_codes_the_right_one_no_longer_counts(client):
    who = factories.member()
    steps.ask(client, who.email)
    code = steps.code_for(who.email)
    for _ in range(5):
        page = steps.type_code(client, steps.wrong(code))
    assert "hết lượt thử" in page.text
    assert "Gửi mã mới" in page.text
    steps.type_code(client, code)
    assert not steps.is_in(client)


def test_an_expired_code_is_refused_and_a_new_one_offered(client):
    who = factories.member()
    steps.ask(client, who.email)
    age_attempts(created_at=timedelta(minutes=11), expires_at=timedelta(minutes=11))
    assert steps.type_code(client, steps.code_for(who.email)).location == "/dang-nhap/ma"
    page = client.get("/dang-nhap/ma").text
    assert "Mã đã hết hạn" in page
    assert "Gửi mã mới" in page
    assert not steps.is_in(client)


def test_a_used_code_cannot_be_used_again_from_a_copied_cookie(app):
    who = factories.member()
    client = app.test_client()
    steps.ask(client, who.email)
    copied = client.get_cookie("sid").value
    steps.type_code(client, steps.code_for(who.email))
    thief = app.test_client()
    thief.set_cookie("sid", copied)
    steps.type_code(thief, steps.code_for(who.email))
    assert not steps.is_in(thief)
    assert sessions() == 1


def test_a_code_belongs_to_the_browser_that_asked_for_it(app):
    who = factories.member()
    steps.ask(app.test_client(), who.email)
    other = app.test_client()
    assert steps.type_code(other, steps.code_for(who.email)).location == "/dang-nhap"
    assert not steps.is_in(other)


def test_two_clicks_on_send_are_one_letter(client):
    assert steps.ask(client, "ban@example.vn").location == "/dang-nhap/ma"
    assert client.post("/dang-nhap", data={"email": "ban@example.vn"}).location == "/dang-nhap/ma"
    assert letters() == 1


def test_the_second_click_is_known_even_if_the_first_answer_got_lost(client):
    client.get("/dang-nhap")
    before = client.get_cookie("sid").value
    client.post("/dang-nhap", data={"email": "ban@example.vn"})
    client.set_cookie("sid", before)
    assert client.post("/dang-nhap", data={"email": "ban@example.vn"}).location == "/dang-nhap/ma"
    assert letters() == 1
    assert steps.type_code(client, steps.code_for("ban@example.vn")).location == "/dang-ky"


def test_another_browser_cannot_have_a_second_letter_sent_at_once(app):
    steps.ask(app.test_client(), "ban@example.vn")
    page = steps.ask(app.test_client(), "ban@example.vn")
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 30
    assert 'value="ban@example.vn"' in page.text
    assert letters() == 1


def test_a_new_code_replaces_the_old_one_in_this_browser(client):
    who = factories.member()
    steps.ask(client, who.email)
    old = steps.code_for(who.email)
    age_attempts(created_at=timedelta(seconds=31))
    assert "Đã gửi mã mới" in client.post("/dang-nhap/gui-lai", follow_redirects=True).text
    assert letters() == 2
    if old != steps.code_for(who.email):
        assert steps.type_code(client, old).status_code == 422
    assert steps.type_code(client, steps.code_for(who.email)).location == "/toi"


def test_asking_for_a_new_code_too_soon_sends_none(client):
    steps.ask(client, "ban@example.vn")
    assert "Mã vừa được gửi" in client.post("/dang-nhap/gui-lai", follow_redirects=True).text
    assert letters() == 1


@pytest.mark.parametrize("path", ["/dang-nhap/ma", "/dang-nhap/dat-mat-khau"])
def test_later_steps_without_an_address_begin_at_the_first(client, path):
    assert client.get(path).location == "/dang-nhap"
    assert client.post(path, data=steps.NEWCOMER).location == "/dang-nhap"


def test_an_address_can_be_changed_and_is_not_typed_anew(client):
    steps.ask(client, "nham@example.vn")
    page = client.get("/dang-nhap").text
    assert 'value="nham@example.vn"' in page
    assert "vẫn dùng được" in page
    assert client.post("/dang-nhap", data={"email": "dung@example.vn"}).location == "/dang-nhap/ma"
    assert "dung@example.vn" in client.get("/dang-nhap/ma").text


BAD_ADDRESSES = [
    "", " ", "ban", "@", "ban@", "@example.vn", "ban@example", "ban example@x.vn", "a@x.vn,b@y.vn", "a@x.vn b@y.vn",
    "a@x.vn;b@y.vn", "a@x.vn\r\nBcc: b@y.vn", "a\x00b@x.vn", "Ban <a@x.vn>", '"a b"@x.vn', "a@[127.0.0.1]",
    "a@localhost", "a@x.vn\u202e", "thảo@example.vn", "a" * 300 + "@x.vn", "x@" + "a." * 150 + "vn", "ßan@x.vn",
]  # fmt: skip


@pytest.mark.parametrize("typed", BAD_ADDRESSES)
def test_what_is_not_one_address_is_refused_and_stays_in_its_field(client, typed):
    page = client.post("/dang-nhap", data={"email": typed})
    assert page.status_code == 422
    assert "<title>Lỗi: Đăng nhập" in page.text
    assert 'href="#email"' in page.text
    assert letters() == 0


def test_the_address_field_sent_twice_is_refused_not_guessed(client):
    page = client.post("/dang-nhap", data={"email": ["a@x.vn", "b@y.vn"]})
    assert page.status_code == 422
    assert letters() == 0


@pytest.mark.parametrize("typed", ["BAN@EXAMPLE.VN", " ban@example.vn\r\n", "ｂａｎ@example.vn", "Ban@Example.Vn"])
def test_one_address_typed_in_many_ways_is_one_account(client, typed):
    who = factories.member(email="ban@example.vn", name="Một Người")
    client.post("/dang-nhap", data={"email": typed})
    assert steps.type_code(client, steps.code_for(who.email)).location == "/toi"


def test_the_letter_goes_where_the_account_is_looked_up(client):
    """A look-alike address that folds to another's must never get that one's code."""
    client.post("/dang-nhap", data={"email": "ＢＡＮ@Example.VN"})
    assert db.session.scalar(select(SignInAttempt.email)) == "ban@example.vn"


def test_a_suspended_member_is_told_so_only_with_the_right_code(client):
    who = factories.member()
    with transaction():
        who.status = "suspended"
    steps.ask(client, who.email)
    assert "tạm dừng" not in client.get("/dang-nhap/ma").text
    page = steps.type_code(client, steps.code_for(who.email))
    assert page.status_code == 403
    assert "tạm dừng" in page.text
    assert not steps.is_in(client)


def test_the_attempt_remembers_the_language_of_the_page(client):
    client.get("/en/dang-nhap")
    assert client.post("/en/dang-nhap", data={"email": "ban@example.vn"}).location == "/en/dang-nhap/ma"
    assert db.session.scalar(select(SignInAttempt.language)) == "en"


def test_reading_a_page_gives_nobody_a_cookie(client):
    client.get("/tro-giup")
    assert client.get_cookie("sid") is None

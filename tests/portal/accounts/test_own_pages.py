"""A member's own pages: what needs them comes first, and nothing on them is promised that is not so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.forms import token_in
from tests.portal.accounts.family import agree, child
from tests.portal.moderation import desk
from tests.queries import count_queries


def support(who, *ideas):
    for idea in ideas:
        with transaction():
            voting.cast(who, idea.id, now())


def save(client, **values):
    page = client.get("/toi/cai-dat").text
    token = token_in(page)
    return client.post(
        "/toi/cai-dat",
        data={"display_name": "Nguyễn Phương", "unit": "", "language": "vi", "csrf_token": token, **values},
    )


# --- /toi ---------------------------------------------------------------------------------------


def test_an_empty_page_says_what_could_stand_there(client, me):
    page = client.get("/toi").text
    for words in ("Chào Phương", "Bạn chưa gửi ý nào", "Chưa có bản nháp nào", "Bạn chưa ủng hộ ý nào"):
        assert words in page


def test_what_others_see_and_what_only_i_see(client, me):
    page = client.get("/toi").text
    assert "Mọi người thấy: Nguyễn Phương" in page
    assert f"Chỉ bạn thấy: {me.email}" in page


def test_an_idea_sent_back_comes_first_with_the_moderators_words(client, me):
    moderator = factories.member("moderator", name="Thu Hà")
    case = desk.waiting_case(author=me, title="Góc uống nước mát cho bác xe ôm")
    desk.ask_to_change(case, moderator)
    factories.published_idea(me)
    page = client.get("/toi").text
    assert "Có 1 việc cần bạn." in page
    assert page.index("Cần bạn sửa</h2>") < page.index("Đã đăng</h2>")
    assert "Thu Hà nhắn bạn:" in page
    assert desk.ADVICE in page
    assert f"/y-tuong/{case.idea_id}/sua" in page


def test_a_waiting_idea_has_its_place_and_its_deadline(client, me):
    desk.waiting_case()
    mine = desk.waiting_case(author=me).idea
    page = client.get("/toi").text
    assert "Thứ 2 trong hàng chờ." in page
    assert "Muộn nhất:" in page
    assert "Gửi vừa xong" in page
    assert mine.title in page


def test_a_promise_that_is_broken_is_admitted(client, me):
    factories.idea("waiting", me, at=now() - timedelta(days=4))
    page = client.get("/toi").text
    assert "Chúng mình trễ hẹn với bạn rồi" in page
    assert "Muộn nhất:" not in page


def test_what_waits_for_a_guardian_is_promised_nothing(client):
    waiting = child()
    factories.sign_in(client, waiting)
    factories.idea("waiting_guardian", waiting, at=now() - timedelta(days=4))
    page = client.get("/toi").text
    assert "Chờ phụ huynh</h2>" in page
    assert "Khi phụ huynh và bạn đều đồng ý cho đăng, bài được chuyển cho người duyệt." in page
    assert 'href="#phu-huynh"' in page
    assert 'id="phu-huynh"' in page
    for untrue in ("Chúng mình trễ hẹn", "hàng chờ.", "Muộn nhất:", "Đang chờ</h2>"):
        assert untrue not in page
    agree(waiting)
    assert 'class="btn" href="/toi/dong-y"' in client.get("/toi").text


def test_a_published_idea_shows_its_support(client, me):
    idea = factories.published_idea(me, title="Bể gom nước mưa tưới cây ở sân trường")
    support(factories.member(), idea)
    page = client.get("/toi").text
    assert "Bể gom nước mưa tưới cây ở sân trường" in page
    assert "1 ủng hộ" in page


def test_a_refused_idea_keeps_its_reason(client, me):
    case = desk.waiting_case(author=me)
    desk.refuse(case, factories.member("moderator"))
    page = client.get("/toi").text
    assert "Không đăng hoặc đã rút" in page
    assert desk.ADVICE in page


def test_drafts_can_be_continued_or_thrown_away(client, me):
    draft = factories.draft(me, title="Tủ sách đi nhờ xe buýt")
    page = client.get("/toi").text
    assert f"/gui-y-tuong?nhap={draft.token}" in page
    assert "Xoá nháp: Tủ sách đi nhờ xe buýt" in page


def test_the_last_ten_supported_ideas_newest_first(client, me):
    ideas = [factories.published_idea() for _ in range(12)]
    support(me, *ideas)
    page = client.get("/toi").text
    shown = sorted((page.index(f'id="y-{idea.id}"'), idea.id) for idea in ideas if f'id="y-{idea.id}"' in page)
    assert [key for _, key in shown] == [idea.id for idea in ideas[:1:-1]]


def test_a_full_page_costs_seven_queries(client, me):
    for _ in range(3):
        desk.waiting_case(author=me)
        desk.ask_to_change(desk.waiting_case(author=me), factories.member("moderator"))
        factories.published_idea(me)
        factories.draft(me)
        support(me, factories.published_idea())
    client.get("/toi")
    with count_queries() as counted:
        assert client.get("/toi").status_code == 200
    assert len([one for one in counted.statements if "clock_timestamp" not in one]) <= 7, counted.statements


def test_other_members_things_are_not_on_my_page(client, me):
    other = factories.member()
    factories.idea("waiting", other, title="Bí mật của người khác, chưa ai biết")
    factories.draft(other, title="Nháp của người khác")
    page = client.get("/toi").text
    assert "Bí mật của người khác" not in page
    assert "Nháp của người khác" not in page


# --- /toi/cai-dat -------------------------------------------------------------------------------


def test_the_name_the_province_and_the_language_can_be_changed(client, me):
    province = reference().provinces[3]
    assert save(client, display_name="Phương Mới", unit=province.code, language="en").location == "/toi/cai-dat"
    row = db.session.scalar(select(Member).where(Member.id == me.id).execution_options(populate_existing=True))
    assert (row.display_name, row.unit_id, row.language) == ("Phương Mới", province.id, "en")
    assert f"Phương Mới, {province.name_vi}" in client.get("/toi").text


def test_saving_without_a_change_is_no_fault(client, me):
    assert save(client).location == "/toi/cai-dat"


def test_the_case_of_ones_own_name_can_be_changed(client, me):
    assert save(client, display_name="NGUYỄN PHƯƠNG").location == "/toi/cai-dat"


@pytest.mark.parametrize(
    "values",
    [
        {"display_name": ""},
        {"display_name": "Ai Đó Khác"},
        {"display_name": "a@b.vn"},
        {"unit": "XX"},
        {"language": "fr"},
        {"language": ""},
    ],
)
def test_a_fault_keeps_what_was_typed(client, me, values):
    factories.member(name="Ai đó khác")
    page = save(client, **values)
    assert page.status_code == 422
    assert "<title>Lỗi: Cài đặt" in page.text
    assert client.get("/toi").text.count("Nguyễn Phương")


def test_a_form_cannot_change_more_than_it_shows(client, me):
    save(client, role="admin", email="khac@example.vn", status="erased", birth_year="1980", password_hash="x")
    row = db.session.scalar(select(Member).where(Member.id == me.id).execution_options(populate_existing=True))
    assert (row.role, row.email, row.status, row.birth_year, row.password_hash) == (
        "member",
        me.email,
        "active",
        2001,
        None,
    )


def test_an_imported_name_that_breaks_todays_rules_stays_valid(client):
    who = factories.member(name="Đoàn viên 0912345678")
    factories.sign_in(client, who)
    assert save(client, display_name="Đoàn viên 0912345678").location == "/toi/cai-dat"


def test_a_pseudonym_is_greeted_whole(client):
    factories.sign_in(client, factories.member(name="Bạn trẻ 48213"))
    assert "Chào Bạn trẻ 48213</h1>" in client.get("/toi").text


@pytest.mark.parametrize("path", ["/en/toi", "/en/toi/cai-dat", "/en/toi/mat-khau"])
def test_the_english_pages_are_there(client, me, path):
    page = client.get(path)
    assert page.status_code == 200
    assert '<html lang="en"' in page.text

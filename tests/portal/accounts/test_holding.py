"""Whatever a visitor was doing is done once after signing in: on that browser, or by their word on another."""

import re

import pytest
from sqlalchemy import func, select

from portal.accounts import limits
from portal.accounts.models import PendingAction
from portal.database import db
from portal.discussion.models import Comment, Follow, Report
from portal.ideas.models import Draft
from portal.voting.models import Vote
from tests import factories
from tests.portal.accounts import family, steps

pytestmark = pytest.mark.one_engine_each

WORDS = "Thêm một vòi nước cạnh trạm là ổn."
QUESTION = "/toi/viec-dang-giu"
UNSAID = "/toi/loi-chua-gui"


def do_everything(client, idea):
    """Support, follow, comment, report and write, as a visitor."""
    path = f"/y-tuong/{idea.id}"
    client.post(f"{path}/ung-ho", data={"support": "1", "back": path})
    client.post(f"{path}/theo-doi", data={"follow": "1", "back": path})
    client.post(f"{path}/binh-luan", data={"body": WORDS})
    client.post(f"{path}/bao-cao", data={"reason": "privacy", "note": "Có số điện thoại"})
    client.post("/gui-y-tuong", data={"title": "Bản nháp viết trên xe buýt", "action": "leave"})


def owned(who):
    """How many votes, follows, comments, reports and drafts are theirs."""
    rows = (Vote, Follow, Comment, Report, Draft)
    return [db.session.scalar(select(func.count()).select_from(row).where(row.member_id == who.id)) for row in rows]


def answer(client, mine="1"):
    return client.post(QUESTION, data={"mine": mine, "csrf_token": steps.form_token(client, "/toi/cai-dat")})


@pytest.fixture
def begun(app):
    """Everything was begun in the browser of one application, and a code asked for. (idea, member, browser)"""
    here, idea, who = app.test_client(), factories.published_idea(title="Thùng thu pin cũ"), factories.member()
    do_everything(here, idea)
    steps.ask(here, who.email)
    return idea, who, here


def test_visitors_do_not_fill_the_database_with_what_they_begin(app, monkeypatch):
    """Each request comes with a browser of its own, as from a script; the sixth thing begun is one too many."""
    idea = factories.published_idea()
    monkeypatch.setitem(limits.LIMITS, "begun:address", (5, 3600))
    do_everything(app.test_client(), idea)
    path = f"/y-tuong/{idea.id}"
    sent = [
        ("ung-ho", {"support": "1"}),
        ("theo-doi", {"follow": "1"}),
        ("binh-luan", {"body": WORDS}),
        ("bao-cao", {"reason": "privacy"}),
    ]
    answers = [app.test_client().post(f"{path}/{thing}", data=fields) for thing, fields in sent]
    answers.append(app.test_client().post("/gui-y-tuong", data={"title": "Lại một bản nháp nữa", "action": "leave"}))
    assert [answer.status_code for answer in answers] == [429] * 5


def test_everything_that_was_begun_is_done_once(client):
    idea, who = factories.published_idea(), factories.member()
    do_everything(client, idea)
    do_everything(client, idea)  # pressed twice
    assert owned(who) == [0, 0, 0, 0, 0]
    steps.arrive(client, who.email)
    assert owned(who) == [1, 1, 1, 1, 2]  # two drafts are two texts
    assert db.session.scalars(select(Comment.body)).all() == [WORDS]
    assert "Đã đăng bình luận của bạn." in client.get("/toi").text
    assert db.session.scalars(select(PendingAction)).all() == []


def test_what_is_kept_is_shown_in_words_while_signing_in(client):
    idea = factories.published_idea(title="Thùng thu pin cũ")
    client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": WORDS})
    page = client.get("/dang-nhap").text
    assert "Mình giữ giúp bạn, đăng nhập là xong" in page
    assert "Góp ý cho: Thùng thu pin cũ" in page
    assert "lượt ủng hộ" not in page


def test_the_newest_words_count_and_an_answer_stays_beside_a_comment(client):
    idea = factories.published_idea()
    head = factories.comment(idea)
    for form in ({"body": "Câu một"}, {"body": "Câu hai"}, {"body": "Trả lời", "parent": str(head.id)}):
        client.post(f"/y-tuong/{idea.id}/binh-luan", data=form)
    who = factories.member()
    steps.arrive(client, who.email)
    said = select(Comment.body, Comment.parent_id).where(Comment.member_id == who.id).order_by(Comment.id)
    assert db.session.execute(said).all() == [("Câu hai", None), ("Trả lời", head.id)]


def test_words_of_visitors_do_not_fill_the_disk(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "hold:address", (3, 3600))
    path = f"/y-tuong/{factories.published_idea().id}/binh-luan"
    answers = [app.test_client().post(path, data={"body": WORDS}).status_code for _ in range(4)]
    assert answers == [303, 303, 303, 429]


def test_two_tabs_that_sign_in_do_it_once(begun):
    _idea, who, here = begun
    before = here.get_cookie("sid").value
    steps.type_code(here, steps.code_for(who.email))
    here.set_cookie("sid", before)  # the other tab's click left before the answer came
    steps.type_code(here, steps.code_for(who.email))
    assert owned(who) == [1, 1, 1, 1, 1]


def test_a_child_that_may_not_publish_yet_is_told_and_signed_in(client):
    who = family.child(email="nho@example.vn")
    idea = factories.published_idea()
    client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": WORDS})
    steps.arrive(client, who.email)
    assert "Bình luận được khi phụ huynh và bạn đều đồng ý" in client.get("/toi").text
    assert owned(who)[2] == 0


def test_words_that_are_refused_at_the_door_are_kept_shown_and_sent_later(client):
    who = family.child(email="nho@example.vn")
    idea = factories.published_idea(title="Thùng thu pin cũ")
    client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": WORDS})
    assert steps.arrive(client, who.email).location == UNSAID
    page = client.get(UNSAID).text
    assert WORDS in page
    assert "Thùng thu pin cũ" in page
    home = client.get("/toi").text
    assert UNSAID in home
    assert "Có 1 việc cần bạn." in home
    number = re.search(r'name="id" value="(\d+)"', page)[1]
    again = {"id": number, "body": f"{WORDS}\0 Thêm câu này.", "csrf_token": steps.form_token(client, "/toi/cai-dat")}
    client.post(UNSAID, data=again)  # still refused, and still there
    assert "Thêm câu này." in client.get(UNSAID).text
    family.agree(who)
    family.confirm(who)
    again["id"] = re.search(r'name="id" value="(\d+)"', client.get(UNSAID).text)[1]
    client.post(UNSAID, data=again)
    assert db.session.scalars(select(Comment.body)).all() == [f"{WORDS} Thêm câu này."]
    assert client.get(UNSAID).status_code == 303
    assert UNSAID not in client.get("/toi").text


def test_words_that_were_refused_can_be_thrown_away_and_are_nobody_elses(app, client):
    who = family.child(email="nho@example.vn")
    client.post(f"/y-tuong/{factories.published_idea().id}/binh-luan", data={"body": WORDS})
    steps.arrive(client, who.email)
    number = db.session.scalars(select(PendingAction.id)).one()
    stranger = factories.sign_in(app.test_client(), factories.member())
    for one, left in ((stranger, 1), (client, 0)):
        token = steps.form_token(one, "/toi/cai-dat")
        one.post(UNSAID, data={"id": str(number), "drop": "1", "csrf_token": token})
        assert db.session.scalar(select(func.count()).select_from(PendingAction)) == left


# --- another browser ------------------------------------------------------------------------------------


def test_who_signs_in_on_another_browser_is_asked_and_it_is_done_once(app, begun):
    _idea, who, here = begun
    there = app.test_client()
    steps.a_minute_passes()
    assert steps.arrive(there, who.email).location == QUESTION
    page = there.get(QUESTION).text
    for words in ("Ủng hộ: Thùng thu pin cũ", "Theo dõi: Thùng thu pin cũ", "Góp ý cho: Thùng thu pin cũ", WORDS,
                  "Báo cáo: Thùng thu pin cũ", "Bản nháp: Bản nháp viết trên xe buýt"):  # fmt: skip
        assert words in page
    assert owned(who) == [0, 0, 0, 0, 0], "nothing is done unasked"
    assert "trên máy khác" in there.get("/toi").text
    assert answer(there).location == "/toi"
    assert owned(who) == [1, 1, 1, 1, 1]
    assert answer(there).location == "/toi", "a second click finds nothing to do"
    assert there.get(QUESTION).location == "/toi"
    steps.type_code(here, steps.code_for(who.email))
    assert owned(who) == [1, 1, 1, 1, 1]


def test_who_says_it_was_not_them_is_not_asked_again_and_nothing_is_done(app, begun):
    _idea, who, here = begun
    there = factories.sign_in(app.test_client(), who)
    assert "Không phải mình" in there.get(QUESTION).text
    answer(there, mine="0")
    assert (owned(who), there.get(QUESTION).location) == ([0, 0, 0, 0, 0], "/toi")
    other = factories.member()
    steps.ask(here, other.email)
    steps.type_code(here, steps.code_for(other.email))
    assert owned(other) == [1, 1, 1, 1, 1], "it is still there for whoever it belongs to"


def test_an_address_mistyped_and_put_right_shows_a_stranger_nothing(app, begun):
    _idea, stranger, here = begun
    steps.ask(here, factories.member().email)
    assert factories.sign_in(app.test_client(), stranger).get(QUESTION).location == "/toi"


def test_who_has_nothing_waiting_elsewhere_is_asked_nothing(app):
    who = factories.member()
    steps.ask(app.test_client(), who.email)
    steps.a_minute_passes()
    assert steps.arrive(app.test_client(), who.email).location == "/toi"


def test_of_many_browsers_a_stranger_began_on_the_latest_are_asked_about_once(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "code:account", (20, 3600))
    who, titles = factories.member(), [f"Nháp trên máy {number:02}" for number in range(12)]
    for title in titles:
        stranger = app.test_client()
        stranger.post("/gui-y-tuong", data={"title": title, "action": "leave"})
        steps.ask(stranger, who.email)
        steps.a_minute_passes()
    home = factories.sign_in(app.test_client(), who)
    asked = home.get(QUESTION).text
    assert [title for title in titles if title in asked] == titles[2:]
    answer(home, "0")
    assert home.get(QUESTION).status_code == 303

"""Seven to fifteen: nothing of a child is public or counted before guardian and child have said yes."""

import re

import pytest
from sqlalchemy import func, select

from portal.accounts.consents import Consent, text_hash
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.errors import Refusal
from portal.ideas import services as ideas
from portal.ideas.models import IdeaEdit
from portal.moderation.models import Case
from portal.voting import services as voting
from portal.voting.models import HeldVote
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family, steps
from tests.portal.accounts.test_registering import born
from tests.portal.campaigns.campaign_rows import campaign
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
CHILD = {"display_name": "Phương Bé", "guardian_email": family.PARENT, "unit": "40"}


@pytest.fixture
def newcomer(client):
    assert steps.arrive(client, "be@example.vn").location == "/dang-ky"
    return client


def register(client, **values):
    return client.post("/dang-ky", data={**CHILD, **born(12), **values})


def member():
    return db.session.scalars(select(Member).where(Member.email == "be@example.vn")).one()


# --- registration -------------------------------------------------------------------------------


def test_a_child_registers_and_the_guardian_is_asked(newcomer):
    assert register(newcomer).location == "/toi"
    page = newcomer.get("/toi").text
    assert "Đang chờ phụ huynh" in page
    assert family.PARENT in page
    who = member()
    assert (who.status, who.purposes) == ("waiting", "")
    assert re.fullmatch(r"Bạn trẻ \d+", who.display_name)  # not the name that was typed
    asked = family.letters()
    assert [letter["To"] for letter in asked] == [family.PARENT]
    assert "Phương" not in asked[0]["Subject"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"guardian_email": ""}, "Nhập e-mail"),
        ({"guardian_email": "be@example.vn"}, "Đây là e-mail bạn vừa dùng"),
        ({"guardian_email": "a@x.vn, b@y.vn"}, "chưa đúng dạng"),
        ({"guardian_email": "a@x.vn\r\nBcc: b@y.vn"}, "chưa đúng dạng"),
        ({"display_name": "Quản trị viên"}, "ban quản trị"),
    ],
)
def test_what_a_child_cannot_type(newcomer, typed, told):
    page = register(newcomer, **typed)
    assert page.status_code == 422
    assert told in page.text


def test_a_child_without_an_address_of_their_own_uses_the_guardians(newcomer):
    assert register(newcomer, guardian_email="", shared_email="y").location == "/toi"
    assert [letter["To"] for letter in family.letters()] == ["be@example.vn"]


def test_the_child_corrects_the_address_and_the_old_link_is_worth_nothing(client):
    child = family.child("sai@example.vn")
    old = family.token_of(child)
    factories.sign_in(client, child)
    token = token_in(client.get("/toi").text)
    client.post("/toi/phu-huynh", data={"guardian_email": family.PARENT, "csrf_token": token})
    assert client.get(f"/dong-y/{old}").status_code == 404
    assert [letter["To"] for letter in family.letters()] == [
        family.PARENT,
        family.PARENT,
    ]  # the first letter, too, finds the new one


# --- before the answer --------------------------------------------------------------------------


def test_before_the_answer_votes_are_held_and_texts_are_seen_by_nobody_else(client):
    idea, child = factories.published_idea(), family.child()
    with transaction():
        assert voting.cast(child, idea.id, now()) == 0
        sent = ideas.add(child, factories.content(), now())
        with pytest.raises(Refusal, match="phụ huynh"):
            discussion.post(child, idea.id, "Mình thấy ý này hay.", now())
    stories.relay()
    assert (sent.status, family.votes(idea)) == ("waiting_guardian", 0)
    assert db.session.scalar(select(func.count()).select_from(Case).where(Case.idea_id == sent.id)) == 0
    assert client.get(f"/y-tuong/{sent.id}").status_code == 404
    factories.sign_in(client, child)
    assert "Đã ủng hộ" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert idea.title in client.get("/toi").text
    with transaction():
        voting.take_back(child, idea.id, now())
    assert db.session.scalar(select(func.count()).select_from(HeldVote)) == 0


# --- the guardian's page ------------------------------------------------------------------------


def test_the_page_says_what_is_kept_and_nothing_is_ticked(client):
    page = client.get(f"/dong-y/{family.token_of(family.child())}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page.headers["Cache-Control"]
    for words in ("Chúng tôi giữ những gì", "Giữ trong bao lâu", "Phương Bé", 'content="noindex"'):
        assert words in page.text
    assert page.text.count('name="purpose"') == 5
    assert " checked" not in page.text
    assert "Kính gửi phụ huynh" not in client.get(f"/en/dong-y/{family.token_of(family.child())}").text


@pytest.mark.parametrize("token", ["x", "IngiCg.aaaa.bbbb", "a" * 3000, "%00"])
def test_a_made_up_link_opens_nothing(client, token):
    assert client.get(f"/dong-y/{token}").status_code == 404


def test_agreeing_without_choosing_is_told(client):
    page = family.answer(client, family.child(), answer="agree", guardian_name="", relation="x")
    assert page.status_code == 422
    for words in ("Con có tài khoản”", "Nhập họ tên", "Chọn anh/chị là ai"):
        assert words in page.text


def test_both_say_yes_and_everything_held_comes_through(client):
    idea, child = factories.published_idea(), family.child()
    with transaction():
        voting.cast(child, idea.id, now())
        sent = ideas.add(child, factories.content(), now())
    answer = family.answer(client, child, answer="agree", purpose=["account", "publish"])
    assert answer.status_code == 303
    assert "Đã ghi nhận" in client.get(answer.location).text
    family.letters()
    assert family.votes(idea) == 1  # private to the child, so the guardian's yes to the account is enough
    db.session.refresh(sent)
    assert sent.status == "waiting_guardian"  # publishing needs the child's yes, too
    factories.sign_in(client, child)
    page = client.get("/toi").text
    assert "Xem và xác nhận" in page
    assert "Có 1 việc cần bạn." in page
    page = client.get("/toi/dong-y").text
    assert "sau khi có người duyệt" in page
    token = token_in(page)
    client.post("/toi/dong-y", data={"csrf_token": token})
    page = client.get("/toi").text  # before the worker has come round to it
    assert "Bài đang được chuyển cho người duyệt" in page
    assert "Xem phụ huynh đã trả lời chưa" not in page
    stories.relay()
    stories.relay()
    db.session.refresh(sent)
    assert sent.status == "waiting"
    assert db.session.scalar(select(Case.state).where(Case.idea_id == sent.id)) == "open"
    assert family.sound() == []


@pytest.mark.parametrize(
    ("guardian", "told"), [(None, "Có 1 việc cần bạn."), (family.PARENT, "Chưa có việc gì cần bạn.")]
)
def test_only_what_is_up_to_the_child_is_counted(client, guardian, told):
    factories.sign_in(client, family.child(guardian))
    assert told in client.get("/toi").text


def test_a_consent_is_written_down_with_its_words(client):
    child = family.child()
    family.answer(client, child, answer="agree", purpose=["account", "name"])
    rows = db.session.scalars(select(Consent).where(Consent.member_id == child.id).order_by(Consent.id)).all()
    assert [(row.giver, row.purpose, row.language, row.channel) for row in rows] == [
        ("guardian", "account", "vi", "web"),
        ("guardian", "name", "vi", "web"),
    ]
    assert rows[0].text_hash == text_hash(
        "Con có tài khoản. Con viết nháp, ủng hộ và theo dõi ý tưởng. Cần có để dùng các mục dưới."
    )
    assert all(row.given_at and not row.withdrawn_at and row.text_version for row in rows)
    family.answer(client, child, answer="agree", purpose=["account"])
    db.session.expire_all()
    assert [bool(row.withdrawn_at) for row in rows] == [False, True]


def test_the_receipt_has_the_choices_and_the_link(client):
    child = family.child()
    family.letters()
    family.answer(client, child, answer="agree", purpose=["account"])
    (receipt,) = family.letters()
    body = receipt.get_body(("plain",)).get_content()
    assert receipt["To"] == family.PARENT
    assert "Con có tài khoản" in body
    assert "Đăng ý tưởng" not in body
    link = re.search(r"http://localhost(/dong-y/\S+)", body)[1]
    page = client.get(link).text
    assert page.count(" checked") == 1 + 1  # the purpose and the relation
    assert "Rút lại đồng ý" in page


def test_the_chosen_name_shows_only_with_both_yeses(client):
    child = family.child()
    family.agree(child, "account", "name")
    assert child.display_name.startswith("Bạn trẻ")
    family.confirm(child)
    db.session.refresh(child)
    assert child.display_name == "Phương Bé"
    family.agree(child, "account")
    db.session.refresh(child)
    assert child.display_name.startswith("Bạn trẻ")


def test_contests_need_a_yes_of_their_own():
    child = family.child()
    family.agree(child, "account", "publish")
    family.confirm(child)
    with transaction(), pytest.raises(Refusal) as told:
        ideas.add(child, factories.content(campaign="x"), now())
    assert "dự thi" in str(told.value.errors["campaign"])
    mine = factories.idea("waiting", child)
    with transaction(), pytest.raises(Refusal) as told:  # nor by the way round
        ideas.revise(child, mine.id, mine.version, factories.content(campaign="x"), now())
    assert "dự thi" in str(told.value.errors["campaign"])


def test_without_the_yes_to_contests_an_idea_leaves_its_campaign_and_stays_public(client):
    child, contest = family.allowed_child(), campaign("sang-tao-xanh")
    mine, other = (factories.published_idea(who, campaign=contest.slug) for who in (child, factories.member()))
    with transaction():
        ideas.propose(child, mine.id, mine.version, factories.content(title="Tên khác hẳn cho ý này"), now())
    family.agree(child, "account", "publish")
    stories.relay()
    page = client.get("/y-tuong?campaign=sang-tao-xanh").text
    assert f"/y-tuong/{other.id}" in page
    assert f"/y-tuong/{mine.id}" not in page
    edit_id, moderator = db.session.scalars(select(IdeaEdit.id)).one(), factories.member("moderator")
    with transaction():
        ideas.accept_edit(edit_id, moderator, now())
    db.session.refresh(mine)
    assert (mine.status, mine.title, mine.campaign_id) == ("published", "Tên khác hẳn cho ý này", None)

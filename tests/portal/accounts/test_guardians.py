"""Seven to fifteen: nothing of a child is public or counted before guardian and child have said yes."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from portal import checks
from portal.accounts import queries, services
from portal.accounts.consents import Consent, text_hash
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.errors import Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaRank
from portal.moderation.models import Case
from portal.notifications import delivery
from portal.voting import services as voting
from portal.voting.models import HeldVote, Vote
from tests import factories
from tests.portal.accounts import family, steps
from tests.portal.accounts.test_registering import born
from tests.portal.notifications import stories
from worker.tasks.accounts import guardians_due

pytestmark = pytest.mark.usefixtures("app")
CHILD = {"display_name": "Phương Bé", "guardian_email": family.PARENT, "unit": "40"}


def letters():
    sink = stories.Sink()
    stories.relay()
    delivery.drain(mailer=sink)
    return sink.taken


def votes(idea):
    return db.session.scalar(select(IdeaRank.votes).where(IdeaRank.idea_id == idea.id))


def sound():
    return [result.name for result in checks.run(now()) if not result.ok]


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
    asked = letters()
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
    assert [letter["To"] for letter in letters()] == ["be@example.vn"]


def test_the_child_corrects_the_address_and_the_old_link_is_worth_nothing(client):
    child = family.child("sai@example.vn")
    old = family.token_of(child)
    factories.sign_in(client, child)
    token = client.get("/toi").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/toi/phu-huynh", data={"guardian_email": family.PARENT, "csrf_token": token})
    assert client.get(f"/dong-y/{old}").status_code == 404
    assert [letter["To"] for letter in letters()] == [
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
    assert (sent.status, votes(idea)) == ("waiting_guardian", 0)
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
    letters()
    assert votes(idea) == 1  # private to the child, so the guardian's yes to the account is enough
    db.session.refresh(sent)
    assert sent.status == "waiting_guardian"  # publishing needs the child's yes, too
    factories.sign_in(client, child)
    assert "Xem và xác nhận" in client.get("/toi").text
    page = client.get("/toi/dong-y").text
    assert "sau khi có người duyệt" in page
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.post("/toi/dong-y", data={"csrf_token": token})
    stories.relay()
    stories.relay()
    db.session.refresh(sent)
    assert sent.status == "waiting"
    assert db.session.scalar(select(Case.state).where(Case.idea_id == sent.id)) == "open"
    assert sound() == []


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
    letters()
    family.answer(client, child, answer="agree", purpose=["account"])
    (receipt,) = letters()
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


# --- no, never mind, silence --------------------------------------------------------------------


def test_withdrawal_hides_at_once_ends_the_sessions_and_starts_erasure(client):
    child = family.allowed_child()
    mine, other = factories.published_idea(child), factories.published_idea()
    waiting = factories.idea("waiting", child)
    with transaction():
        voting.cast(child, other.id, now())
        said = discussion.post(child, other.id, "Mình thấy ý này hay.", now())
        discussion.publish(said.id)
    stories.relay()
    inside = factories.sign_in(client.application.test_client(), child)
    assert family.answer(client, child, answer="stop").status_code == 303
    stories.relay()
    assert inside.get("/toi").status_code == 303
    assert client.get(f"/y-tuong/{mine.id}").status_code == 404
    assert "Mình thấy ý này hay" not in client.get(f"/y-tuong/{other.id}", follow_redirects=True).text
    assert mine.title not in client.get("/y-tuong").text
    assert db.session.scalar(select(Case.state).where(Case.idea_id == waiting.id)) == "closed"
    assert sound() == []
    page = client.get(f"/dong-y/{family.token_of(child)}").text
    assert "không đồng ý" in page
    assert steps.arrive(client, child.email).status_code == 403
    family.agree(child)  # a change of mind, in time
    stories.relay()
    db.session.refresh(mine)
    assert mine.status == "waiting"  # a moderator looks again


def test_a_no_cannot_be_said_twice(client):
    child = family.child()
    family.answer(client, child, answer="stop")
    answer = family.answer(client, child, answer="stop", follow_redirects=True)
    assert "Anh/chị đã trả lời rồi" in answer.text


def test_an_old_link_sends_a_new_one_to_the_address_we_know_and_does_nothing_else(client):
    child = family.child()
    token, letters_before = family.token_of(child), len(letters())
    with patch("itsdangerous.timed.time.time", return_value=now().timestamp() + 31 * 86400):
        page = client.get(f"/dong-y/{token}").text
        assert "Đường dẫn đã quá hạn" in page
        assert "Phương Bé" not in page
        client.post(f"/dong-y/{token}", data={"answer": "stop"})
    assert family.row_of(child).state == "waiting"
    assert [letter["To"] for letter in letters()] == [family.PARENT] * letters_before


def test_links_cannot_be_sent_without_end(client):
    child = family.child()
    for _ in range(3):
        answer = family.answer(client, child, answer="resend")
    assert (
        "Bạn thử hơi nhiều lần" in client.get(answer.location or f"/dong-y/{family.token_of(child)}").text + answer.text
    )


def test_silence_is_reminded_twice_and_then_everything_is_deleted(client):
    child, idea = family.child(), factories.published_idea()
    with transaction():
        voting.cast(child, idea.id, now())
        draft = ideas.add(child, factories.content(title="Một ý chỉ mình con biết"), now())
    letters()
    guardians_due()
    assert letters() == []
    subjects = []
    for days in (3, 7):
        family.time_passes(child, days=days)
        guardians_due()
        subjects += [letter["Subject"] for letter in letters()]
    assert subjects == ["Nhắc: con anh/chị đang chờ phụ huynh đồng ý"] * 2
    link = f"/dong-y/{family.token_of(child)}"
    family.time_passes(child, days=20)
    guardians_due()
    assert letters() == []
    db.session.refresh(child)
    assert (child.status, child.email, child.birth_year, child.display_name) == (
        "erased", None, None, "Thành viên đã rời Nảy",
    )  # fmt: skip
    assert family.row_of(child).email is None
    assert db.session.get(Idea, draft.id, populate_existing=True).title == "–"
    assert db.session.scalar(select(func.count()).select_from(HeldVote)) == 0
    assert client.get(link).status_code == 410
    assert sound() == []


def test_a_guardian_neither_lifts_a_suspension_nor_is_overruled_by_its_end():
    child, admin = family.allowed_child(), factories.member("admin")
    with transaction():
        services.suspend(admin, child, "Gửi quảng cáo nhiều lần", now() + timedelta(days=7), now())
    family.agree(child, "account")
    db.session.refresh(child)
    assert child.status == "suspended"
    with transaction():
        services.stop(family.row_of(child).id, now())
        services.lift_due(now() + timedelta(days=400))
    db.session.refresh(child)
    assert child.status == "closed"


# --- a child's mail -----------------------------------------------------------------------------


def test_a_childs_letters_go_to_the_guardian_as_a_copy_and_codes_to_the_child():
    child = family.allowed_child()
    letters()
    with transaction():
        ideas.add(child, factories.content(), now())
    stories.relay()
    (copy,) = letters()
    assert copy["To"] == family.PARENT
    assert "Kính gửi phụ huynh" in copy.get_body(("plain",)).get_content()
    assert "Kính gửi phụ huynh" in copy.get_body(("html",)).get_content()
    stories.code_requested(child.email)
    assert [letter["To"] for letter in letters()] == [child.email]


def test_a_grown_members_mailbox_is_their_own():
    who = factories.member()
    assert queries.mailbox_of(who) == (who.email, "vi", False)
    assert queries.mailbox_of(family.child(None)).address is None


def test_votes_counted_twice_never(client):
    """The fact of consent may be relayed again; the vote counts once."""
    idea, child = factories.published_idea(), family.child()
    with transaction():
        voting.cast(child, idea.id, now())
    family.agree(child)
    family.agree(child, "account")
    stories.relay()
    assert votes(idea) == 1
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1

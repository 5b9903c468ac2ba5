"""What a guardian's no, change of mind or silence does, and whose mailbox a child's letters go to."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select

from portal.accounts import limits, queries, services
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation.models import Case
from portal.voting import services as voting
from portal.voting.models import HeldVote, Vote
from tests import factories
from tests.portal.accounts import family, steps
from tests.portal.accounts.test_registering import born
from tests.portal.notifications import stories
from worker.tasks.accounts import guardians_due

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
CHILD = {"display_name": "Phương Bé", "guardian_email": family.PARENT, "unit": "40"}


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
    assert family.sound() == []
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
    token, letters_before = family.token_of(child), len(family.letters())
    with patch("itsdangerous.timed.time.time", return_value=now().timestamp() + 31 * 86400):
        page = client.get(f"/dong-y/{token}").text
        assert "Đường dẫn đã quá hạn" in page
        assert "Phương Bé" not in page
        client.post(f"/dong-y/{token}", data={"answer": "stop"})
    assert family.row_of(child).state == "waiting"
    assert [letter["To"] for letter in family.letters()] == [family.PARENT] * letters_before


def test_links_cannot_be_sent_without_end(client):
    child = family.child()
    for _ in range(3):
        answer = family.answer(client, child, answer="resend")
    assert (
        "Bạn thử hơi nhiều lần" in client.get(answer.location or f"/dong-y/{family.token_of(child)}").text + answer.text
    )


def test_nobodys_mailbox_is_filled_by_ever_new_children(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "letter:mailbox", (2, 86400))
    for number in range(3):
        client = app.test_client()
        steps.arrive(client, f"be{number}@example.vn")
        answer = client.post("/dang-ky", data={**CHILD, **born(12), "display_name": f"Bé thứ {number}"})
        assert answer.status_code == (303 if number < 2 else 422)
    assert "Bạn thử hơi nhiều lần" in answer.text
    assert [letter["To"] for letter in family.letters()].count(family.PARENT) == 2


def test_silence_is_reminded_twice_and_then_everything_is_deleted(client):
    child, idea = family.child(), factories.published_idea()
    with transaction():
        voting.cast(child, idea.id, now())
        draft = ideas.add(child, factories.content(title="Một ý chỉ mình con biết"), now())
    family.letters()
    guardians_due()
    assert family.letters() == []
    subjects = []
    for days in (3, 7):
        family.time_passes(child, days=days)
        guardians_due()
        subjects += [letter["Subject"] for letter in family.letters()]
    assert subjects == ["Nhắc: con anh/chị đang chờ phụ huynh đồng ý"] * 2
    link = f"/dong-y/{family.token_of(child)}"
    family.time_passes(child, days=20)
    guardians_due()
    assert family.letters() == []
    db.session.refresh(child)
    assert (child.status, child.email, child.birth_year, child.display_name) == (
        "erased", None, None, "Thành viên đã rời Nảy",
    )  # fmt: skip
    assert family.row_of(child).email is None
    assert db.session.get(Idea, draft.id, populate_existing=True).title == "–"
    assert db.session.scalar(select(func.count()).select_from(HeldVote)) == 0
    assert client.get(link).status_code == 410
    assert family.sound() == []


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


def test_a_guardian_who_says_no_and_then_yes_does_not_lift_a_suspension():
    child, admin = family.allowed_child(), factories.member("admin")
    with transaction():
        services.suspend(admin, child, "Gửi quảng cáo nhiều lần", now() + timedelta(days=7), now())
        services.stop(family.row_of(child).id, now())
    family.agree(child, "account")
    db.session.refresh(child)
    assert child.status == "suspended"
    with transaction():
        services.lift_due(now() + timedelta(days=8))
    db.session.refresh(child)
    assert child.status == "active"


# --- a child's mail -----------------------------------------------------------------------------


def test_a_childs_letters_go_to_the_guardian_as_a_copy_and_codes_to_the_child():
    child = family.allowed_child()
    family.letters()
    with transaction():
        ideas.add(child, factories.content(), now())
    stories.relay()
    (copy,) = family.letters()
    assert copy["To"] == family.PARENT
    assert "Kính gửi phụ huynh" in copy.get_body(("plain",)).get_content()
    assert "Kính gửi phụ huynh" in copy.get_body(("html",)).get_content()
    stories.code_requested(child.email)
    assert [letter["To"] for letter in family.letters()] == [child.email]


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
    assert family.votes(idea) == 1
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1

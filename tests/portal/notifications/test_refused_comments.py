"""A comment that is not shown is not passed over in silence: its writer sees why, and has a letter where two decided."""

import pytest
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.moderation import services as desk
from portal.moderation.models import Case
from portal.notices.models import Notice
from portal.notifications import delivery
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, text

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PLAIN, REMOVE, MONTH = desk.Heavier(), desk.Heavier(remove=True), desk.Heavier(silence_days=30)


@pytest.fixture
def writer():
    return factories.member()


@pytest.fixture
def held(writer):
    """A comment in which a rule found something, before it was read."""
    said = factories.comment(factories.published_idea(), who=writer, body="Gọi mình theo số 0912345678 nhé")
    stories.relay()
    return said


def refuse(said, heavier=PLAIN, people=1):
    for _ in range(people):
        moderator = factories.member("moderator")
        case = db.session.scalar(
            select(Case).where(Case.comment_id == said.id).execution_options(populate_existing=True)
        )
        with transaction():
            made = desk.decide(
                case.id, moderator, case.version, "reject", "privacy", "Có số máy.", now(), heavier=heavier
            )
    stories.relay()
    with transaction():
        db.session.execute(update(Notice).values(due_at=now()))
    stories.due_now()
    return made, moderator


def told(said):
    return db.session.scalars(select(Notice.kind).where(Notice.member_id == said.member_id)).all()


def test_a_refused_comment_is_told_with_the_reason_and_no_letter(client, writer, held):
    decision, moderator = refuse(held)
    assert letters("content_hidden") == []
    factories.sign_in(client, factories.member())
    assert "không được đăng vì" not in client.get("/toi/thong-bao").text
    with client.session_transaction() as session:
        session.clear()
    factories.sign_in(client, writer)
    page = client.get("/toi/thong-bao").text
    assert "Bình luận của bạn không được đăng vì có thông tin riêng tư." in page
    assert "Có số máy." not in page
    assert f"/toi/quyet-dinh/{decision.id}" in page
    form = client.get(f"/toi/quyet-dinh/{decision.id}", follow_redirects=True)
    assert form.request.path == f"/y-tuong/{held.idea_id}/binh-luan/{held.id}/xem-lai"
    assert "Lý do: Có thông tin riêng tư" in form.text
    assert "Có số máy." not in form.text, "a note among colleagues"
    with transaction():
        desk.undo(decision.id, moderator, 60, now())
    stories.relay()
    assert told(held) == []


@pytest.mark.parametrize("heavier", [REMOVE, MONTH], ids=["removed", "silenced"])
def test_what_two_decide_about_a_comment_comes_by_letter(held, heavier):
    refuse(held, heavier, people=2)
    (letter,) = letters("content_hidden")
    assert letter.recipient_id == held.member_id
    delivery.drain(mailer=(sink := stories.Sink()))
    (words,) = [words for words in map(text, sink.taken) if "bình luận của bạn" in words]
    assert "Có số máy." in words
    assert ("gỡ hẳn" in words) is heavier.remove
    assert ("tạm chưa gửi bài và bình luận" in words) is bool(heavier.silence_days)
    assert told(held) == ["refused_hidden"]


def test_the_bell_leads_to_the_reason_even_where_no_letter_arrives(client, writer, held):
    decision, _moderator = refuse(held, MONTH, people=2)
    factories.sign_in(client, writer)
    assert f"/toi/quyet-dinh/{decision.id}" in client.get("/toi/thong-bao").text
    form = client.get(f"/toi/quyet-dinh/{decision.id}", follow_redirects=True).text
    assert "Lý do: Có thông tin riêng tư" in form
    assert "Có số máy." in form


def test_nobody_turns_off_the_reasons_for_hiding_or_for_refusing_an_edit():
    for story in (stories.hidden, stories.edited):
        story("vi")
        stories.relay()
    authors = [letters(kind)[0].recipient_id for kind in ("content_hidden", "edit_answered")]
    for author in authors:
        stories.wants(db.session.get_one(Member, author), my_ideas="never")
    stories.due_now()
    delivery.drain(mailer=stories.Sink())
    assert [letters(kind)[0].state for kind in ("content_hidden", "edit_answered")] == ["sent", "sent"]

"""What is pending, hidden or gone is named in nobody's mailbox but its writer's; and who heard of a decision hears that it fell."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.ideas.services import coauthors
from portal.moderation import services as moderation
from portal.moderation.models import Case, Decision
from portal.notices.models import Notice
from portal.notifications.models import Letter
from portal.voting import services as voting
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent, text
from tests.portal.notifications.sending import send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
RUDE = "Thầy chủ nhiệm lớp mình là đồ bỏ đi"
THEIRS = "Bến đò có áo phao cho học sinh"


def leaving():
    """Subjects and words of what leaves now."""
    stories.relay()
    stories.due_now()
    return [f"{one['Subject']}\n{text(one)}\n{one.get_body(('html',)).get_content()}" for one in send().taken]


def becomes(idea, status):
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(status=status))


# --- what is named ------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "named"), [("waiting", False), ("needs_changes", False), ("published", True)])
@pytest.mark.parametrize("rhythm", ["now", "daily"])
def test_an_invitation_names_what_everybody_may_read(status, named, rhythm):
    invited = stories.wants(factories.member(), my_ideas=rhythm)
    idea = factories.idea(status, title=RUDE)
    with transaction():
        coauthors.invite(db.session.get_one(Member, idea.author_id), idea.id, f"@{invited.handle}", now())
    words = leaving()
    if rhythm == "daily":
        stories.gathered()
        words = leaving()
    (invitation,) = [one for one in words if "đứng tên" in one]
    assert (RUDE in invitation) is named
    assert f"/y-tuong/{idea.id}" in invitation


def test_whoever_is_invited_by_address_before_having_an_account_hears_of_it_with_the_account():
    idea = factories.published_idea()
    with transaction():
        coauthors.invite(db.session.get_one(Member, idea.author_id), idea.id, "nguoi.moi@example.vn", now())
    stories.relay()
    newcomer = factories.member(email="nguoi.moi@example.vn")
    stories.arrived(newcomer)
    assert any("mời bạn làm đồng tác giả" in one for one in leaving())
    assert db.session.scalars(select(Notice.kind).where(Notice.member_id == newcomer.id)).all() == ["invited"]


@pytest.mark.parametrize(("status", "named"), [("published", True), ("hidden", False), ("removed", False)])
def test_whose_comment_is_hidden_reads_the_title_of_what_everybody_may_read(status, named):
    idea = factories.published_idea(title=THEIRS)
    comment = factories.comment(idea)
    factories.report(idea, comment=comment)
    stories.relay()
    stories.hides(db.session.scalars(select(Case).where(Case.kind == "report")).one())
    becomes(idea, status)
    (words,) = [one for one in leaving() if "không để nó hiện nữa" in one]
    assert (THEIRS in words) is named


@pytest.mark.parametrize(("status", "named"), [("published", True), ("hidden", False)])
def test_a_merger_names_and_links_what_everybody_may_read(status, named):
    mine, into = factories.published_idea(), factories.published_idea(title=THEIRS)
    stories.merges(mine, into)
    becomes(into, status)
    (words,) = [one for one in leaving() if "đã gộp vào đó" in one]
    assert (THEIRS in words, f"/y-tuong/{into.id}-" in words) == (named, named)


def test_a_welcome_names_only_what_everybody_may_read():
    near = stories.registered()
    hidden = factories.published_idea(unit="40", title=RUDE)
    with transaction():
        voting.cast(near, hidden.id, now())
    with transaction():
        ideas.hide(hidden.id, None, now())
    (words,) = [one for one in leaving() if "Chào bạn" in one]
    assert RUDE not in words


# --- what does not stand any more ---------------------------------------------------------------


def restored(decision):
    moderator = factories.member("moderator")
    with transaction():
        moderation.restore(decision.id, moderator, now())
    return leaving()


def shown_on_trust():
    idea = factories.published_idea(title=THEIRS)
    with transaction():
        db.session.add(
            Case(
                kind="idea", subject=f"idea:{idea.id}", idea_id=idea.id, idea_version=1, created_at=now(), due_at=now()
            )
        )
    return stories.decided("reject", idea)


@pytest.mark.parametrize(
    ("decide", "words"),
    [
        (lambda: stories.asked_again("vi"), "Câu trả lời cho đề nghị xem lại về"),
        (lambda: stories.merged("vi"), "không còn gộp vào ý khác"),
        (shown_on_trust, "Quyết định trước về ý tưởng"),
        (lambda: stories.edited("vi"), "Quyết định trước về bản sửa"),
        (lambda: stories.hidden("vi"), "Quyết định trước về ý tưởng"),
    ],
    ids=["appeal", "merge", "shown on trust", "edit", "report"],
)
def test_whoever_was_told_of_a_decision_is_told_that_it_does_not_stand(decide, words):
    decision = decide()
    leaving()
    assert [one for one in restored(decision) if words in one]
    assert letters("decision_reopened")[0].state == "sent"


def test_of_a_comment_it_is_said_in_words_of_its_own():
    idea = factories.published_idea(title=THEIRS)
    factories.report(idea, comment=factories.comment(idea))
    stories.relay()
    decision = stories.hides(db.session.scalars(select(Case).where(Case.kind == "report")).one())
    leaving()
    (words,) = restored(decision)
    assert "Quyết định trước về bình luận của bạn" in words
    assert "bài của bạn" not in words


def test_those_beside_the_author_and_daily_readers_hear_that_it_does_not_stand():
    author, beside, unaware = (
        stories.wants(factories.member(), my_ideas="daily"),
        factories.member(),
        factories.member(),
    )
    idea = stories.idea_sent(author)
    for member in (beside, unaware):
        with transaction():
            coauthors.invite(author, idea.id, f"@{member.handle}", now())
            coauthors.accept(member, idea.id, now())
    decision = stories.decided("approve", idea)
    leaving()
    with transaction():
        db.session.execute(update(Notice).values(due_at=now()))
        read = update(Notice).where(Notice.member_id == beside.id, Notice.kind == "approve")
        db.session.execute(read.values(read_at=now()))
    stories.gathered()
    sent()
    restored(decision)
    told = select(Letter.recipient_id).where(Letter.kind == "decision_reopened").order_by(Letter.recipient_id)
    assert db.session.scalars(told).all() == [author.id, beside.id]
    assert set(db.session.scalars(select(Notice.member_id).where(Notice.kind == "reopened"))) == {author.id, beside.id}


def test_whose_appeal_about_something_removed_is_open_again_hears_of_it():
    decision = stories.asked_again("vi")
    leaving()
    becomes(db.session.get_one(Idea, decision.idea_id), "removed")
    with transaction():
        db.session.execute(update(Decision).where(Decision.id == decision.id).values(outcome="reject"))
    assert [one for one in restored(decision) if "Câu trả lời cho đề nghị xem lại về" in one]


def test_what_is_decided_again_before_the_letter_leaves_is_not_said_to_be_open():
    decision = stories.hidden("vi")
    leaving()
    moderator = factories.member("moderator")
    with transaction():
        moderation.restore(decision.id, moderator, now())
    with transaction():
        db.session.execute(update(Case).values(state="decided"))
    assert not [one for one in leaving() if "không còn nữa" in one]


# --- what a decision says -----------------------------------------------------------------------


@pytest.mark.parametrize("masked", [True, False])
def test_a_published_idea_is_said_to_have_been_masked_if_it_was(masked):
    author = factories.member()
    idea = stories.idea_sent(author, problem="Gọi cho mình 0912 345 678 để biết bãi rác này gần trường thế nào.")
    stories.relay()
    if masked:
        case, moderator = db.session.scalars(select(Case)).one(), factories.member("moderator")
        with transaction():
            moderation.mask(case.id, moderator, case.version, {"phone": "[đã che]"}, now())
    stories.decided("approve", idea)
    (words,) = [one for one in leaving() if "đã duyệt ý tưởng của bạn" in one]
    assert ("che thông tin riêng" in words) is masked


@pytest.mark.parametrize("asked", [True, False])
def test_a_refusal_offers_to_ask_again_only_where_one_may(asked):
    author = factories.member()
    decision = stories.decided("reject", stories.idea_sent(author))
    if asked:
        with transaction():
            words = "Mình đã hỏi uỷ ban xã, việc này chi đoàn làm được."
            moderation.appeal(author, decision.idea_id, words, moderation.Deadlines(review=60), now())
    (words,) = [one for one in leaving() if "không được đăng" in one]
    assert ("/xem-lai" in words) is not asked


def test_the_button_of_what_is_to_be_changed_leads_to_the_field():
    stories.decided("return", stories.idea_sent())
    (words,) = [one for one in leaving() if "sửa trước khi đăng" in one]
    assert "/sua#problem" in words

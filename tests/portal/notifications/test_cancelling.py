"""Letters that are not wanted any more when they are about to leave."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.accounts.models import Member, SignInAttempt
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation import services as moderation
from portal.moderation.models import Decision
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.sending import change, send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def cancelled(kind):
    assert send().taken == []
    letter = stories.letter(kind)
    assert letter.state == "cancelled"
    return letter.last_text


def test_a_code_that_has_expired_is_not_sent():
    stories.code_requested()
    stories.relay()
    change(SignInAttempt, expires_at=now() - timedelta(seconds=1))
    assert "expired" in cancelled("sign_in_code")


def test_a_code_that_was_entered_is_not_sent():
    stories.code_requested()
    stories.relay()
    change(SignInAttempt, code_ok_at=now())
    assert "used up" in cancelled("sign_in_code")


def test_undoing_a_decision_cancels_its_letter():
    decision = stories.decided()
    stories.relay()
    send()  # the letter that the idea was received
    moderator = db.session.get_one(Member, decision.moderator_id)
    with transaction():
        moderation.undo(decision.id, moderator, 60, now())
    stories.relay()
    assert stories.letter("idea_published").state == "cancelled"


def test_a_decision_undone_at_the_last_moment_is_not_mailed():
    stories.decided("reject")
    stories.relay()
    send()
    change(Decision, undone_at=now())
    stories.due_now()
    assert "undone" in cancelled("idea_not_published")


def test_a_letter_about_a_withdrawn_idea_is_not_sent():
    author = factories.member()
    idea = stories.idea_sent(author)
    stories.relay()
    with transaction():
        ideas.withdraw(author, idea.id, "Mình đổi ý rồi.", now())
    assert "withdrawn" in cancelled("idea_received")


def test_advice_that_was_already_followed_is_not_sent():
    author = factories.member()
    idea = stories.idea_sent(author)
    stories.decided("return", idea)
    stories.relay()
    send()
    with transaction():
        ideas.revise(author, idea.id, idea.version, factories.content(), now())
    stories.due_now()
    assert "waiting by now" in cancelled("idea_needs_changes")


@pytest.mark.parametrize("gone", [{"status": "suspended"}, {"status": "erased"}, {"email": None}], ids=str)
def test_nobody_writes_to_a_member_who_is_gone(gone):
    stories.idea_sent()
    stories.relay()
    change(Member, **gone)
    cancelled("idea_received")

"""That a part of a text was masked is said once: by the letter with the decision, or of what was published by a line of news."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.notices.models import Notice
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, shown_now, text
from tests.portal.notifications.sending import send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
PROBLEM = "Gọi cho mình 0912 345 678 để biết bãi rác này gần trường thế nào."
SAID = "che thông tin riêng"


def masked(kind):
    moderator = factories.member("moderator")
    case = db.session.scalars(select(Case).where(Case.kind == kind).execution_options(populate_existing=True)).one()
    with transaction():
        moderation.mask(case.id, moderator, case.version, {"phone": "[đã che]"}, now())
    stories.relay()


def leaving():
    stories.relay()
    stories.due_now()
    shown_now()
    stories.gathered("now")
    return [f"{text(one)}{one.get_body(('html',)).get_content()}" for one in send().taken]


@pytest.mark.parametrize("outcome", ["approve", "return", "reject", "merge"])
def test_whatever_is_decided_its_letter_says_it_and_no_other(outcome):
    author = factories.member()
    idea = stories.idea_sent(author, problem=PROBLEM)
    stories.relay()
    masked("idea")
    if outcome == "merge":
        into, moderator = factories.published_idea(), factories.member("moderator")
        case = db.session.scalars(select(Case)).one()
        with transaction():
            moderation.decide(case.id, moderator, case.version, "merge", "", "", now(), into=into.id)
    else:
        stories.decided(outcome, idea)
    said = [words for words in leaving() if SAID in words]
    assert len(said) == 1
    assert said[0].count(SAID) == 2, "once in each part"
    assert letters("own_news") == []
    assert db.session.scalars(select(Notice.kind).where(Notice.cause.startswith("masked:"))).all() == ["masked_first"]


def test_the_bell_says_it_at_once(client):
    author = factories.member()
    stories.idea_sent(author, problem=PROBLEM)
    stories.relay()
    masked("idea")
    factories.sign_in(client, author)
    assert SAID in client.get("/toi/thong-bao").text


def test_a_comment_that_was_masked_is_told_by_itself_and_not_by_what_is_decided_on_the_idea():
    author = factories.member()
    idea = factories.published_idea(author)
    factories.comment(idea, who=author, body="Gọi mình 0912 345 678 nhé.")
    stories.relay()
    masked("comment")
    assert [SAID in words for words in leaving()] == [True]
    assert [letter.recipient_id for letter in letters("own_news")] == [author.id]
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(status="waiting"))
        case = Case(
            kind="idea", subject=f"idea:{idea.id}", idea_id=idea.id, idea_version=1, created_at=now(), due_at=now()
        )
        db.session.add(case)
    moderator = factories.member("moderator")
    with transaction():
        moderation.decide(case.id, moderator, 1, "approve", "", "", now())
    (published,) = [words for words in leaving() if "đã duyệt ý tưởng của bạn" in words]
    assert SAID not in published

"""Who cannot be written to costs no letters, and nothing counts as told to them: once they can be, they hear of it."""

from __future__ import annotations

import pytest
from flask import current_app
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.notices.models import Notice
from portal.notifications import addresses
from portal.notifications.models import ReturnedMail
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def key(address):
    return addresses.key_of(current_app.config["SECRET_KEY"], address)


def dies(address):
    with transaction():
        db.session.add(ReturnedMail(key=key(address), hard=2, soft=0, last_at=now(), dead_at=now()))


def lives(address):
    with transaction():
        addresses.revive(key(address))


def becomes(member, **values):
    with transaction():
        db.session.execute(update(Member).where(Member.id == member.id).values(**values))


@pytest.fixture
def author():
    who = factories.member()
    stories.commented(factories.published_idea(who), "Làm thử ở trường mình nhé.")
    stories.relay()
    return who


GOES = {
    "suspended": lambda who: becomes(who, status="suspended"),
    "without an address": lambda who: becomes(who, email=None),
    "dead": lambda who: dies(who.email),
}
COMES_BACK = {
    "suspended": lambda who: becomes(who, status="active"),
    "without an address": lambda who: becomes(who, email=who.email),
    "dead": lambda who: lives(who.email),
}


@pytest.mark.parametrize("how", GOES)
def test_nobody_writes_to_who_cannot_be_reached_and_they_hear_of_it_later(author, how):
    email = author.email
    GOES[how](author)
    stories.gathered()
    assert letters() == []
    author.email = email
    COMES_BACK[how](author)
    stories.gathered()
    assert ["Làm thử ở trường mình nhé." in words for words in sent()] == [True]


@pytest.mark.parametrize("how", GOES)
def test_what_was_in_a_letter_that_could_not_leave_is_told_by_another(author, how):
    email = author.email
    stories.gathered()
    GOES[how](author)
    assert sent() == []
    assert [letter.state for letter in letters()] == ["cancelled"]
    stories.gathered()
    assert len(letters()) == 1
    author.email = email
    COMES_BACK[how](author)
    stories.gathered()
    assert ["Làm thử ở trường mình nhé." in words for words in sent()] == [True]


def test_a_child_without_news_gets_no_letter_about_comments_and_is_not_held_to_know_of_them():
    child = family.child("phu-huynh@example.vn")
    family.agree(child, "account", "publish")
    idea = factories.published_idea(child)
    with transaction():
        db.session.add(
            Notice(
                member_id=child.id, kind="followed", cause="step:1", thread=f"idea:{idea.id}", idea_id=idea.id,
                created_at=now(), due_at=now(),
            )
        )  # fmt: skip
    stories.gathered()
    assert letters() == []
    assert db.session.scalars(select(Notice.letter_id)).all() == [None]


def test_a_childs_mailbox_is_the_guardians():
    child = family.allowed_child()
    secret = current_app.config["SECRET_KEY"]
    assert addresses.reachable(secret, [child.id]) == [child.id]
    dies(family.PARENT)
    assert addresses.reachable(secret, [child.id]) == []


def test_a_moderator_whose_letters_come_back_gets_none_in_the_morning():
    who = factories.member("moderator")
    stories.idea_sent()
    stories.relay()
    dies(who.email)
    stories.gathered("desk")
    assert letters("desk_digest") == []

"""Everything a person should look at reaches the queue, once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation import services as moderation
from portal.moderation.models import KINDS, Case
from portal.outbox import services as outbox
from tests import factories
from tests.portal.accounts import family
from tests.portal.moderation import desk
from worker.reactions import REACTIONS


def new_idea() -> None:
    factories.idea()


def edited() -> None:
    idea = factories.published_idea()
    author = db.session.get_one(Member, idea.author_id)
    for _ in range(2):
        with transaction():
            ideas.propose(author, idea.id, idea.version, factories.content(), now())


def comment_of_a_child() -> None:
    factories.comment(factories.published_idea(), factories.member(birth=(2012, 5)))


def reported_idea() -> None:
    idea = factories.published_idea()
    factories.report(idea)
    factories.report(idea)


def reported_comment() -> None:
    idea = factories.published_idea()
    said = factories.comment(idea)
    factories.report(idea, comment=said)
    factories.report(idea, comment=said)


def appealed() -> None:
    author = factories.member()
    decision = desk.refuse(desk.waiting_case(author), factories.member("moderator"))
    with transaction():
        moderation.appeal(author, decision.idea_id, "Mình thấy chưa đúng, mong xem lại.", desk.THREE_DAYS, now())


def taken_back_by_a_guardian() -> None:
    child = family.allowed_child()
    family.confirm(child)
    factories.published_idea(child)
    outbox.relay(REACTIONS)
    for _ in range(2):
        family.agree(child, "account")


def found_twice() -> None:
    idea, who = factories.published_idea(), factories.member("moderator")
    for _ in range(2):
        with transaction():
            moderation.open_merge_case(idea.id, who, desk.THREE_DAYS, now())


WAYS = {
    new_idea: "idea",
    edited: "edit",
    comment_of_a_child: "comment",
    reported_idea: "report",
    reported_comment: "report",
    appealed: "appeal",
    taken_back_by_a_guardian: "withdrawal",
    found_twice: "merge",
}


def test_every_kind_of_case_has_a_way_to_the_queue():
    assert set(WAYS.values()) == set(KINDS)


@pytest.mark.parametrize(("act", "kind"), WAYS.items(), ids=[act.__name__ for act in WAYS])
def test_it_reaches_the_queue_once(app, act, kind):
    act()
    outbox.relay(REACTIONS)
    assert db.session.scalar(select(func.count()).where(Case.state == "open", Case.kind == kind)) == 1

"""What guardian or child took back comes before nobody's eyes again, whatever the desk decides or undoes later."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.ideas.models import Idea
from portal.moderation import services
from portal.outbox import services as outbox
from tests.factories import member, published_idea, report
from tests.portal.accounts import family
from tests.portal.moderation import desk
from worker.reactions import REACTIONS

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def relay():
    outbox.relay(REACTIONS)
    desk.relay()


def take_back(child):
    """The account may stay, the ideas may not be shown."""
    family.agree(child, "account")
    relay()


def status_of(idea_id):
    return db.session.scalar(select(Idea.status).where(Idea.id == idea_id))


def reported():
    """A child, and their public idea that three have reported: it is hidden."""
    child = family.allowed_child()
    idea = published_idea(child)
    for _ in range(3):
        report(idea)
    relay()
    return child, idea


def refused(child):
    """The case of a child's idea that two moderators have refused, and the decision."""
    case = desk.waiting_case(child)
    desk.refuse(case, member("moderator"))
    return case, desk.refuse(desk.again(case.id), member("moderator"))


def test_a_hidden_idea_is_taken_back_too_and_keeping_it_shows_it_to_nobody():
    child, idea = reported()
    case = desk.case_of(idea.id)
    assert (case.kind, status_of(idea.id)) == ("report", "hidden")
    take_back(child)
    moderator = member("moderator")
    decision = desk.approve(desk.again(case.id), moderator)
    assert status_of(idea.id) == "waiting_guardian"
    with transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(idea.id) == "waiting_guardian"
    family.agree(child)
    relay()
    assert status_of(idea.id) == "waiting", "a moderator looks again"


def test_keeping_waits_for_no_reaction():
    child, idea = reported()
    family.agree(child, "account")  # its fact is recorded, and nothing has reacted yet
    with pytest.raises(Refusal, match="không còn cho phép"):
        desk.approve(desk.case_of(idea.id), member("moderator"))
    assert status_of(idea.id) == "hidden"


def test_a_refused_idea_comes_back_neither_from_the_log_nor_by_an_appeal():
    child, moderator = family.allowed_child(), member("moderator")
    case, decision = refused(child)
    take_back(child)
    with pytest.raises(Refusal, match="không còn cho phép"), transaction():
        services.restore(decision.id, moderator, now())
    with transaction():
        asked = services.appeal(child, case.idea_id, "Em đã hỏi cô giáo, cô bảo làm được.", desk.THREE_DAYS, now())
    with pytest.raises(Refusal, match="không còn cho phép"):
        desk.decide(desk.again(asked.case_id), moderator, "approve", "", desk.ADVICE)
    assert status_of(case.idea_id) == "rejected"


def test_a_merged_idea_does_not_come_back():
    child, moderator, into = family.allowed_child(), member("moderator"), published_idea()
    case = desk.waiting_case(child)
    with transaction():
        decision = services.decide(case.id, moderator, case.version, "merge", "", "", now(), into=into.id)
    take_back(child)
    with pytest.raises(Refusal, match="không còn cho phép"), transaction():
        services.undo(decision.id, moderator, 60, now())
    assert status_of(case.idea_id) == "merged"


def test_a_suspension_takes_back_no_yes():
    child = family.allowed_child()
    case = desk.waiting_case(child)
    child.status = "suspended"
    db.session.flush()
    desk.approve(case, member("moderator"))
    assert status_of(case.idea_id) == "published"

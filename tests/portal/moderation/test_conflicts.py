"""Nobody judges their own, their family's, or what they have reported themselves."""

import pytest
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.ideas.models import IdeaAuthor
from portal.moderation import services
from portal.moderation.models import Case
from tests.factories import member, published_idea, report
from tests.portal.accounts import family
from tests.portal.moderation.desk import case_of, relay, waiting_case

pytestmark = pytest.mark.usefixtures("app")


def refused(case, who):
    with pytest.raises(Refusal) as refusal, transaction():
        services.claim(case.id, who, 60, now())
    with transaction():
        assert services.claim_next(who, 60, now()) is None
    assert refusal.value.status == 403
    return str(refusal.value)


def test_a_parent_does_not_judge_their_child():
    child = family.allowed_child()
    case = waiting_case(child)
    assert "người nhà" in refused(case, member("moderator", email=family.PARENT))
    somebody = member("moderator")
    with transaction():
        services.claim(case.id, somebody, 60, now())


def test_who_was_a_child_of_the_house_judges_neither_brother_nor_parent():
    grown, parent = family.allowed_child(role="moderator"), member(email=family.PARENT)
    grown.birth_year -= 12
    for of_the_house in (family.allowed_child(), parent):
        assert "người nhà" in refused(waiting_case(of_the_house), grown)
    others = waiting_case(family.allowed_child(guardian="ha@example.vn"))
    with transaction():
        services.claim(others.id, grown, 60, now())


def test_a_parent_does_not_judge_what_their_child_stands_under():
    case, child = waiting_case(), family.allowed_child()
    with transaction():
        row = {"idea_id": case.idea_id, "member_id": child.id, "state": "accepted", "created_at": now()}
        db.session.add(IdeaAuthor(**row))
    assert "người nhà" in refused(case, member("moderator", email=family.PARENT))


def test_whoever_reported_a_thing_does_not_decide_about_it():
    who, idea = member("moderator"), published_idea()
    report(idea, who)
    relay()
    assert "báo cáo" in refused(case_of(idea.id), who)


def test_whoever_stands_under_an_idea_does_not_judge_it():
    case, who = waiting_case(), member("moderator")
    with transaction():
        row = {"idea_id": case.idea_id, "member_id": who.id, "state": "accepted", "created_at": now()}
        db.session.add(IdeaAuthor(**row))
    assert "bài của mình" in refused(case, who)


@pytest.mark.parametrize("near", ["author", "co-author", "parent"])
def test_nobody_merges_an_idea_into_one_of_their_own_or_their_familys(near):
    who, other = member("moderator", email=family.PARENT), member("moderator")
    author = {"author": who, "co-author": member(), "parent": family.allowed_child()}[near]
    case, into = waiting_case(), published_idea(author)
    if near == "co-author":
        with transaction():
            row = {"idea_id": into.id, "member_id": who.id, "state": "accepted", "created_at": now()}
            db.session.add(IdeaAuthor(**row))
    with pytest.raises(Refusal, match="đứng tên ý nhận gộp"), transaction():
        services.decide(case.id, who, 1, "merge", "", "", now(), into=into.id)
    with transaction():
        services.decide(case.id, other, 1, "merge", "", "", now(), into=into.id)


def test_a_report_of_one_thing_bars_nobody_from_another():
    who, mine, other = member("moderator"), published_idea(), published_idea()
    report(mine, who)
    report(other)
    relay()
    with transaction():
        held = services.claim_next(who, 60, now())
    assert held.id == db.session.scalar(select(Case.id).where(Case.idea_id == other.id))

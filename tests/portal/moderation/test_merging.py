"""An idea that goes up in another takes along all who stood behind it, each once; undone, everything is as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.checks import run as check
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment, Follow
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaAuthor, IdeaRank
from portal.moderation import services
from portal.moderation.models import Case
from portal.voting import services as voting
from portal.voting.models import Vote
from tests.factories import member, published_idea, sign_in
from tests.forms import token_in
from tests.portal.moderation.desk import again, approve, undo, waiting_case

TABLES = (Vote, Follow, Comment, IdeaAuthor)


def everything():
    """All that a merge touches, row by row."""
    rows = {table.__tablename__: sorted(map(tuple, db.session.execute(select(table.__table__)))) for table in TABLES}
    counters = select(
        IdeaRank.idea_id, IdeaRank.votes, IdeaRank.comments, IdeaRank.interest, IdeaRank.hot, IdeaRank.status
    )
    rows["rank"] = sorted(map(tuple, db.session.execute(counters)))
    rows["idea"] = sorted(
        map(tuple, db.session.execute(select(Idea.id, Idea.status, Idea.merged_into_id, Idea.published_at)))
    )
    return rows


def send(client, path):
    token = token_in(client.get("/gioi-thieu").text)
    return client.post(path, data={"csrf_token": token})


def test_a_moderator_begins_at_the_page_of_a_published_idea(client):
    idea, into, who = published_idea(), published_idea(), member("moderator")
    sign_in(client, who)
    assert "Gộp vào ý khác" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    opened = send(client, f"/kiem-duyet/gop-y/{idea.id}")
    case = again(db.session.scalar(select(Case.id).where(Case.kind == "merge")))
    assert opened.location == f"/kiem-duyet/{case.id}/gop"
    page = client.get(f"/kiem-duyet/{case.id}").text
    assert "Giữ riêng" in page
    merge(case, into.id, who)
    assert db.session.scalar(select(Idea.merged_into_id).where(Idea.id == idea.id)) == into.id


def test_what_is_being_tried_out_is_not_merged_away_and_nobody_is_offered_to(client):
    idea, who = published_idea(), member("moderator")
    with transaction():
        for step in ("shortlisted", "adopted"):
            ideas.advance(idea.id, step, who, now())
    sign_in(client, who)
    assert "Gộp vào ý khác" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert send(client, f"/kiem-duyet/gop-y/{idea.id}").status_code == 409


def test_two_ideas_may_as_well_stay_apart(app):
    idea, who = published_idea(), member("moderator")
    with transaction():
        case_id = services.open_merge_case(idea.id, who, services.Deadlines(review=60), now())
    approve(again(case_id), who)
    assert db.session.scalar(select(Idea.status).where(Idea.id == idea.id)) == "published"


def test_members_open_no_case_about_merging(client):
    sign_in(client, member())
    assert send(client, f"/kiem-duyet/gop-y/{published_idea().id}").status_code == 404


def merge(case, into, who, later=0):
    with transaction():
        moment = now() + timedelta(seconds=later)
        return services.decide(case.id, who, case.version, "merge", "", "", moment, into=into)


@pytest.fixture
def two_ideas(app):
    """A published idea with a case about merging it, another one, and people who care for one or both."""
    mine, theirs = published_idea(), published_idea()
    both, only_mine, their_author = member(), member(), db.session.get_one(type(member()), theirs.author_id)
    with transaction():
        for who, idea in ((both, mine), (both, theirs), (only_mine, mine), (their_author, mine)):
            voting.cast(who, idea.id, now())
            if who is not their_author or idea is mine:
                discussion.follow(who, idea.id, now())
        said = discussion.post(only_mine, mine.id, "Trường mình làm thử rồi, được lắm.", now())
        discussion.post(both, mine.id, "Làm thế nào vậy bạn?", now(), parent_id=said.id)
        case = Case(
            kind="merge",
            subject=f"merge:{mine.id}",
            idea_id=mine.id,
            idea_version=1,
            created_at=now(),
            due_at=now(),
        )
        db.session.add(case)
    return again(case.id), mine, theirs, only_mine, both, said


def test_votes_follows_and_comments_go_along_each_once(two_ideas):
    case, mine, theirs, only_mine, both, _said = two_ideas
    merge(case, theirs.id, member("moderator"))
    votes = db.session.execute(select(Vote.idea_id, Vote.member_id)).all()
    assert sorted(votes) == sorted([(theirs.id, only_mine.id), (theirs.id, both.id)])  # not its own author's
    assert set(db.session.scalars(select(Comment.idea_id))) == {theirs.id}
    assert sorted(db.session.scalars(select(Follow.member_id))) == sorted([only_mine.id, both.id])
    rank = db.session.get_one(IdeaRank, theirs.id, populate_existing=True)
    assert (rank.votes, rank.comments) == (2, 2)
    assert db.session.scalar(select(Idea.merged_into_id).where(Idea.id == mine.id)) == theirs.id
    assert [result.name for result in check(now()) if not result.ok] == []


def test_the_author_is_offered_a_place_beside_the_other(two_ideas):
    case, mine, theirs, *_people = two_ideas
    merge(case, theirs.id, member("moderator"))
    offer = db.session.scalars(select(IdeaAuthor)).one()
    assert (offer.idea_id, offer.member_id, offer.state) == (theirs.id, mine.author_id, "invited")


def test_undone_everything_is_exactly_as_it_was(two_ideas):
    case, _mine, theirs, *_people = two_ideas
    moderator, before = member("moderator"), everything()
    undo(merge(case, theirs.id, moderator), moderator)
    assert everything() == before
    assert again(case.id).state == "open"
    assert [result.name for result in check(now()) if not result.ok] == []


def test_what_was_said_and_voted_meanwhile_is_kept_when_undone(two_ideas):
    case, mine, theirs, _only_mine, _both, said = two_ideas
    moderator, newcomer = member("moderator"), member()
    decision = merge(case, theirs.id, moderator)
    db.session.expire_all()  # as in another request
    with transaction():
        voting.cast(newcomer, theirs.id, now())
        answer = discussion.post(newcomer, theirs.id, "Mình cũng muốn thử.", now(), parent_id=said.id)
        other = discussion.post(newcomer, theirs.id, "Ý này ở thôn mình cần.", now())
    undo(decision, moderator)
    assert db.session.get(Vote, (theirs.id, newcomer.id)) is not None
    homes = dict(db.session.execute(select(Comment.id, Comment.idea_id)).all())
    assert (homes[answer.id], homes[other.id]) == (mine.id, theirs.id)
    assert [result.name for result in check(now()) if not result.ok] == []


def test_a_waiting_idea_merges_too_and_waits_again_when_undone(app):
    case, into, moderator = waiting_case(), published_idea(), member("moderator")
    decision = merge(case, into.id, moderator)
    status = select(Idea.status).where(Idea.id == case.idea_id)
    assert db.session.scalar(status) == "merged"
    undo(decision, moderator)
    assert db.session.scalar(status) == "waiting"
    approve(again(case.id), moderator)


@pytest.mark.parametrize("into", ["itself", "one that waits", "nothing"])
def test_an_idea_goes_up_only_in_another_public_one(app, into):
    case = waiting_case()
    target = {"itself": case.idea_id, "one that waits": waiting_case().idea_id, "nothing": 4711}[into]
    with pytest.raises(Refusal, match="đang được đăng"):
        merge(case, target, member("moderator"))
    assert again(case.id).state == "open"


def test_a_merge_is_not_undone_under_another(two_ideas):
    case, _mine, theirs, *_people = two_ideas
    moderator, third = member("moderator"), published_idea()
    first = merge(case, theirs.id, moderator)
    with transaction():
        db.session.add(
            Case(
                kind="merge",
                subject=f"merge:{theirs.id}",
                idea_id=theirs.id,
                idea_version=1,
                created_at=now(),
                due_at=now(),
            )
        )
    second = db.session.scalar(select(Case).where(Case.idea_id == theirs.id))
    merge(second, third.id, moderator)
    with pytest.raises(Conflict, match="Hoàn tác lần gộp đó trước"):
        undo(first, moderator)


# --- the voter's answer ---------------------------------------------------------------------------


def test_a_voter_takes_the_moved_vote_back(client, two_ideas):
    case, _mine, theirs, only_mine, *_people = two_ideas
    decision = merge(case, theirs.id, member("moderator"))
    sign_in(client, only_mine)
    page = client.get(f"/toi/gop/{decision.id}").text
    assert theirs.title in page
    token = token_in(page)
    answer = client.post(f"/toi/gop/{decision.id}", data={"csrf_token": token, "keep": "0"})
    assert answer.location == f"/y-tuong/{theirs.id}"
    assert db.session.get(Vote, (theirs.id, only_mine.id), populate_existing=True) is None
    assert "Bạn đã rút lượt ủng hộ này." in client.get(f"/toi/gop/{decision.id}").text


def test_a_voter_keeps_it(two_ideas):
    case, _mine, theirs, only_mine, *_people = two_ideas
    decision = merge(case, theirs.id, member("moderator"))
    with transaction():
        services.answer_move(decision.id, only_mine, now(), keep=True)
    assert db.session.get(Vote, (theirs.id, only_mine.id)) is not None


def test_who_supported_both_before_has_nothing_to_decide(client, two_ideas):
    case, _mine, theirs, _only_mine, both, _said = two_ideas
    decision = merge(case, theirs.id, member("moderator"))
    sign_in(client, both)
    assert client.get(f"/toi/gop/{decision.id}").status_code == 404
    with transaction(), pytest.raises(Missing):
        services.answer_move(decision.id, both, now(), keep=False)

"""One vote per member and idea."""

import pytest
from sqlalchemy import func, select

from portal.accounts import limits
from portal.database import db, now, transaction
from portal.errors import Missing, Refusal, TooMany
from portal.ideas import queries, rank, services
from portal.ideas.models import IdeaAuthor, IdeaRank
from portal.voting import queries as votes
from portal.voting import services as voting
from portal.voting.models import Vote
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories


def run(verb, *args):
    with transaction():
        return verb(*args, now())


def rows():
    return db.session.scalar(select(func.count()).select_from(Vote))


def test_a_vote_is_counted_once_however_often_it_is_given(app):
    who, idea = factories.member(), factories.published_idea()
    assert [run(voting.cast, who, idea.id) for _ in range(3)] == [1, 1, 1]
    assert rows() == 1


def test_taking_back_is_once_too_and_voting_again_counts_again(app):
    who, idea = factories.member(), factories.published_idea()
    run(voting.cast, who, idea.id)
    assert [run(voting.take_back, who, idea.id) for _ in range(2)] == [0, 0]
    assert run(voting.cast, who, idea.id) == 1


def test_the_rank_follows_every_vote(app):
    idea = factories.published_idea()
    for _ in range(4):
        who = factories.member()
        run(voting.cast, who, idea.id)
    run(voting.take_back, who, idea.id)
    row = db.session.get_one(IdeaRank, idea.id, populate_existing=True)
    assert (row.votes, row.interest) == (3, 3)
    assert row.hot == pytest.approx(rank.hot(row.published_at, 3), abs=1e-6)


def test_nobody_supports_their_own_idea(app):
    who = factories.member()
    idea = factories.published_idea(who)
    with pytest.raises(Refusal) as refused:
        run(voting.cast, who, idea.id)
    assert (refused.value.status, rows()) == (403, 0)


@pytest.mark.parametrize(("status", "code"), [("waiting", 404), ("rejected", 404), ("hidden", 404), ("withdrawn", 409)])
def test_what_is_not_public_takes_no_votes(app, status, code):
    idea, who, moderator = factories.published_idea(), factories.member(), factories.member("moderator")
    with transaction():
        if status == "waiting":
            services.reopen(idea.id, 1, moderator, now())
        elif status == "rejected":
            services.reopen(idea.id, 1, moderator, now())
            services.reject(idea.id, 1, moderator, now())
        else:
            services.advance(idea.id, status, moderator, now())
    for verb in (voting.cast, voting.take_back):
        with pytest.raises(Refusal) as refused:
            run(verb, who, idea.id)
        assert refused.value.status == code
    assert rows() == 0


@pytest.mark.parametrize("status", ["waiting", "needs_changes", "rejected", "hidden", "withdrawn"])
def test_ones_own_says_so_in_whatever_state_it_is(app, status):
    who, beside = factories.member(), factories.member()
    idea = factories.idea(status, who)
    with transaction():
        db.session.add(IdeaAuthor(idea_id=idea.id, member_id=beside.id, state="accepted", created_at=now()))
    for one, code in ((who, 403), (beside, 403), (factories.member(), 404)):
        with pytest.raises(Refusal) as refused:
            run(voting.cast, one, idea.id)
        assert refused.value.status == code


def test_a_merged_idea_names_the_one_it_has_gone_up_in_to_those_who_may_know_of_both(app):
    who, moderator = factories.member(), factories.member("moderator")
    first, second, third = factories.published_idea(), factories.published_idea(), factories.published_idea()
    never = factories.idea("waiting")
    with transaction():
        for one, other in ((first, second), (second, third), (never, third)):
            services.merge(one.id, other.id, 1, moderator, now())
    assert refusal(who, first) == (409, f"Ý này đã được gộp vào «{third.title}». Bạn ủng hộ ý đó nhé.")
    assert refusal(who, never)[0] == 404
    with transaction():
        services.hide(third.id, moderator, now())
    status, words = refusal(who, first)
    assert (status, third.title in words) == (409, False)


def refusal(who, idea):
    with pytest.raises(Refusal) as refused:
        run(voting.cast, who, idea.id)
    return refused.value.status, str(refused.value)


def test_what_was_held_counts_also_where_the_idea_is_out_of_sight_or_has_gone_up_in_another(app):
    child, moderator = family.child(), factories.member("moderator")
    hidden, merged, other = factories.published_idea(), factories.published_idea(), factories.published_idea()
    for idea in (hidden, merged, other):
        run(voting.cast, child, idea.id)
    with transaction():
        services.hide(hidden.id, moderator, now())
        services.merge(merged.id, other.id, 1, moderator, now())
    family.agree(child)
    family.confirm(child)
    stories.relay()
    with transaction():
        services.restore(hidden.id, moderator, now())
    assert [queries.show(one.id, None).votes for one in (hidden, merged, other)] == [1, 0, 1]
    assert votes.voted(child.id, [hidden.id, merged.id, other.id]) == {hidden.id, other.id}
    assert family.sound() == []


def test_an_idea_that_never_was_is_missing(app):
    who = factories.member()
    for verb in (voting.cast, voting.take_back):
        with pytest.raises(Missing):
            run(verb, who, 999)


def test_closing_keeps_the_votes_that_are_there(app):
    idea, who, moderator = factories.published_idea(), factories.member(), factories.member("moderator")
    run(voting.cast, who, idea.id)
    with transaction():
        services.advance(idea.id, "withdrawn", moderator, now())
    with pytest.raises(Refusal):
        run(voting.take_back, who, idea.id)
    assert rows() == 1
    assert queries.show(idea.id, None).votes == 1


def test_only_real_votes_use_up_chances(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "vote:account", (2, 600))
    who, one, two, three = factories.member(), *(factories.published_idea() for _ in range(3))
    for _ in range(5):
        run(voting.cast, who, one.id)
    run(voting.cast, who, two.id)
    with pytest.raises(TooMany):
        run(voting.cast, who, three.id)
    assert rows() == 2
    assert queries.show(three.id, None).votes == 0


def test_which_of_some_ideas_a_member_supports(app):
    who, idea, other = factories.member(), factories.published_idea(), factories.published_idea()
    run(voting.cast, who, idea.id)
    assert votes.voted(who.id, [idea.id, other.id]) == {idea.id}
    assert votes.voted(None, [idea.id]) == votes.voted(who.id, []) == set()

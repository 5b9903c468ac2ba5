"""The invariants, each broken once on purpose."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import delete, insert, update

from portal import checks
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.ideas import services as ideas
from portal.ideas.models import IdeaRank, IdeaText
from portal.ideas.rules import Content
from portal.moderation.models import Case
from portal.notifications import pausing
from portal.notifications.models import BULK, URGENT, USUAL, Letter
from portal.outbox.models import Fact
from portal.voting.models import Vote
from tests import factories

pytestmark = pytest.mark.one_engine_each

CONTENT = Content(title="Phân loại rác", problem="Rác không được phân loại", field="moi-truong")


@pytest.fixture
def idea(app):
    """A published idea with a vote and a comment, as the services leave it."""
    author = factories.member()
    with transaction():
        written = ideas.add(author, CONTENT, now() - timedelta(days=1), source="import", status="published")
        db.session.execute(insert(Vote).values(idea_id=written.id, member_id=author.id, created_at=now()))
        db.session.add(Comment(idea_id=written.id, member_id=author.id, body="Hay", created_at=now()))
        db.session.flush()
        from portal.ideas import rank

        rank.count(written.id, votes=1, comments=1)
    return written


def broken():
    return {result.name: result.examples for result in checks.run(now()) if not result.ok}


def test_a_bank_at_peace_breaks_nothing(idea):
    assert broken() == {}


def ranked(idea, **values):
    return update(IdeaRank).where(IdeaRank.idea_id == idea.id).values(**values)


def letter(**values):
    times = {"next_at": now() - timedelta(minutes=6), "created_at": now()}
    return insert(Letter).values(kind="welcome", dedup_key="k", payload={}, message_id="m", **times, **values)


def fact(**values):
    times = {"next_at": now() - timedelta(minutes=6), "created_at": now()}
    return insert(Fact).values(name="Tested", payload={}, attempts=0, **times, **values)


def case(idea, **values):
    times = {"created_at": now(), "due_at": now()}
    return insert(Case).values(subject=f"idea:{idea.id}", idea_id=idea.id, idea_version=1, **times, **values)


BREACHES = {
    "votes": lambda idea: ranked(idea, votes=7, interest=9, hot=0),
    "comments": lambda idea: ranked(idea, comments=0),
    "interest": lambda idea: ranked(idea, interest=0),
    "hot": lambda idea: ranked(idea, hot=1.5),
    "strays": lambda idea: insert(Vote).values(idea_id=idea.id, member_id=9_999_999, created_at=now()),
    "ranks": lambda idea: delete(IdeaRank).where(IdeaRank.idea_id == idea.id),
    "tokens": lambda idea: delete(IdeaText).where(IdeaText.idea_id == idea.id),
    "open facts": lambda _idea: fact(state="open"),
    "dead facts": lambda _idea: fact(state="dead"),
    "letters": lambda _idea: letter(state="pending"),
    "cases": lambda idea: case(idea, state="open"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_found(idea, name):
    with transaction():
        db.session.execute(BREACHES[name](idea))
    assert name in broken()


def test_a_rank_row_that_disagrees_with_its_idea_is_found(idea):
    with transaction():
        db.session.execute(ranked(idea, language="en"))
    assert broken() == {"ranks": [idea.id]}


def test_a_waiting_idea_needs_a_case_once_its_fact_is_read(app):
    author = factories.member()
    with transaction():
        waiting = ideas.add(author, CONTENT, now(), source="import")
    assert broken() == {}
    with transaction():
        db.session.execute(update(Fact).values(state="relayed"))
    assert broken() == {"waiting": [waiting.id]}
    with transaction():
        db.session.execute(case(waiting, state="open"))
    assert broken() == {}


def test_counters_are_counted_anew(idea):
    with transaction():
        db.session.execute(ranked(idea, votes=7, comments=0, interest=3, hot=0))
    with transaction():
        assert checks.repair_counters(now()) == [idea.id]
    assert broken() == {}
    row = db.session.get_one(IdeaRank, idea.id, populate_existing=True)
    assert (row.votes, row.comments, row.interest) == (1, 1, 3)


def test_many_breaches_are_counted_and_some_named(app):
    with transaction():
        rows = [{"idea_id": number, "member_id": 1, "created_at": now()} for number in range(1000, 1025)]
        db.session.execute(insert(Vote), rows)
    strays = next(result for result in checks.run(now()) if result.name == "strays")
    assert strays.count == 25
    assert strays.in_words().startswith("BREACH  strays: not so for 25 (")
    assert ", …): " in strays.in_words()


# --- the command --------------------------------------------------------------------------------


def test_check_says_that_all_is_well(ideabank):
    result = ideabank("check")
    assert result.exit_code == 0
    assert result.output.count("ok      ") == len(checks.RULES) + 1  # the audit is walked in Python
    assert json.loads(ideabank("check", "--json").output)["ok"] is True


def test_check_fails_on_a_breach_and_repairs_counters_only(ideabank, fresh_app):
    with fresh_app.app_context():
        author = factories.member()
        with transaction():
            one = ideas.add(author, CONTENT, now(), source="import", status="published")
            db.session.execute(ranked(one, votes=5))
        number = one.id
    assert ideabank("check").exit_code == 1
    answer = json.loads(ideabank("check", "--json", "--fix").output)
    assert (answer["ok"], answer["repaired"]) == (True, [number])
    assert "Nothing had to be counted anew." in ideabank("check", "--fix").output


@pytest.mark.parametrize(("priority", "ok"), [(USUAL, True), (URGENT, False)])
def test_a_post_that_an_administrator_has_stopped_is_no_breach_but_for_codes(idea, priority, ok):
    admin = factories.member("admin")
    with transaction():
        pausing.begin(admin.id, now())
        db.session.execute(letter(state="pending", priority=priority))
    assert ("letters" not in broken()) is ok


@pytest.mark.parametrize(("minutes", "ok"), [(59, True), (61, False)])
def test_some_of_many_letters_may_wait_an_hour(idea, minutes, ok):
    with transaction():
        db.session.execute(letter(state="pending", priority=BULK))
        db.session.execute(update(Letter).values(next_at=now() - timedelta(minutes=minutes)))
    assert ("letters" not in broken()) is ok

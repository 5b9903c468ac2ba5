"""The demonstration comes whole, tells the truth about its numbers, and goes without a trace."""

import json
import stat
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal import checks, demonstration
from portal.accounts import secrets
from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.ideas import rank
from portal.ideas import services as ideas
from portal.ideas.models import Draft, Idea, IdeaEvent, IdeaRank
from portal.ideas.rules import Content
from portal.moderation.models import Case, Decision
from portal.outbox.models import Fact
from portal.voting.models import Vote
from tests import factories

PEOPLE = [
    {"key": "an", "display_name": "An", "unit": "40", "language": "vi", "birth_year": 2006, "birth_month": 3},
    {"key": "binh", "display_name": "Bình", "unit": None, "language": "en", "birth_year": 2001, "birth_month": 9},
]
CAMPAIGN = {
    "slug": "bien-xanh", "title_vi": "Biển xanh", "title_en": "Blue sea", "text_vi": "…", "text_en": "…",
    "opens_days": -20, "closes_days": 10, "unit": "TW",
}  # fmt: skip
TEXTS = {
    "language": "vi", "field": "moi-truong", "unit": "40", "summary": "", "start": "", "impact": "",
    "problem": "Rác nhựa theo sông ra biển, mùa mưa nào bãi tắm cũng đầy.",
    "solution": "Căng phao chắn ở cửa sông, trường học thay nhau vớt mỗi tuần.",
}  # fmt: skip


def story(key, status, *, votes=0, comments=(), campaign=None, author="an"):
    steps = [{"status": status, "days_ago": 12, "note_vi": "Rồi", "note_en": "Done"}] if status != "published" else []
    timeline = [{"status": "published", "days_ago": 30, "note_vi": "", "note_en": ""}, *steps]
    return {
        "key": key, "author": author, "campaign": campaign, "status": status, "title": f"Phao chắn rác ở cửa sông {key}",
        "votes": votes, "days_ago": 32, "comments": list(comments), "timeline": [] if status == "waiting" else timeline, **TEXTS,
    }  # fmt: skip


def remark(author, text, reply_to=None):
    return {"author": author, "days_ago": 5, "text": text, "reply_to": reply_to}


@pytest.fixture
def stories(tmp_path):
    files = {
        "members": PEOPLE,
        "campaigns": [CAMPAIGN],
        "ideas": [
            story(
                "mot",
                "published",
                votes=40,
                campaign="bien-xanh",
                comments=[remark("binh", "Hay"), remark("an", "Cảm ơn", 0)],
            ),
            story("hai", "in_progress", votes=7),
            story("ba", "waiting"),
            {**story("bon", "needs_changes", author="binh"), "timeline": []},
            story("nam", "withdrawn", votes=3),
        ],
    }
    for name, lines in files.items():
        (tmp_path / f"{name}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    return tmp_path


@pytest.fixture
def loaded(app, stories):
    with transaction():
        assert demonstration.load(now(), stories)
    return app


def broken():
    return {result.name: result.examples for result in checks.run(now()) if not result.ok}


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def idea_called(key):
    return db.session.scalars(select(Idea).where(Idea.title.endswith(key))).one()


def test_everything_is_there_and_the_counters_are_exact(loaded):
    assert (count(Idea), count(Campaign), count(Comment), count(Vote)) == (5, 1, 2, 50)
    assert broken() == {}
    assert {idea.source for idea in db.session.scalars(select(Idea))} == {"demo"}


def test_votes_are_spread_over_the_time_since_publication(loaded):
    idea = idea_called("mot")
    times = db.session.scalars(select(Vote.created_at).where(Vote.idea_id == idea.id).order_by(Vote.created_at)).all()
    assert idea.published_at <= times[0] < times[-1] <= now()
    assert times[-1] - times[0] > timedelta(days=10)
    assert len(set(times)) == 40


def test_the_timeline_is_told_as_written(loaded):
    steps = db.session.scalars(
        select(IdeaEvent).where(IdeaEvent.idea_id == idea_called("hai").id).order_by(IdeaEvent.at)
    ).all()
    assert [step.status for step in steps] == ["waiting", "published", "in_progress"]
    assert (steps[2].note_vi, steps[2].note_en) == ("Rồi", "Done")
    assert (now() - steps[1].at).days == 30


def test_an_answer_hangs_below_its_comment(loaded):
    first, second = db.session.scalars(select(Comment).order_by(Comment.id))
    assert second.parent_id == first.id


def test_a_waiting_idea_asks_for_a_moderator(loaded):
    facts = db.session.scalars(select(Fact)).all()
    assert [(fact.name, fact.payload["idea_id"]) for fact in facts] == [("IdeaSubmitted", idea_called("ba").id)]


def test_it_is_loaded_once(loaded, stories):
    with transaction():
        assert demonstration.load(now(), stories) is False
    assert count(Idea) == 5


def content():
    return Content(
        title="Ý tưởng có thật", problem="Vấn đề có thật " * 5, solution="Cách làm có thật " * 5, field="khac"
    )


def test_it_does_not_come_to_a_bank_with_ideas(app, stories):
    author = factories.member()
    with transaction():
        ideas.add(author, content(), now())
    with transaction():
        assert demonstration.load(now(), stories) is False
    assert count(Member, Member.source == "demo") == 0


def test_the_one_that_ships_keeps_the_rules_of_the_domain(app):
    with transaction():
        assert demonstration.load(now())
    assert broken() == {}
    assert count(Idea) > 40
    assert set(db.session.scalars(select(Idea.status))) > {"published", "waiting", "realised", "in_progress"}


def test_what_it_wrote_is_marked_on_the_pages(loaded):
    client = loaded.test_client()
    real = factories.member()
    with transaction():
        written = ideas.add(real, content(), now(), source="web", status="published")
    for address, marks in (("/y-tuong", 2), (f"/y-tuong/{idea_called('mot').id}", 1), (f"/y-tuong/{written.id}", 0)):
        page = client.get(address, follow_redirects=True).text
        assert page.count('<span class="chip">Ví dụ</span>') == marks


# --- removal ------------------------------------------------------------------------------------


def test_removal_leaves_an_empty_bank(loaded):
    with transaction():
        gone = demonstration.remove()
    assert gone["ideas"] == 5
    assert [count(model) for model in (Idea, Campaign, Comment, Vote, Fact, IdeaRank, Member)] == [0] * 7


@pytest.fixture
def mingled(loaded):
    """A real member who took part in the demonstration, and demonstration members who took part in real life."""
    real, moderator = factories.member(), factories.member("moderator")
    demo = db.session.scalars(select(Member).where(Member.source == "demo").order_by(Member.id)).first()
    shown = idea_called("mot")
    with transaction():
        written = ideas.add(real, content(), now(), source="import", status="published")
        for member, idea in ((real, shown), (demo, written), (real, written)):
            db.session.add(Vote(idea_id=idea.id, member_id=member.id, created_at=now()))
            rank.count(idea.id, votes=1)
        theirs = Comment(idea_id=written.id, member_id=demo.id, body="Từ ví dụ", created_at=now())
        db.session.add(theirs)
        db.session.flush()
        db.session.add(
            Comment(idea_id=written.id, member_id=real.id, parent_id=theirs.id, body="Từ thật", created_at=now())
        )
        rank.count(written.id, comments=2)
        ideas.add(demo, content(), now(), source="web")
        ideas.save_draft(real.id, None, content(), now())
        db.session.add(Case(subject=f"idea:{shown.id}", idea_id=shown.id, idea_version=1, state="open", created_at=now(),
                            due_at=now(), claimed_by_id=moderator.id, claimed_until=now()))  # fmt: skip
    assert broken().keys() <= {"cases"}
    return real, written


def test_removal_spares_what_real_people_wrote(mingled):
    real, written = mingled
    with transaction():
        demonstration.remove()
    assert broken() == {}
    assert db.session.scalars(select(Idea.id)).all() == [written.id]
    assert (count(Vote), count(Comment), count(Draft), count(Case)) == (1, 1, 1, 0)
    row = db.session.get_one(IdeaRank, written.id, populate_existing=True)
    assert (row.votes, row.comments) == (1, 1)
    assert count(Member, Member.id == real.id) == 1


def test_a_demonstration_account_that_decided_stays_closed(mingled):
    _, written = mingled
    with transaction():
        judge = accounts.add_member("kiemduyet@demo.example", "Người duyệt thử", now(), role="moderator", source="demo")
        case = Case(subject="x", idea_id=written.id, idea_version=1, state="decided", created_at=now(), due_at=now())
        db.session.add(case)
        db.session.flush()
        db.session.add(Decision(case_id=case.id, case_version=1, idea_id=written.id, moderator_id=judge.id,
                                outcome="approve", decided_at=now()))  # fmt: skip
    with transaction():
        demonstration.remove()
    kept = db.session.get_one(Member, judge.id, populate_existing=True)
    assert (kept.status, kept.email, kept.role) == ("suspended", None, "member")
    assert count(Decision) == 1


# --- accounts -----------------------------------------------------------------------------------


@pytest.fixture
def shipped(monkeypatch, stories):
    """The small story in place of the one that ships."""
    from portal.demonstration import accounts as module

    monkeypatch.setattr(module, "load", lambda moment: demonstration.load(moment, stories))


def test_the_first_start_tells_the_accounts_and_the_next_tells_the_same(app, shipped, tmp_path):
    first, second = demonstration.set_up(tmp_path), demonstration.set_up(tmp_path)
    assert first == second
    assert [line.split()[0] for line in first[1:]] == ["member", "moderator", "organiser", "admin"]
    assert stat.S_IMODE((tmp_path / "demo-accounts.txt").stat().st_mode) == 0o600


def test_the_passwords_open_the_accounts(app, shipped, tmp_path):
    for line in demonstration.set_up(tmp_path)[1:]:
        role, email, password = line.split()
        member = accounts.member_by_email(email)
        assert (member.role, member.source) == (role, "demo")
        assert secrets.password_fits(password, member.password_hash)


def test_the_members_account_has_ideas_of_its_own(app, shipped, tmp_path):
    demonstration.set_up(tmp_path)
    member = accounts.member_by_email("banmoi@demo.example")
    assert member.display_name == "An"


def test_passwords_of_another_database_are_made_anew(app, shipped, tmp_path):
    lines = demonstration.set_up(tmp_path)
    (tmp_path / "demo-accounts.txt").write_text("member banmoi@demo.example wrong\n" * 4)
    again = demonstration.set_up(tmp_path)
    assert [line.split()[:2] for line in again] == [line.split()[:2] for line in lines]
    assert again != lines


def test_what_was_removed_does_not_come_back_by_itself(app, shipped, tmp_path):
    demonstration.set_up(tmp_path)
    with transaction():
        demonstration.remove()
    demonstration.forget_accounts(tmp_path)
    assert demonstration.set_up(tmp_path) == []
    assert count(Idea) == 0


def test_a_bank_with_real_ideas_has_no_demonstration_accounts(app, shipped, tmp_path):
    author = factories.member()
    with transaction():
        ideas.add(author, content(), now())
    assert demonstration.set_up(tmp_path) == []
    assert accounts.member_by_email("quantri@demo.example") is None

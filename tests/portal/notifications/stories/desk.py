"""Stories about ideas and those who decide about them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import services as moderation
from portal.moderation.models import Case, Decision
from portal.notifications import services as letters
from portal.notifications import troubles
from portal.notifications.health import health
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from portal.voting import services as voting
from tests import factories
from tests.portal.notifications.stories.news import gathered
from tests.portal.notifications.stories.post import relay

ADVICE = "Chào bạn, mình rất muốn hiểu thêm: ai đang gặp khó, ở đâu, bao nhiêu lần một tuần?"


def idea_sent(author: Member | None = None, **values: Any) -> Idea:
    author = author or factories.member()
    with transaction():
        return ideas.add(author, factories.content(**values), now())


def decided(
    outcome: str = "approve", idea: Idea | None = None, moderator: Member | None = None, advice: str = ADVICE
) -> Decision:
    """A waiting idea comes to a moderator, who decides."""
    idea = idea or idea_sent()
    relay()
    case_id, version = db.session.execute(select(Case.id, Case.version).where(Case.idea_id == idea.id)).one()
    reason, advice = ("", "") if outcome == "approve" else ("unclear", advice)
    moderator = moderator or factories.member("moderator")
    with transaction():
        return moderation.decide(case_id, moderator, version, outcome, reason, advice, now())


def reported(reason: str = "spam", language: str = "vi") -> Case:
    """A member reports an idea whose author, or whose moderator, reads that language."""
    idea = factories.published_idea(factories.member(language=language), unit="40")
    factories.member("moderator", unit_id=idea.unit_id, language=language)
    factories.report(idea, reason=reason)
    relay()
    return db.session.scalars(select(Case).where(Case.kind == "report")).one()


def hidden(language: str = "vi") -> Decision:
    return hides(reported(language=language))


def hides(case: Case) -> Decision:
    """A moderator agrees with a report."""
    moderator = factories.member("moderator")
    with transaction():
        return moderation.decide(case.id, moderator, case.version, "reject", "advert", ADVICE, now())


def merged(language: str) -> Decision:
    """A moderator sees that an idea is another once more; somebody supports it only here."""
    mine, voter = factories.published_idea(factories.member(language=language)), factories.member(language=language)
    with transaction():
        voting.cast(voter, mine.id, now())
    return merges(mine, factories.published_idea())


def merges(mine: Idea, theirs: Idea) -> Decision:
    moderator = factories.member("moderator")
    with transaction():
        case = Case(
            kind="merge", subject=f"merge:{mine.id}", idea_id=mine.id, idea_version=1, created_at=now(), due_at=now()
        )
        db.session.add(case)
    with transaction():
        return moderation.decide(case.id, moderator, 1, "merge", "", ADVICE, now(), into=theirs.id)


def asked_again(language: str) -> Decision:
    """An author asks for a refusal to be looked at again; somebody else answers."""
    author, other = factories.member(language=language), factories.member("moderator")
    idea = decided("reject", idea_sent(author)).idea_id
    chosen = moderation.Deadlines(review=60)
    with transaction():
        asked = moderation.appeal(author, idea, "Mình đã hỏi uỷ ban xã, việc này chi đoàn làm được.", chosen, now())
    with transaction():
        return moderation.decide(asked.case_id, other, 1, "approve", "", ADVICE, now())


def edited(language: str) -> Decision:
    """The author of a published idea changes it; a moderator keeps the page as it was."""
    idea = factories.published_idea(factories.member(language=language))
    author = db.session.get_one(Member, idea.author_id)
    with transaction():
        ideas.propose(author, idea.id, idea.version, factories.content(), now())
    relay()
    case, moderator = db.session.scalars(select(Case).where(Case.kind == "edit")).one(), factories.member("moderator")
    with transaction():
        return moderation.decide(case.id, moderator, 1, "reject", "unclear", ADVICE, now())


def reopened(language: str) -> None:
    """A decision is undone from the log, after its letter has left."""
    decision, moderator = (
        decided("reject", idea_sent(factories.member(language=language))),
        factories.member("moderator"),
    )
    relay()
    with transaction():
        db.session.execute(update(Letter).where(Letter.kind == "idea_not_published").values(state="sent"))
    with transaction():
        moderation.restore(decision.id, moderator, now())


def late_at_the_desk(language: str) -> None:
    """Nobody looks at an idea in time."""
    factories.member("moderator", language=language)
    idea_sent()
    relay()
    with transaction():
        moderation.keep_deadlines(moderation.Deadlines(review=259_200), now() + timedelta(days=3, hours=1))
        db.session.execute(update(Case).values(due_at=now()))


def desk_waits(language: str) -> None:
    factories.member("moderator", language=language)
    idea_sent()
    relay()
    gathered("desk")


def post_late(language: str) -> None:
    admin = factories.member("admin", language=language)
    with transaction():
        moment = now()
        db.session.add(Fact(name="Lost", payload={}, state="dead", next_at=moment, created_at=moment))
        troubles.note("535 5.7.8 authentication failed", moment)
        db.session.flush()
        letters.write_post_alert([admin.id], health(moment), current_app.config["SETTINGS"], moment)

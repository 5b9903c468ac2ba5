"""A desk with work on it, made through the services that make it in the product."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.ideas.events import IdeaSubmitted
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.outbox.models import Fact
from tests import factories


def waiting_cases(count: int) -> tuple[Member, Sequence[Any]]:
    """A moderator, and cases nobody has to do anything about any more but decide."""
    moderator = factories.member("moderator")
    with transaction():
        for n in range(count):
            author = accounts.add_member(f"tacgia{n}@example.vn", f"Tác giả {n}", now())
            idea = ideas.add(author, factories.content(), now(), source="demo")
            moderation.open_case(IdeaSubmitted(idea.id, idea.version), moderation.Deadlines(review=60))
        db.session.execute(update(Fact).values(state="relayed", relayed_at=now()))
        db.session.execute(update(Case).values(triaged_at=now()))
    cases = db.session.execute(select(Case.id, Case.version)).all()
    db.session.commit()  # nothing stays open while the processes work
    return moderator, cases


def decide(case: Any, moderator: Member) -> None:
    with transaction():
        moderation.decide(case.id, moderator, case.version, "approve", "", "", now())

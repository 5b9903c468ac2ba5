"""What letters on the way in say: the code, the welcome. And the alarm for administrators."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts import secrets
from portal.accounts.models import SignInAttempt
from portal.database import db
from portal.ideas.models import Draft, Idea, IdeaRank
from portal.ideas.states import PUBLIC
from portal.notifications.failures import NotWanted
from portal.notifications.health import health
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, linked, reader_of, to
from portal.settings import Settings
from portal.voting.models import Vote


def sign_in_code(letter: Letter, now: datetime, settings: Settings) -> Content:
    attempt = db.session.get(SignInAttempt, letter.payload["attempt_id"], populate_existing=True)
    if attempt is None or not attempt.takes_codes(now):
        raise NotWanted("the code has expired or is used up")
    held = [action.target_id for action in accounts.held(attempt.visitor, now) if action.kind == "vote"]
    titles = select(Idea.title).where(Idea.id.in_(held), Idea.status.in_(PUBLIC)).order_by(Idea.id)
    draft = select(Draft.id).where(Draft.visitor == attempt.visitor, Draft.member_id.is_(None)).limit(1)
    values = {
        "code": secrets.six_digits(settings.secret_key, attempt.token),
        "minutes": max(1, round((attempt.expires_at - attempt.created_at).total_seconds() / 60)),
        "held": db.session.scalars(titles.limit(3)).all(),
        "has_draft": attempt.visitor is not None and db.session.scalar(draft) is not None,
    }
    return Content(attempt.email, attempt.language, values)


def welcome(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """What was kept for the newcomer, and two ideas from their own province."""
    member = reader_of(letter)
    titles = select(Idea.id, Idea.title).join(IdeaRank, IdeaRank.idea_id == Idea.id).where(IdeaRank.status.in_(PUBLIC))
    mine = titles.join(Vote, Vote.idea_id == Idea.id).where(Vote.member_id == letter.recipient_id)
    near = titles.where(IdeaRank.unit_id == member.unit_id).order_by(IdeaRank.votes.desc(), IdeaRank.idea_id.desc())
    supported = [linked(row.id, row.title) for row in db.session.execute(mine.order_by(Vote.created_at).limit(3))]
    nearby = [idea for row in db.session.execute(near.limit(5)) if (idea := linked(row.id, row.title)) not in supported]
    return to(member, supported=supported, nearby=nearby[:2])


def post_alert(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """As things were when it was written; none if all is well by now, as after a short trouble of the post itself."""
    if not health(now).is_wrong:
        raise NotWanted("nothing is wrong any more")
    return to(reader_of(letter), at=letter.created_at, **{"facts": 0, "trouble": "", **letter.payload})

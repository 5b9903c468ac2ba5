"""Asking to stand under somebody's public idea instead of writing the same anew; its author says yes or no.

Nothing is written along, so it is no way to write to a child. Who was turned down, or left, cannot ask again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from portal.accounts import limits
from portal.accounts.models import Member
from portal.database import db, insert_ignore
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import states
from portal.ideas.events import CoAuthorAdmitted, CoAuthorAsked
from portal.ideas.models import Idea, IdeaAuthor
from portal.ideas.services import coauthors
from portal.outbox import services as outbox

MOST_ASKING = 20


def ask(member: Member, idea_id: int, now: datetime) -> None:
    """Said twice it is said once; one who is invited or there already need not. Raises Missing, Refusal, TooMany."""
    idea = db.session.execute(select(Idea.author_id, Idea.status).where(Idea.id == idea_id)).first()
    if idea is None or idea.status not in states.PUBLIC:
        raise Missing
    if idea.author_id == member.id:
        raise Refusal(N_("Bạn đã là tác giả rồi."))
    if not member.may("publish"):
        raise Refusal(N_("Đứng tên được khi phụ huynh và bạn đều đồng ý cho đăng."), status=403)
    if (known := db.session.scalar(select(IdeaAuthor.state).where(_of(idea_id, member.id)))) == "declined":
        raise Refusal(N_("Bạn không hỏi lại được ở ý này. Bạn vẫn ủng hộ và góp ý được."))
    if known:
        return
    limits.take("invite:account", str(member.id), now)
    waiting = select(func.count()).where(IdeaAuthor.idea_id == idea_id, IdeaAuthor.state == "asked")
    if (db.session.scalar(waiting) or 0) >= MOST_ASKING:
        raise Refusal(N_("Đang có nhiều người chờ tác giả trả lời. Bạn vẫn ủng hộ và góp ý được."))
    row = {"idea_id": idea_id, "member_id": member.id, "state": "asked", "created_at": now}
    new = insert_ignore(IdeaAuthor.__table__).values(row).returning(IdeaAuthor.__table__.c.id)
    if (request_id := db.session.scalar(new)) is not None:
        outbox.record(CoAuthorAsked(request_id))


def take_back(member: Member, idea_id: int) -> None:
    """Ask no more. Done already, it stays done."""
    mine = delete(IdeaAuthor).where(_of(idea_id, member.id), IdeaAuthor.state == "asked")
    db.session.execute(mine.execution_options(synchronize_session=False))


def admit(author: Member, idea_id: int, member_id: int, now: datetime) -> None:
    """The author's yes. Raises Missing without a request, Refusal for one too many, Conflict for a closed idea."""
    coauthors.own(author, idea_id)
    if coauthors.places(idea_id) >= coauthors.MOST:
        raise coauthors.too_many()
    member = db.session.get(Member, member_id)
    if member is None or not member.may("publish"):
        raise Conflict(N_("Bạn ấy chưa đứng tên được. Thử lại sau nhé."))
    _answer(idea_id, member_id, "accepted", now)
    outbox.record(CoAuthorAdmitted(idea_id, member_id))


def turn_down(author: Member, idea_id: int, member_id: int, now: datetime) -> None:
    """The author's no. Raises Missing without a request."""
    coauthors.own(author, idea_id)
    _answer(idea_id, member_id, "declined", now)


def _answer(idea_id: int, member_id: int, state: str, now: datetime) -> None:
    said = update(IdeaAuthor).where(_of(idea_id, member_id), IdeaAuthor.state == "asked")
    said = said.values(state=state, answered_at=now).returning(IdeaAuthor.id)
    if db.session.scalar(said.execution_options(synchronize_session=False)) is None:
        raise Missing


def _of(idea_id: int, member_id: int) -> ColumnElement[bool]:
    return (IdeaAuthor.idea_id == idea_id) & (IdeaAuthor.member_id == member_id)

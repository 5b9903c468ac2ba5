"""Co-authors: invited by the author, there once they say yes, gone when they say no. Who asks: `joining`.

Why an address is never said to be known: `docs/decisions/0012-co-authors.md`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update

from portal.accounts import limits
from portal.accounts.events import ConsentChanged, MemberRegistered
from portal.accounts.models import Member
from portal.accounts.queries import member_by_email
from portal.accounts.rules import read_email
from portal.database import db, insert_ignore
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import states
from portal.ideas.events import CoAuthorInvited, CoAuthorJoined
from portal.ideas.models import Idea, IdeaAuthor
from portal.outbox import services as outbox

MOST = 5
KEEP_INVITATIONS = timedelta(days=30)
_HANDLE = re.compile(r"@?([\w.-]{3,40})", re.ASCII)


def invite(author: Member, idea_id: int, whom: str, now: datetime) -> None:
    """Ask somebody, by e-mail address or handle, to stand under an idea. Whether the address is known is not told.

    Raises Missing for another's idea, Refusal for what is neither, for oneself, one too many, or a closed idea, TooMany.
    """
    own(author, idea_id)
    limits.take("invite:account", str(author.id), now)
    member, typed = _read(whom)
    if member and member.id == author.id:
        raise Refusal(N_("Bạn đã là tác giả rồi."), field="whom")
    if places(idea_id) >= MOST:
        raise too_many()
    row = {"idea_id": idea_id, "invited_as": typed, "state": "invited", "created_at": now}
    new = insert_ignore(IdeaAuthor.__table__).returning(IdeaAuthor.__table__.c.id)
    invitation_id = db.session.scalar(new.values(**row, member_id=member.id)) if member else None
    if invitation_id is not None:
        outbox.record(CoAuthorInvited(invitation_id))
    else:  # nobody we know, or somebody who was asked before
        db.session.execute(insert_ignore(IdeaAuthor.__table__).values(**row, member_id=None))


def places(idea_id: int) -> int:
    """How many are taken: by those who stand there, and by those whom the author has invited."""
    rows = select(func.count()).where(
        IdeaAuthor.idea_id == idea_id, or_(IdeaAuthor.state == "accepted", IdeaAuthor.invited_as.is_not(None))
    )
    return db.session.scalar(rows) or 0


def too_many() -> Refusal:
    return Refusal(N_("Một ý tưởng có nhiều nhất %(max)s đồng tác giả, kể cả người đang được mời."), max=MOST)


def _read(whom: str) -> tuple[Member | None, str]:
    """The active member meant, if there is one, and the words to show the author. Handles are public, addresses are not."""
    if "@" in whom.strip()[1:]:
        try:
            address = read_email(whom)
        except Refusal as refusal:
            raise Refusal(refusal.message, field="whom") from refusal
        member = member_by_email(address)
        return (member if member and member.status == "active" else None), address
    handle = _HANDLE.fullmatch(whom.strip())
    if handle is None:
        raise Refusal(N_("Nhập e-mail hoặc mã thành viên của bạn ấy"), field="whom")
    member = db.session.scalar(select(Member).where(Member.handle == handle[1].lower(), Member.status == "active"))
    if member is None:
        raise Refusal(N_("Không có thành viên nào mang mã này"), field="whom")
    return member, f"@{member.handle}"


def own(author: Member, idea_id: int) -> None:
    """Lock the idea while its co-authors change. Raises Missing or Conflict."""
    idea = db.session.execute(
        select(Idea.author_id, Idea.status).where(Idea.id == idea_id).with_for_update(key_share=True)
    ).first()
    if idea is None or idea.author_id != author.id:
        raise Missing
    if idea.status not in states.OPEN_TO_INVITED:
        raise Conflict(N_("Ý tưởng này đã khép lại nên không mời thêm được."))


def accept(member: Member, idea_id: int, now: datetime) -> None:
    """Stand under an idea one was asked to. Said twice it is said once. Raises Missing without an invitation."""
    if not member.may("publish"):
        raise Refusal(N_("Đứng tên được khi phụ huynh và bạn đều đồng ý cho đăng."), status=403)
    mine = (IdeaAuthor.idea_id == idea_id) & (IdeaAuthor.member_id == member.id)
    still = select(Idea.id).where(Idea.id == idea_id, Idea.status.in_(states.OPEN_TO_INVITED))
    said = update(IdeaAuthor).where(mine, IdeaAuthor.state == "invited", still.exists())
    answer = {"state": "accepted", "answered_at": now, "invited_as": None}
    if db.session.scalar(said.values(answer).returning(IdeaAuthor.id).execution_options(synchronize_session=False)):
        outbox.record(CoAuthorJoined(idea_id, member.id))
    elif db.session.scalar(select(IdeaAuthor.state).where(mine)) != "accepted":
        raise Missing


def decline(member: Member, idea_id: int, now: datetime) -> None:
    """Say no to an invitation, or leave. The author is not told, and one is not asked again. Raises Missing."""
    mine = update(IdeaAuthor).where(IdeaAuthor.idea_id == idea_id, IdeaAuthor.member_id == member.id)
    said = mine.values(state="declined", answered_at=now).returning(IdeaAuthor.id)
    if db.session.scalar(said.execution_options(synchronize_session=False)) is None:
        raise Missing


def cancel(author: Member, idea_id: int, invitation_id: int) -> None:
    """Take an invitation back. Who declined stays known as such, so as not to be asked again. Raises Missing."""
    idea = select(Idea.id).where(Idea.id == idea_id, Idea.author_id == author.id)
    its = (IdeaAuthor.id == invitation_id) & IdeaAuthor.idea_id.in_(idea) & IdeaAuthor.invited_as.is_not(None)
    kept = update(IdeaAuthor).where(its, IdeaAuthor.state == "declined").values(invited_as=None)
    gone = delete(IdeaAuthor).where(its, IdeaAuthor.state == "invited")
    for change in (kept, gone):
        if db.session.scalar(change.returning(IdeaAuthor.id).execution_options(synchronize_session=False)) is not None:
            return
    raise Missing


def remove(author: Member, idea_id: int, member_id: int) -> None:
    """End a co-authorship. Raises Missing if there is none, or it is another's idea."""
    idea = select(Idea.id).where(Idea.id == idea_id, Idea.author_id == author.id)
    gone = delete(IdeaAuthor).where(
        IdeaAuthor.idea_id.in_(idea), IdeaAuthor.member_id == member_id, IdeaAuthor.state == "accepted"
    )
    if db.session.scalar(gone.returning(IdeaAuthor.id).execution_options(synchronize_session=False)) is None:
        raise Missing


def claim_invitations(event: MemberRegistered | ConsentChanged) -> None:
    """Reaction: what waits for the address of somebody who may stand under an idea by now is theirs to answer.

    An invitation to an idea where they were asked, or are, already stays as the author sees it, and ends by itself.
    """
    member = db.session.get_one(Member, event.member_id, populate_existing=True)
    if not member.may("publish"):
        return
    known = select(IdeaAuthor.idea_id).where(IdeaAuthor.member_id == member.id)
    waiting = update(IdeaAuthor).where(
        IdeaAuthor.invited_as == member.email,
        IdeaAuthor.member_id.is_(None),
        IdeaAuthor.state == "invited",
        IdeaAuthor.idea_id.not_in(known),
    )
    theirs = waiting.values(member_id=member.id).returning(IdeaAuthor.id)
    for invitation_id in db.session.scalars(theirs.execution_options(synchronize_session=False)).all():
        outbox.record(CoAuthorInvited(invitation_id))


def sweep_invitations(now: datetime) -> None:
    """Forget after thirty days what was typed or asked, and not answered."""
    old = IdeaAuthor.created_at < now - KEEP_INVITATIONS
    for change in (
        delete(IdeaAuthor).where(old, IdeaAuthor.state.in_(("invited", "asked"))),
        update(IdeaAuthor).where(old, IdeaAuthor.state == "declined").values(invited_as=None),
    ):
        db.session.execute(change.execution_options(synchronize_session=False))

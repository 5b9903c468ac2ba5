"""Drafts: text of a member, or of a visitor who signs in last. Sending one makes one idea, however often it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from portal.accounts import limits
from portal.accounts.models import Member
from portal.accounts.secrets import new_token
from portal.database import db
from portal.errors import N_, Conflict, Missing
from portal.ideas.models import Draft, Idea
from portal.ideas.rules import Content
from portal.ideas.services.writing import add, home_of

KEEP_VISITORS = timedelta(days=30)
LONGEST = 10_000
"""A draft may break the rules, but not fill the disk: each text is cut here."""


@dataclass(frozen=True)
class Page:
    """What a page says of what it sends: its own name, the version it began from, how often it has sent by now."""

    key: str | None = None
    version: int | None = None
    turn: int | None = None


class AlreadySent(Conflict):
    """The draft is an idea by now. `is_newer`: what was to be kept is not what was sent."""

    def __init__(self, idea_id: int, *, is_newer: bool) -> None:
        super().__init__(
            N_("Bản nháp này đã được gửi, có thể từ máy khác. Chữ bạn vừa viết chưa nằm trong ý tưởng đã gửi.")
        )
        self.idea_id, self.is_newer = idea_id, is_newer


def save_draft(
    member_id: int | None,
    visitor: str | None,
    content: Content,
    now: datetime,
    *,
    token: str | None = None,
    page: Page = Page(),
) -> Draft:
    """Keep a text, finished or not. Without `token` a new draft; with it, that draft if it is this person's.

    What a page sends again because the answer was lost or is still on its way is the same draft, and goes on from it.
    Raises Missing for another's draft, AlreadySent, and Conflict if another page or device has written since.
    """
    kept = _cut(content.as_dict())
    known = own_draft(token, member_id, visitor) if token else _written_under(page.key, member_id, visitor)
    if known is None and token is None:
        known = Draft(token=new_token(), member_id=member_id, visitor=visitor, version=0, created_at=now)
        db.session.add(known)
    elif known is None:
        raise Missing
    elif known.idea_id is not None:
        raise AlreadySent(known.idea_id, is_newer=known.content != kept)
    elif known.content != kept and _overtaken(known, page):
        raise Conflict(N_("Bản nháp đã được sửa trên máy khác. Chọn bản muốn giữ."))
    known.content, known.version, known.updated_at = kept, known.version + 1, now
    known.key, known.turn = page.key, page.turn or 0
    known.member_id = known.member_id or member_id
    db.session.flush()
    return known


def _cut(texts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text[:LONGEST] if isinstance(text, str) else _cut(text) for name, text in texts.items()}


def _overtaken(known: Draft, page: Page) -> bool:
    """Whether what is kept is something this page has not seen: another's, or what it sent itself but later."""
    if page.key and known.key == page.key:
        return page.turn is not None and page.turn <= known.turn
    return page.version is not None and page.version != known.version


def _written_under(key: str | None, member_id: int | None, visitor: str | None) -> Draft | None:
    """Of this person, the unsent draft with this key. Of two requests at once the second waits for the first."""
    if key is None:
        return None
    limits.queue_for(f"draft:{key}")
    token = unsent_under(key, member_id, visitor)
    return own_draft(token, member_id, visitor) if token else None


def unsent_under(key: str, member_id: int | None, visitor: str | None) -> str | None:
    """The token of this person's unsent draft that the page of that name wrote last."""
    found = db.session.scalars(select(Draft).where(Draft.key == key, Draft.idea_id.is_(None)))
    return next((draft.token for draft in found if draft.belongs_to(member_id, visitor)), None)


def own_draft(token: str, member_id: int | None, visitor: str | None) -> Draft | None:
    """The draft behind a token if this person wrote it, locked until the transaction ends."""
    draft = db.session.scalar(
        select(Draft).where(Draft.token == token).with_for_update().execution_options(populate_existing=True)
    )
    return draft if draft and draft.belongs_to(member_id, visitor) else None


def attach_drafts(visitor: str, member: Member) -> None:
    """After signing in: what was written on this browser before now belongs to the member, and begins where they live."""
    theirs = select(Draft).where(Draft.visitor == visitor, Draft.member_id.is_(None)).order_by(Draft.id)
    # locked: another page of this browser may be keeping what is being typed
    for draft in db.session.scalars(theirs.with_for_update().execution_options(populate_existing=True)):
        draft.member_id = member.id
        if not draft.content.get("unit"):
            draft.content = {**draft.content, "unit": home_of(member)}


def discard(token: str, member_id: int | None, visitor: str | None) -> None:
    """Delete one's draft. One that was sent stays: it proves which idea it became. Raises Missing."""
    draft = own_draft(token, member_id, visitor)
    if draft is None:
        raise Missing
    if draft.idea_id is None:
        db.session.delete(draft)


def submit(author: Member, token: str, now: datetime, *, visitor: str | None = None) -> Idea:
    """Send a draft. The draft's lock lets one sender through; the others get the idea it made.

    Raises Missing for another's draft, Invalid with every fault, and TooMany.
    """
    draft = own_draft(token, author.id, visitor)
    if draft is None:
        raise Missing
    if draft.idea_id is not None:
        return db.session.get_one(Idea, draft.idea_id)
    limits.take("idea:account", str(author.id), now)
    idea = add(author, Content.read(draft.content), now)
    draft.idea_id, draft.member_id = idea.id, author.id
    return idea


def sweep_drafts(now: datetime) -> None:
    """Delete what visitors left and never came back for."""
    abandoned = delete(Draft).where(Draft.member_id.is_(None), Draft.updated_at < now - KEEP_VISITORS)
    db.session.execute(abandoned.execution_options(synchronize_session=False))

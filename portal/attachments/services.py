"""Attaching, by the author alone and while the text itself may be changed; taking away, at any time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update

from portal.accounts.events import MemberErased
from portal.accounts.models import Member
from portal.accounts.secrets import new_token
from portal.attachments.models import Attachment
from portal.attachments.reading import File
from portal.attachments.rules import ALT, MOST, NAME_MAX
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas.events import IdeaSubmitted
from portal.ideas.models import Draft, Idea
from portal.ideas.services import EDITABLE
from portal.outbox import services as outbox


def prepare(file: File, alt: str, now: datetime) -> Attachment:
    """The row of a file that is still to be written to disk, with its token. Raises Refusal for a picture untold."""
    return Attachment(
        token=new_token(),
        kind=file.kind,
        name=file.name,
        alt=_told(file.kind, alt),
        size=len(file.content),
        width=file.width,
        height=file.height,
        created_at=now,
    )


def _told(kind: str, alt: str) -> str:
    """What is kept of what was said of a file: something of a picture, of a document if anything was."""
    alt = ALT.clean(alt)
    if (alt or kind == "image") and (fault := ALT.fault(alt)):
        fault.field = "alt"
        raise fault
    return alt


def attach_to_draft(member: Member, token: str, attachment: Attachment) -> None:
    """Raises Missing for another's draft or one that was sent, Refusal for one file too many."""
    draft = _own_draft(member, token)
    attachment.draft_id = draft.id
    _add(attachment, Attachment.draft_id == draft.id)


def attach_to_idea(author: Member, idea_id: int, attachment: Attachment, now: datetime) -> None:
    """Raises Missing, Conflict once somebody has decided, Refusal for one file too many."""
    _new_version(author, idea_id, now)
    attachment.idea_id = idea_id
    _add(attachment, Attachment.idea_id == idea_id)


def _add(attachment: Attachment, its: ColumnElement[bool]) -> None:
    if (db.session.scalar(select(func.count()).where(its)) or 0) >= MOST:
        raise Refusal(N_("Mỗi ý tưởng có nhiều nhất %(max)s tệp."), field="file", max=MOST)
    db.session.add(attachment)
    db.session.flush()


def tell(member: Member, token: str, alt: str, now: datetime) -> Attachment:
    """Say anew what a file of one's own shows, as long as files may be added; the same words again change nothing.

    Raises Missing for another's, Refusal for words that are none, Conflict once somebody has decided.
    """
    attachment = _own(member, token)
    told = _told(attachment.kind, alt)
    if told != attachment.alt:
        if attachment.idea_id is not None:
            _new_version(member, attachment.idea_id, now)
        attachment.alt = told
        db.session.flush()
    return attachment


def remove(member: Member, token: str, now: datetime) -> Attachment:
    """Delete a file of one's own idea, in any state: showing less needs nobody's consent. Raises Missing for another's."""
    attachment = _own(member, token)
    if attachment.idea_id is not None and _status_of_own(member, attachment.idea_id) in EDITABLE:
        _new_version(member, attachment.idea_id, now)
    db.session.delete(attachment)
    return attachment


def take_off(idea_id: int, token: str) -> Attachment:
    """Take a file off an idea, by whoever may judge it. Its texts, versions and receipts say what they said. Raises Missing."""
    gone = db.session.scalar(
        delete(Attachment).where(Attachment.idea_id == idea_id, Attachment.token == token).returning(Attachment)
    )
    if gone is None:
        raise Missing
    return gone


def mask(idea_id: int, change: Callable[[str], str]) -> None:
    """Apply `change` to what everybody reads of an idea's files: what a picture shows, what a document is called."""
    for one in db.session.scalars(select(Attachment).where(Attachment.idea_id == idea_id)):
        one.alt, one.name = change(one.alt)[: ALT.max], change(one.name)[:NAME_MAX]


def _own(member: Member, token: str) -> Attachment:
    """A file of the member's idea or draft, in no other's hands meanwhile. Raises Missing for another's."""
    its = select(Attachment).where(Attachment.token == token).with_for_update()
    attachment = db.session.scalar(its.execution_options(populate_existing=True))
    if attachment is None:
        raise Missing
    if attachment.idea_id is not None:
        _status_of_own(member, attachment.idea_id)
        return attachment
    own = select(Draft.id).where(Draft.id == attachment.draft_id, Draft.member_id == member.id)
    if db.session.scalar(own) is None:
        raise Missing
    return attachment


def _status_of_own(author: Member, idea_id: int) -> str:
    status = db.session.scalar(select(Idea.status).where(Idea.id == idea_id, Idea.author_id == author.id))
    if status is None:
        raise Missing
    return status


def _own_draft(member: Member, token: str) -> Draft:
    draft = db.session.scalar(select(Draft).where(Draft.token == token, Draft.member_id == member.id).with_for_update())
    if draft is None or draft.idea_id is not None:
        raise Missing
    return draft


def _new_version(author: Member, idea_id: int, now: datetime) -> None:
    """Files are part of what a moderator decides about: whoever read the idea without this one has to read it again."""
    idea = db.session.scalar(select(Idea).where(Idea.id == idea_id).execution_options(populate_existing=True))
    if idea is None or idea.author_id != author.id:
        raise Missing
    changed = db.session.scalar(
        update(Idea)
        .where(Idea.id == idea_id, Idea.status.in_(EDITABLE), Idea.version == idea.version)
        .values(version=Idea.version + 1, updated_at=now)
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if changed is None:
        raise Conflict(N_("Ý tưởng này đã có người xem xong nên không đổi tệp được nữa."))
    if changed.status == "waiting":
        outbox.record(IdeaSubmitted(idea_id, changed.version))


def draft_of(attachment: Attachment) -> Draft | None:
    return db.session.get(Draft, attachment.draft_id) if attachment.draft_id else None


def forget_author(event: MemberErased) -> None:
    """Reaction: pictures go also where a text may stay, for they may show who drew or took them."""
    theirs = select(Idea.id).where(Idea.author_id == event.member_id)
    gone = delete(Attachment).where(Attachment.idea_id.in_(theirs))
    db.session.execute(gone.execution_options(synchronize_session=False))


def follow_draft(draft: Draft, idea: Idea) -> None:
    """When a draft is sent its files go along."""
    go = update(Attachment).where(Attachment.draft_id == draft.id).values(idea_id=idea.id, draft_id=None)
    db.session.execute(go.execution_options(synchronize_session=False))

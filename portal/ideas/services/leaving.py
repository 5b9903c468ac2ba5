"""Reactions of ideas: a child's texts follow what guardian and child allow, and an erased author's are forgotten."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select, update

from portal import database
from portal.accounts.events import ConsentChanged, MemberErased
from portal.accounts.models import Member
from portal.database import db
from portal.ideas import rank, rules, search, states
from portal.ideas.events import IdeaSubmitted
from portal.ideas.models import Draft, Idea, IdeaAuthor, IdeaEvent, IdeaReceipt, IdeaVersion
from portal.ideas.services.deciding import move
from portal.outbox import services as outbox

NO_TITLE = "–"


def follow_consent(event: ConsentChanged) -> None:
    """With both yeses what waited for them goes to the moderators; without, what others could read is theirs no more.

    Nor is what reports have hidden: a moderator who keeps it would show it again. Under others' ideas they stand no
    more, nor ask to; it was no no of theirs, so with the yes back they may be asked, or ask, again. Without the yes to
    contests their ideas leave the campaigns. A suspension changes nothing of what was agreed to.
    """
    member = db.session.get_one(Member, event.member_id, populate_existing=True)
    if member.status == "erased":  # which has a fact of its own
        return
    old: tuple[str, ...] = ("waiting_guardian",)
    new = "waiting"
    if not member.allows("publish"):
        old, new = ("waiting", "needs_changes", "hidden", *states.PUBLIC), "waiting_guardian"
        _delete(IdeaAuthor, (IdeaAuthor.member_id == member.id) & IdeaAuthor.state.in_(("accepted", "asked")))
    for idea_id in _ideas_of(member.id, Idea.status.in_(old)):
        _send(idea_id, new)
    if not member.allows("contest"):
        for idea_id in _ideas_of(member.id, Idea.campaign_id.is_not(None)):
            _leave_campaign(idea_id)


def _leave_campaign(idea_id: int) -> None:
    left = update(Idea).where(Idea.id == idea_id).values(campaign_id=None, updated_at=database.now()).returning(Idea)
    idea = db.session.scalar(left.execution_options(synchronize_session=False, populate_existing=True))
    if idea is not None:
        rank.follow(idea)


def _send(idea_id: int, to: str) -> None:
    """The time of publication of what is hidden stays, as the list's row keeps it; what is read anew gets a new one."""
    moment = database.now()
    values: dict[str, Any] = {"status": to, "updated_at": moment}
    if to == "waiting":
        values |= {"published_at": None, "version": Idea.version + 1}
    idea = move(idea_id, to, values)
    db.session.add(IdeaEvent(idea_id=idea_id, status=to, at=moment))
    if to == "waiting":
        outbox.record(IdeaSubmitted(idea_id, idea.version))


def forget_author(event: MemberErased) -> None:
    """Delete drafts, old versions and words; a public text stays, without a name, only if its author agreed."""
    _delete(Draft, Draft.member_id == event.member_id)
    _delete(IdeaAuthor, IdeaAuthor.member_id == event.member_id)
    mine = select(Idea.id).where(Idea.author_id == event.member_id)
    _delete(IdeaVersion, IdeaVersion.idea_id.in_(mine))
    _delete(IdeaReceipt, IdeaReceipt.idea_id.in_(mine))
    _delete(IdeaAuthor, IdeaAuthor.idea_id.in_(mine) & (IdeaAuthor.state != "accepted"))
    theirs = (IdeaEvent.by_id == event.member_id, IdeaEvent.unit_id.is_(None))  # an official answer is the unit's
    notes = update(IdeaEvent).where(*theirs).values(note_vi="", note_en="")
    db.session.execute(notes.execution_options(synchronize_session=False))
    stays = Idea.status.in_(states.PUBLIC) if event.keep_ideas else Idea.id < 0
    keep = _ideas_of(event.member_id, stays)
    db.session.execute(update(Idea).where(Idea.id.in_(keep)).values(confidential="", external_id=None))
    for idea_id in _ideas_of(event.member_id, Idea.id.not_in(keep)):
        _empty(idea_id)


def _empty(idea_id: int) -> None:
    """The number stays, so that links say "gone" and counts stay true."""
    moment = database.now()
    values: dict[str, Any] = dict.fromkeys(rules.TEXTS, "")
    values |= {
        "title": NO_TITLE,
        "answers": [],
        "external_id": None,
        "unit_id": None,
        "place_then": "",
        "campaign_id": None,
        "updated_at": moment,
    }
    status = db.session.scalar(select(Idea.status).where(Idea.id == idea_id))
    if status == "removed":
        db.session.execute(update(Idea).where(Idea.id == idea_id).values(values))
        idea = db.session.get_one(Idea, idea_id, populate_existing=True)
        rank.follow(idea)
    else:
        idea = move(idea_id, "removed", {**values, "status": "removed"})
        db.session.add(IdeaEvent(idea_id=idea_id, status="removed", at=moment))
    search.index(idea)


def _ideas_of(member_id: int, *where: ColumnElement[bool]) -> list[int]:
    return list(db.session.scalars(select(Idea.id).where(Idea.author_id == member_id, *where).order_by(Idea.id)))


def _delete(model: Any, where: ColumnElement[bool]) -> None:
    db.session.execute(delete(model).where(where).execution_options(synchronize_session=False))

"""Changing what is public already: the new words wait beside the old ones until somebody agrees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from portal.accounts.models import Member
from portal.accounts.services.silencing import require_voice
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import rank, search, states
from portal.ideas.events import EditProposed, EditTakenBack
from portal.ideas.models import Idea, IdeaEdit, IdeaVersion
from portal.ideas.rules import Content
from portal.ideas.services.receiving import receive
from portal.ideas.services.writing import campaign_id_of, check_again, columns_of, not_editable, text_of
from portal.outbox import services as outbox

CHANGEABLE = ("published",)
"""Once a council looks at an idea its words stay as they are."""


def propose(  # noqa: PLR0913  # an edit says all of this
    author: Member,
    idea_id: int,
    version: int,
    content: Content,
    now: datetime,
    *,
    hide_old: bool | None = None,
    instead_of: int | None = None,
) -> IdeaEdit:
    """Ask for other words on a published page; a second time replaces the first. The campaign stays.

    `hide_old` hides the earlier wording from the public; None keeps what the waiting edit says. `instead_of` is the
    number of the waiting edit that the new words were written from, 0 if there was none.
    Raises Invalid, Missing for a stranger, Refusal if nothing is different, and Conflict if idea or edit have moved on.
    """
    # locked: two presses of one button come one after the other
    mine = select(Idea).where(Idea.id == idea_id).with_for_update()
    idea = db.session.scalar(mine.execution_options(populate_existing=True))
    if idea is None or idea.author_id != author.id:
        raise Missing
    if idea.status not in CHANGEABLE or not author.may("publish"):
        raise not_editable()
    if idea.version != version:
        raise states.moved_on()
    require_voice(author, now)
    edit = waiting_edit(idea_id)
    new = _proposed(author, content, idea, edit, now)
    if edit and instead_of is not None and edit.number != instead_of:
        raise states.moved_on()
    before = edit.before if edit and edit.live else text_of(idea)
    if new == before:
        raise Refusal(N_("Bạn chưa đổi chỗ nào so với bản đang đăng."))
    if edit and edit.live:
        raise Conflict(N_("Bản sửa trước của bạn đang được đọc lại. Xong rồi bạn sửa tiếp nhé."))
    if edit is None:
        edit = IdeaEdit(idea_id=idea_id, number=0, created_at=now)
        db.session.add(edit)
    edit.base_version, edit.before, edit.content = version, before, new
    edit.number, edit.updated_at = edit.number + 1, now
    if hide_old is not None:
        edit.hides_old = hide_old
    receive(idea_id, new, now)
    db.session.flush()
    outbox.record(EditProposed(edit.id, edit.number))
    return edit


def _proposed(author: Member, content: Content, idea: Idea, edit: IdeaEdit | None, now: datetime) -> dict[str, Any]:
    """The new words by column. A waiting edit may answer what its idea does not, and what is asked no more."""
    campaign_id_of(content.campaign, None)
    before = text_of(idea)
    if edit:
        before["answers"] = [*before["answers"], *(edit.content.get("answers") or ())]
    checked, questions = check_again(author, content, before, idea.campaign_id, now)
    return columns_of(checked, idea.campaign_id, questions)


def take_back_edit(author: Member, idea_id: int, now: datetime) -> None:
    """Leave the page as it is. Raises Missing if there is nothing to take back."""
    edit = waiting_edit(idea_id)
    if edit is None or edit.live or db.session.scalar(select(Idea.author_id).where(Idea.id == idea_id)) != author.id:
        raise Missing
    edit.state, edit.updated_at = "withdrawn", now
    outbox.record(EditTakenBack(edit.id))


def waiting_edit(idea_id: int) -> IdeaEdit | None:
    """The edit of an idea that nobody has decided about, locked."""
    waiting = select(IdeaEdit).where(IdeaEdit.idea_id == idea_id, IdeaEdit.state == "waiting")
    return db.session.scalar(waiting.with_for_update().execution_options(populate_existing=True))


def show_edit(edit: IdeaEdit, by: Member | None, now: datetime) -> None:
    """Put the new words before the public; the old ones stay as a version. Raises Conflict if the idea moved on."""
    _write(edit, edit.base_version, edit.content, now)
    by_id = by.id if by else None
    kept = {"idea_id": edit.idea_id, "version": edit.base_version, "at": now, "by_id": by_id, "content": edit.before}
    db.session.add(IdeaVersion(**kept))
    if edit.hides_old:
        _hide_versions(edit.idea_id)


def unshow_edit(edit: IdeaEdit, now: datetime) -> None:
    """The words of before again. What was shown meanwhile is in no history: it may be what nobody should read.

    So the public is not told of a change either.
    """
    idea = _write(edit, edit.base_version + 1, edit.before, now)
    _hide_versions(edit.idea_id, IdeaVersion.version == edit.base_version)
    edit.base_version = idea.version


def accept_edit(edit_id: int, by: Member, now: datetime, *, hide_old: bool | None = None) -> None:
    """Agree: the page says the new words, unless it does already. Raises Conflict if somebody was faster.

    Whether the versions of before are hidden is what the edit says, unless `hide_old` says otherwise.
    """
    edit = _of(edit_id, "waiting")
    if hide_old is not None:
        edit.hides_old = hide_old
    if not edit.live:
        show_edit(edit, by, now)
    elif edit.hides_old:
        _hide_versions(edit.idea_id)
    edit.state, edit.updated_at = "accepted", now


def refuse_edit(edit_id: int, now: datetime) -> None:
    """The page says the old words, again or still. Raises Conflict if somebody was faster."""
    edit = _of(edit_id, "waiting")
    if edit.live:
        unshow_edit(edit, now)
        edit.live = False
    edit.state, edit.updated_at = "refused", now


def reopen_edit(edit_id: int, now: datetime) -> None:
    """Undo either: the edit waits again, its words are shown only if they were before it was accepted."""
    edit = _of(edit_id, "accepted", "refused")
    if waiting_edit(edit.idea_id) is not None:  # its author has written another
        raise states.moved_on()
    if edit.state == "accepted" and not edit.live:
        unshow_edit(edit, now)
    edit.state, edit.updated_at = "waiting", now


def _hide_versions(idea_id: int, *which: ColumnElement[bool]) -> None:
    db.session.flush()
    hide = update(IdeaVersion).where(IdeaVersion.idea_id == idea_id, *which).values(hidden=True)
    db.session.execute(hide.execution_options(synchronize_session=False))


def _of(edit_id: int, *expected: str) -> IdeaEdit:
    one = select(IdeaEdit).where(IdeaEdit.id == edit_id).with_for_update()
    edit = db.session.scalar(one.execution_options(populate_existing=True))
    if edit is None or edit.state not in expected:
        raise states.moved_on()
    return edit


def _write(edit: IdeaEdit, seen: int, content: dict[str, Any], now: datetime) -> Idea:
    """The campaign stays what it is by now: a child's idea may have left it."""
    content = {name: value for name, value in content.items() if name != "campaign_id"}
    idea = db.session.scalar(
        update(Idea)
        .where(Idea.id == edit.idea_id, Idea.version == seen, Idea.status.in_(states.PUBLIC))
        .values(**content, version=seen + 1, updated_at=now)
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if idea is None:
        raise states.moved_on()
    search.index(idea)
    rank.follow(idea)
    return idea

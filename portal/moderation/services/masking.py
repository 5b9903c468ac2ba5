"""What triage proposes to hide is hidden: in the text, in its history, in its edits, and in the index."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import delete, select, update

from portal.accounts.models import Member
from portal.attachments import services as files
from portal.audit import services as audit
from portal.database import db
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import triage
from portal.moderation.events import FileTakenOff, PersonalDataMasked
from portal.moderation.models import Case, Reason
from portal.moderation.services.changing import changed
from portal.moderation.services.claiming import free_for
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import may_have
from portal.outbox import services as outbox


def mask(case_id: int, moderator: Member, version: int, words: Mapping[str, str], now: datetime) -> Case:
    """Put words in place of personal data, by kind, in all that the case's text was and is; its writer is told.

    Nobody decides on the text they read before. There is no undo. Raises Missing, Refusal, and Conflict.
    """
    case = db.session.scalar(
        update(Case)
        .where(Case.id == case_id, Case.version == version, Case.state == "open")
        .where(free_for(moderator, now), *may_have(moderator))
        .values(changed("masked", now, moderator.id))
        .returning(Case)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if case is None:
        raise why_not(case_id, moderator, now)
    change = partial(triage.mask, words=dict(words))
    if case.comment_id:
        discussion.mask(case.comment_id, change)
    else:
        seen = _version_of_now(case)
        case.idea_version = ideas.mask(case.idea_id, seen, change, now).version
        files.mask(case.idea_id, change)
        _take_along(case, seen, moderator, now)
    db.session.execute(delete(Reason).where(Reason.case_id == case.id, Reason.rule == "contact_data"))
    audit.record(moderator.id, "case.mask", "case", case.id, {"idea": case.idea_id, "comment": case.comment_id})
    outbox.record(PersonalDataMasked(case.id, case.version))
    return case


def _version_of_now(case: Case) -> int:
    """A new idea is masked as its moderator has read it; other cases are older than what may have changed meanwhile."""
    if case.kind == "idea":
        return case.idea_version
    return db.session.scalars(select(Idea.version).where(Idea.id == case.idea_id).with_for_update()).one()


def take_off_file(case_id: int, moderator: Member, token: str, now: datetime) -> None:
    """Take a picture or a document off the idea that a case is about; its author is told. There is no undo.

    Raises Missing, Refusal, and Conflict if somebody else is at it.
    """
    case = db.session.scalar(
        select(Case)
        .where(Case.id == case_id, Case.state == "open", Case.comment_id.is_(None))
        .where(free_for(moderator, now), *may_have(moderator))
        .with_for_update(of=Case)
    )
    if case is None:
        raise why_not(case_id, moderator, now)
    gone = files.take_off(case.idea_id, token)
    audit.record(moderator.id, "case.file", "case", case.id, {"idea": case.idea_id, "file": gone.id, "kind": gone.kind})
    outbox.record(FileTakenOff(case.id, gone.id))


def _take_along(case: Case, seen: int, moderator: Member, now: datetime) -> None:
    """The idea's other open cases are about the masked text from now on: theirs of before is nowhere any more."""
    others = update(Case).where(Case.idea_id == case.idea_id, Case.comment_id.is_(None), Case.state == "open")
    others = others.where(Case.id != case.id, Case.idea_version == seen)
    masked = {"idea_version": case.idea_version, **changed("masked", now, moderator.id)}
    db.session.execute(others.values(masked).execution_options(synchronize_session=False))

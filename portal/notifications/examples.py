"""Every kind of letter as somebody here would get it: from a letter that was written, or a small story on real rows.

The stories change the database and are taken back, so this runs inside a transaction that is never committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import func, select, update

from portal.accounts import services as accounts
from portal.accounts.credentials import SecurityEvent
from portal.accounts.models import Member, RoleGrant
from portal.accounts.services import addresses
from portal.campaigns import services as campaigns
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaAuthor, IdeaEvent
from portal.ideas.rules import Content
from portal.ideas.states import PUBLIC
from portal.moderation.models import Case, Decision
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notifications import preferences, rendering
from portal.notifications.catalogue import KINDS
from portal.notifications.categories import DIGEST
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.settings import Settings

LANGUAGES = ("vi", "en")
ADVICE = "Chào bạn, ý này hay. Bạn viết thêm giúp mình: ai đang gặp khó, ở đâu, mỗi tuần mấy lần?"


class NoExample(Exception):  # noqa: N818  # nothing is wrong: there is nothing to show
    """Neither a letter of this kind nor what it could be about is here."""


@dataclass(frozen=True)
class Cast:
    """Who and what the stories are about."""

    reader: Member
    other: Member
    idea: Idea
    at: datetime


def render_all(settings: Settings) -> list[tuple[str, str, EmailMessage | None]]:
    """(kind, language, message) of every kind; None where there is nothing to show."""
    return [(kind, language, render(kind, language, settings)) for kind in KINDS for language in LANGUAGES]


def render(kind: str, language: str, settings: Settings) -> EmailMessage | None:
    with taken_back():
        try:
            letter = STORIES[kind](_cast(language)) if kind in STORIES else _written(kind, language)
            content = KINDS[kind].find(letter, now(), settings)
        except (NoExample, NotWanted):
            return None
        return rendering.render(letter, content, now(), settings)


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction of which nothing stays."""
    with transaction() as session:
        yield
        session.rollback()


def _written(kind: str, language: str) -> Letter:
    """The newest letter of a kind, its reader made to read `language`."""
    newest = select(Letter).where(Letter.kind == kind).order_by(Letter.id.desc()).limit(1)
    letter = db.session.scalar(newest.execution_options(populate_existing=True))
    if letter is None:
        raise NoExample
    db.session.execute(update(Member).where(Member.id == letter.recipient_id).values(language=language))
    return letter


def _cast(language: str) -> Cast:
    """The author of the most commented public idea, and somebody else."""
    said = (
        select(Comment.idea_id, func.count().label("n")).where(Comment.status == "published").group_by(Comment.idea_id)
    )
    counted = said.subquery()
    chosen = select(Idea).outerjoin(counted, counted.c.idea_id == Idea.id).where(Idea.status.in_(PUBLIC))
    idea = db.session.scalar(chosen.order_by(func.coalesce(counted.c.n, 0).desc(), Idea.id).limit(1))
    if idea is None:
        raise NoExample
    reader = db.session.get_one(Member, idea.author_id, populate_existing=True)
    other = db.session.scalar(select(Member).where(Member.id != reader.id, Member.status == "active").limit(1))
    if other is None:
        raise NoExample
    reader.language, reader.status, reader.email = language, "active", reader.email or "ban@example.vn"
    reader.birth_year, reader.birth_month = 2001, 5
    preferences.choose(reader.id, dict.fromkeys(("my-ideas", "comments", "follows", "reminders", "campaigns"), "now"))
    db.session.flush()
    return Cast(reader, other, idea, now())


def _letter(kind: str, cast: Cast, **ids: Any) -> Letter:
    names = {"message_id": "<example@localhost>", "created_at": cast.at, "next_at": cast.at}
    return Letter(id=0, kind=kind, recipient_id=cast.reader.id, payload=ids, dedup_key=kind, **names)


def _code(cast: Cast) -> Letter:
    keys = ("example:account", "example:address")
    attempt = accounts.request_code(cast.reader.email or "", cast.reader.language, keys, 600, cast.at)
    return _letter("sign_in_code", cast, attempt_id=attempt.id)


def _new_address(cast: Cast) -> Letter:
    attempt = addresses.request_change(cast.reader, "dia.chi.moi@example.vn", 600, cast.at)
    return _letter("email_change_code", cast, attempt_id=attempt.id)


def _security(kind: str, what: str) -> Callable[[Cast], Letter]:
    def story(cast: Cast) -> Letter:
        event = SecurityEvent(
            member_id=cast.reader.id, kind=what, at=cast.at, device="Android Chrome", network="113.161.72.*"
        )
        db.session.add(event)
        db.session.flush()
        return _letter(kind, cast, event_id=event.id)

    return story


def _received(cast: Cast) -> Letter:
    cast.idea.status = "waiting"
    db.session.flush()
    return _letter("idea_received", cast, idea_id=cast.idea.id, version=1)


def _decided(kind: str, outcome: str, status: str) -> Callable[[Cast], Letter]:
    def story(cast: Cast) -> Letter:
        cast.idea.status = status
        case = Case(
            kind="idea", subject="example", idea_id=cast.idea.id, idea_version=1, state="decided",
            created_at=cast.at, due_at=cast.at, version=1, urgent=1,
        )  # fmt: skip
        db.session.add(case)
        db.session.flush()
        reason, advice = (None, "") if outcome == "approve" else ("unclear", ADVICE)
        decision = Decision(
            case_id=case.id, case_version=1, idea_id=cast.idea.id, moderator_id=cast.other.id, outcome=outcome,
            reason=reason, advice=advice, decided_at=cast.at,
        )  # fmt: skip
        db.session.add(decision)
        db.session.flush()
        return _letter(kind, cast, decision_id=decision.id)

    return story


def _step(cast: Cast) -> Letter:
    words = {"note_vi": "Bắt đầu ở ba trường từ tháng Chín.", "note_en": "Begins at three schools in September."}
    event = IdeaEvent(idea_id=cast.idea.id, status="in_progress", at=cast.at, by_id=cast.other.id, **words)
    cast.idea.status = "in_progress"
    db.session.add(event)
    db.session.flush()
    return _letter("idea_step", cast, event_id=event.id)


def _news(kind: str, *notice_kinds: str) -> Callable[[Cast], Letter]:
    def story(cast: Cast) -> Letter:
        others = (Comment.idea_id == cast.idea.id, Comment.member_id != cast.reader.id)
        said = select(Comment.id).where(*others, Comment.status == "published")
        comments = (
            db.session.scalars(said.order_by(Comment.id.desc()).limit(4)).all() if "comment" in notice_kinds else []
        )
        for number in comments:
            notices.tell([cast.reader.id], "comment", f"example:{number}", idea_id=cast.idea.id, comment_id=number)
        for name in set(notice_kinds) - {"comment"}:
            notices.tell([cast.reader.id], name, f"example:{name}", idea_id=cast.idea.id)
        mine = update(Notice).where(Notice.member_id == cast.reader.id, Notice.cause.startswith("example:"))
        db.session.execute(mine.values(letter_id=0).execution_options(synchronize_session=False))
        return _letter(kind, cast)

    return story


def _desk(cast: Cast) -> Letter:
    """To somebody who moderates everywhere, in the place of the reader."""
    grant = select(RoleGrant.member_id).where(
        RoleGrant.role.in_(("admin", "moderator")), RoleGrant.revoked_at.is_(None)
    )
    moderator = db.session.scalar(grant.order_by(RoleGrant.role, RoleGrant.id).limit(1))
    if moderator is None:
        raise NoExample
    db.session.execute(update(Member).where(Member.id == moderator).values(language=cast.reader.language))
    letter = _letter("desk_digest", cast)
    letter.recipient_id = moderator
    return letter


def _draft(cast: Cast) -> Letter:
    half = Content(title=cast.idea.title, problem=cast.idea.problem, field="moi-truong")
    draft = ideas.save_draft(cast.reader.id, None, half, cast.at)
    return _letter("draft_reminder", cast, draft_id=draft.id)


def _campaign(kind: str) -> Callable[[Cast], Letter]:
    def story(cast: Cast) -> Letter:
        title = {"vi": "Sáng kiến vì làng quê xanh", "en": "Ideas for a green village"}
        text = {"vi": "Làng bạn thiếu một điều gì để sống tốt hơn?", "en": "What does your village lack?"}
        ends = cast.at + timedelta(days=2.5)
        campaign = campaigns.add("example", title, text, cast.at - timedelta(days=1), ends, source="demo")
        half = Content(title=cast.idea.title, problem=cast.idea.problem, campaign="example")
        draft = ideas.save_draft(cast.reader.id, None, half, cast.at)
        return _letter(kind, cast, campaign_id=campaign.id, draft_id=draft.id)

    return story


def _invited(cast: Cast) -> Letter:
    cast.idea.author_id = cast.other.id
    invitation = IdeaAuthor(idea_id=cast.idea.id, member_id=cast.reader.id, state="invited", created_at=cast.at)
    db.session.add(invitation)
    db.session.flush()
    return _letter("co_author_invited", cast, invitation_id=invitation.id)


STORIES: dict[str, Callable[[Cast], Letter]] = {
    "email_change_code": _new_address,
    "new_device": _security("new_device", "new_device"),
    "security_changed": _security("security_changed", "password_changed"),
    "email_changed": _security("email_changed", "email_changed"),
    "sign_in_code": _code,
    "welcome": lambda cast: _letter("welcome", cast),
    "idea_received": _received,
    "co_author_invited": _invited,
    "idea_published": _decided("idea_published", "approve", "published"),
    "idea_needs_changes": _decided("idea_needs_changes", "return", "needs_changes"),
    "idea_not_published": _decided("idea_not_published", "reject", "rejected"),
    "idea_step": _step,
    "new_comments": _news("new_comments", "comment"),
    "followed_news": _news("followed_news", "followed"),
    DIGEST: _news(DIGEST, "comment", "status"),
    "desk_digest": _desk,
    "draft_reminder": _draft,
    "campaign_opens": _campaign("campaign_opens"),
    "campaign_ends": _campaign("campaign_ends"),
}
"""Kinds without a story here are shown from the newest letter of theirs, if there is one."""

"""Examples of news, of the moderators' morning, and of reminders."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from portal.accounts.models import Member, RoleGrant
from portal.announcements.models import Announcement
from portal.campaigns import services as campaigns
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas import services as ideas
from portal.ideas.rules import Content
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notifications.categories import DIGEST
from portal.notifications.examples.cast import NUMBER, Cast, NoExample, Story, case, kept, letter
from portal.notifications.models import Letter


def news(kind: str, *notice_kinds: str) -> Story:
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
        db.session.execute(mine.values(letter_id=NUMBER).execution_options(synchronize_session=False))
        return letter(kind, cast)

    return story


def desk(kind: str, due: timedelta) -> Story:
    """What waits at the desk, due in so much time."""

    def story(cast: Cast) -> Letter:
        waits = case(cast, state="open")
        waits.due_at, waits.created_at = cast.at + due, cast.at + due - timedelta(days=3)
        db.session.flush()
        written = letter(kind, cast)
        written.recipient_id = moderator_reading(cast.reader.language)
        return written

    return story


def moderator_reading(language: str) -> int:
    """Somebody who moderates everywhere. Raises NoExample."""
    grant = select(RoleGrant.member_id).where(
        RoleGrant.role.in_(("admin", "moderator")), RoleGrant.revoked_at.is_(None)
    )
    moderator = db.session.scalar(grant.order_by(RoleGrant.role, RoleGrant.id).limit(1))
    if moderator is None:
        raise NoExample
    db.session.execute(update(Member).where(Member.id == moderator).values(language=language))
    return moderator


ANNOUNCED = {
    "vi": ("Hạn gửi bài lùi đến thứ Bảy", "Vì bão, hạn gửi bài lùi đến 23:59 thứ Bảy tuần này."),
    "en": ("You have until Saturday", "Because of the storm, entries are taken until 23:59 this Saturday."),
}


def announcement(cast: Cast) -> Letter:
    subject, body = ANNOUNCED[cast.reader.language]
    row = Announcement(
        author_id=cast.other.id,
        audience="field",
        audience_id=cast.idea.field_id,
        subject=subject,
        body=body,
        language=cast.reader.language,
        created_at=cast.at,
    )
    return letter("announcement", cast, announcement_id=kept(row).id)


def draft(cast: Cast) -> Letter:
    half = Content(title=cast.idea.title, problem=cast.idea.problem, field="moi-truong")
    draft = ideas.save_draft(cast.reader.id, None, half, cast.at)
    return letter("draft_reminder", cast, draft_id=draft.id)


def campaign(kind: str) -> Story:
    def story(cast: Cast) -> Letter:
        title = {"vi": "Sáng kiến vì làng quê xanh", "en": "Ideas for a green village"}
        text = {"vi": "Làng bạn thiếu một điều gì để sống tốt hơn?", "en": "What does your village lack?"}
        ends = cast.at + timedelta(days=2.5)
        campaign = campaigns.add("example", title, text, cast.at - timedelta(days=1), ends, source="demo")
        half = Content(title=cast.idea.title, problem=cast.idea.problem, campaign="example")
        draft = ideas.save_draft(cast.reader.id, None, half, cast.at)
        return letter(kind, cast, campaign_id=campaign.id, draft_id=draft.id)

    return story


STORIES: dict[str, Story] = {
    "new_comments": news("new_comments", "comment"),
    "followed_news": news("followed_news", "followed"),
    "own_news": news("own_news", "joined"),
    "unit_goals": news("unit_goals", "goal_unit"),
    DIGEST: news(DIGEST, "comment", "status"),
    "desk_digest": desk("desk_digest", timedelta(days=3)),
    "cases_late": desk("cases_late", timedelta(hours=-1)),
    "announcement": announcement,
    "draft_reminder": draft,
    "campaign_opens": campaign("campaign_opens"),
    "campaign_ends": campaign("campaign_ends"),
}

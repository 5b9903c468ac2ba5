"""Stories that end in news: steps, comments, digests, reminders, campaigns, announcements."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete

from portal.accounts.models import Member
from portal.announcements import services as announcements
from portal.campaigns import services as campaigns
from portal.campaigns.models import Campaign
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.ideas.services import coauthors
from portal.notifications import gathering, preferences, reminding
from portal.notifications.announcing import spread
from portal.notifications.models import LetterRound
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.portal.notifications.stories.post import relay


def stepped(to: str = "shortlisted", idea: Idea | None = None, author: Member | None = None, note: str = "") -> Idea:
    """A published idea goes a step along its journey."""
    idea, organiser = idea or factories.published_idea(author), factories.member("organiser")
    with transaction():
        ideas.advance(idea.id, to, organiser, now(), note_vi=note, note_en=note)
    return idea


def commented(idea: Idea, body: str = "Ý hay quá, trường mình cũng muốn làm thử.", who: Member | None = None) -> int:
    who = who or factories.member()
    with transaction():
        return discussion.post(who, idea.id, body, now()).id


def wants(member: Member, **rhythms: str) -> Member:
    with transaction():
        preferences.choose(member.id, {name.replace("_", "-"): rhythm for name, rhythm in rhythms.items()})
    return member


def gathered(rhythm: str = "daily") -> int:
    """Let the hour of a round come; returns how many pages it took."""
    settings, pages = current_app.config["SETTINGS"], 0
    settings = replace(settings, quiet_hours=None)
    with transaction():
        db.session.execute(delete(LetterRound))
        db.session.add(LetterRound(name=rhythm, next_at=now(), after=0))
    while True:
        with transaction():
            if not gathering.next_page(rhythm, settings, now()):
                return pages
        pages += 1


def reminded(at: datetime | None = None, **settings: Any) -> None:
    chosen = replace(current_app.config["SETTINGS"], quiet_hours=None, **settings)
    with transaction():
        reminding.look(chosen, at or now())


def digested(language: str) -> None:
    author = factories.member(language=language)
    idea = factories.published_idea(author)
    commented(idea)
    relay()
    stepped(idea=factories.published_idea(wants(author, my_ideas="daily")))
    relay()
    gathered()


def commented_at_once(language: str) -> None:
    commented(factories.published_idea(wants(factories.member(language=language), comments="now")))
    relay()
    gathered("now")


def told_at_once(language: str) -> None:
    """Somebody says yes to standing beside an author, who wants to know such things at once."""
    idea, other = factories.published_idea(factories.member(language=language)), factories.member()
    with transaction():
        coauthors.invite(db.session.get_one(Member, idea.author_id), idea.id, f"@{other.handle}", now())
        coauthors.accept(other, idea.id, now())
    relay()
    gathered("now")


def reached_goal(language: str, at: int = 2) -> Idea:
    """As many as its campaign asks for support somebody's idea."""
    slug = f"du-ung-ho-{secrets.token_hex(3)}"
    factories.campaign(slug, support_goal=at)
    idea = factories.published_idea(factories.member(language=language), unit="40", campaign=slug)
    for who in [factories.member() for _ in range(at)]:
        with transaction():
            voting.cast(who, idea.id, now())
    return idea


def reached_in_unit(language: str) -> None:
    """The same, where somebody organises."""
    factories.member("organiser", unit_id=reference().unit_by_code["40"].id, language=language)
    reached_goal("vi")
    relay()
    gathered("now")


def followed_at_once(language: str) -> None:
    idea, follower = factories.published_idea(), wants(factories.member(language=language), follows="now")
    with transaction():
        discussion.follow(follower, idea.id, now())
    stepped(idea=idea)
    relay()
    gathered("now")


def draft_left(language: str) -> None:
    factories.draft(factories.member(language=language))
    reminded(now() + timedelta(days=4))


def campaign(begins: float, ends: float) -> Campaign:
    """A campaign that opens and closes in so many days from now."""
    title = {"vi": "Sáng kiến vì làng quê xanh", "en": "Ideas for a green village"}
    text = {"vi": "Làng bạn thiếu **một điều** gì?\n\n- Thể lệ", "en": "What does your village lack?\n\n- Rules"}
    moment = now()
    times = (moment + timedelta(days=begins), moment + timedelta(days=ends))
    with transaction():
        return campaigns.add(f"lang-xanh-{secrets.token_hex(3)}", title, text, *times)


def campaign_opened(language: str) -> None:
    wants(factories.member(language=language), campaigns="now")
    campaign(-0.1, 20)
    reminded()


def campaign_ending(language: str) -> None:
    slug = campaign(-20, 2.5).slug
    draft = factories.draft(factories.member(language=language), campaign=slug, solution="")
    draft.created_at = now() - timedelta(days=5)
    db.session.commit()
    reminded()


def announced(language: str) -> None:
    admin = factories.member("admin")
    factories.member(language=language, unit_id=reference().unit_by_code["40"].id)
    words = {"subject": "Hạn gửi bài lùi đến thứ Bảy", "body": "Vì bão, hạn gửi bài lùi đến 23:59 thứ Bảy tuần này."}
    with transaction():
        row = announcements.draft(admin, words, "unit", reference().unit_by_code["40"].id, now())
        announcements.send(admin, row.id, now())
        spread(replace(current_app.config["SETTINGS"], quiet_hours=None))

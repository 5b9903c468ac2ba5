"""What letters made of notices say, and the letter about a step of one's own idea."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.database import db
from portal.ideas.models import IdeaEvent
from portal.ideas.states import AWAITING, JOURNEY, LABELS, PUBLIC, READABLE
from portal.notices import queries as notices
from portal.notices.queries import Told
from portal.notices.words import LINES as LINES_OF_NOTICES
from portal.notifications import preferences
from portal.notifications.categories import NEVER, OF_NOTICE
from portal.notifications.contents.decisions import AFTER
from portal.notifications.failures import NotWanted, NotYet
from portal.notifications.models import Letter
from portal.notifications.queries import decision_held
from portal.notifications.recipients import Content, described, idea_of, linked, may_hear, reader_of, to
from portal.settings import Settings
from portal.units.queries import reference

IDEAS, LINES = 5, 3  # with the longest words there are, less than twelve kilobytes
ASK_AGAIN = 5  # seconds
OF_GOALS = ("goal", "goal_unit")
"""What is no news any more of an idea that was taken back, merged, hidden or made real meanwhile."""


def news(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """What is still unread and may still be told of what this letter was made for; of each idea the newest first."""
    member = reader_of(letter)
    rhythms = preferences.of(member.id)
    wanted = {name for name, rhythm in rhythms.items() if rhythm != NEVER and may_hear(member, name)}
    unread = [one for one in notices.in_letter(letter.id, member.id, now) if OF_NOTICE[one.kind] in wanted]
    told = [one for one in unread if one.kind not in OF_GOALS or one.status in AWAITING]
    if not told:
        raise NotWanted("everything in it is read, hidden or not wanted any more")
    by_idea: dict[int, list[Told]] = {}
    for one in told:
        by_idea.setdefault(one.idea_id or 0, []).append(one)
    return to(
        member,
        ideas=[_told_of(some) for some in list(by_idea.values())[:IDEAS]],
        total=len(by_idea),
        comments=sum(one.comment_id is not None for one in told),
        news=len(told),
        labels=LABELS,
        said=LINES_OF_NOTICES,
    )


def _told_of(some: list[Told]) -> dict[str, Any]:
    """An idea and what is new of it. Several steps along the journey are told as the last one."""
    steps = [one for one in some if one.kind in {"status", "followed"}]
    lines = [one for one in some if one not in steps[1:]]
    unread_by_all = some[0].status not in READABLE and any(one.kind == "invited" for one in some)
    return {  # whoever is only asked may read it on its page; in a mailbox nobody's pending words are left
        **linked(some[0].idea_id or 0, "" if unread_by_all else some[0].title or ""),
        "status": some[0].status,
        "lines": lines[:LINES],
        "more": len(lines[LINES:]),
    }


def goal(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """An idea of one's own has come to the support its unit is told of."""
    member = reader_of(letter, "my-ideas", in_digest=True)
    idea = idea_of(letter.payload["idea_id"])
    if idea.status not in AWAITING:
        raise NotWanted(f"the idea is {idea.status} by now")
    return to(member, idea=described(idea), goal=letter.payload["goal"], heard=bool(letter.payload["officers"]))


def step(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """An idea of one's own has gone a step along its journey."""
    member = reader_of(letter, "my-ideas", in_digest=True)
    event = db.session.execute(
        select(
            IdeaEvent.idea_id, IdeaEvent.status, IdeaEvent.at, IdeaEvent.note_vi, IdeaEvent.note_en, IdeaEvent.unit_id
        ).where(IdeaEvent.id == letter.payload["event_id"])
    ).one()
    idea = idea_of(event.idea_id)
    if idea.status != event.status or idea.status not in PUBLIC:
        raise NotWanted(f"the idea is {idea.status} by now")
    if held_until := decision_held(event.idea_id, member.id, AFTER):
        raise NotYet("the decision before it has not left", max(ASK_AGAIN, (held_until - now).total_seconds() + 1))
    return to(
        member,
        idea=described(idea),
        status=event.status,
        at=event.at,
        note=event,
        signed=reference().unit_by_id[event.unit_id] if event.unit_id else None,
        journey=JOURNEY if event.status in JOURNEY else (),
        labels=LABELS,
    )

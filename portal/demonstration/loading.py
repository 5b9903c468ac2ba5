"""Writes the demonstration: members, campaigns, ideas with their history, comments, and votes as real rows."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal import text
from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.campaigns import asking
from portal.campaigns.models import Campaign
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas import rank
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaEvent, IdeaRank
from portal.ideas.rules import FIELDS, Content
from portal.ideas.states import ANSWERS, PUBLIC
from portal.settings import ZONE
from portal.units.queries import reference
from portal.voting.models import Vote

SOURCE = "demo"
SPARE_VOTERS = 20
FADING = 2.0  # votes come soon after publication, then ever more slowly

Line = Mapping[str, Any]


def is_there() -> bool:
    return db.session.scalar(select(Member.id).where(Member.source == SOURCE).limit(1)) is not None


def load(now: datetime, folder: Traversable | None = None) -> bool:
    """Write the demonstration into a bank that holds no ideas yet. False if there was nothing to do."""
    if is_there() or db.session.scalar(select(Idea.id).limit(1)) is not None:
        return False
    folder = folder or files("portal") / "data" / "demo"
    stories = _read(folder / "ideas.jsonl")
    lines = _read(folder / "campaigns.jsonl")
    campaigns = {line["slug"]: _campaign(line, now) for line in lines}
    db.session.add_all(campaigns.values())
    db.session.flush()
    for line in lines:
        wordings = [asking.Wording(**question) for question in line.get("questions", ())]
        db.session.add_all(asking.rows(campaigns[line["slug"]].id, wordings))
    authors = {line["key"]: _author(line, now) for line in _read(folder / "members.jsonl")}
    written = [(line, _idea(line, authors[line["author"]], now)) for line in stories]
    ideas.write([idea for _, idea in written])
    db.session.execute(delete(IdeaEvent).where(IdeaEvent.idea_id.in_([idea.id for _, idea in written])))
    for line, idea in written:
        _history(line, idea, now)
        _comments(line, idea, authors, now)
    db.session.flush()
    _votes(written, now)
    return True


def _read(file: Traversable) -> list[Line]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def _ago(now: datetime, days: float) -> datetime:
    return now - timedelta(days=days)


def _midnight(moment: datetime) -> datetime:
    """The end of the day in which the moment lies, where the readers live."""
    return moment.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _unit_id(code: str | None) -> int | None:
    return reference().unit_by_code[code].id if code else None


def _campaign(line: Line, now: datetime) -> Campaign:
    words = {name: line[name] for name in ("slug", "title_vi", "title_en", "text_vi", "text_en")}
    opens, closes = (_midnight(now + timedelta(days=line[name])) for name in ("opens_days", "closes_days"))
    return Campaign(
        **words,
        opens_at=opens,
        closes_at=closes - timedelta(minutes=1),
        unit_id=_unit_id(line.get("unit")),
        source=SOURCE,
    )


def _author(line: Line, now: datetime) -> Member:
    return accounts.add_member(
        None,
        line["display_name"],
        _ago(now, 400),
        language=line["language"],
        birth=(line["birth_year"], line["birth_month"]),
        unit_id=_unit_id(line.get("unit")),
        source=SOURCE,
    )


def _idea(line: Line, author: Member, now: datetime) -> Idea:
    """One that was public once is published first, so that its votes have a row to be counted in."""
    content = Content.read({name: line.get(name) for name in FIELDS})
    was_public = any(step["status"] == "published" for step in line["timeline"])
    first = "published" if was_public else line["status"]
    return ideas.compose(author, content, _ago(now, line["days_ago"]), source=SOURCE, status=first)


def _history(line: Line, idea: Idea, now: datetime) -> None:
    """The timeline as it is told, in place of the one that says everything happened at once."""
    idea.status = line["status"]
    db.session.add(IdeaEvent(idea_id=idea.id, status="waiting", at=idea.created_at, by_id=idea.author_id))
    for step in line["timeline"]:
        at = _ago(now, step["days_ago"])
        idea.updated_at = max(idea.updated_at, at)
        if step["status"] == "published":
            idea.published_at = at.replace(microsecond=0)
        if step["status"] != "waiting":
            notes = {
                "note_vi": step.get("note_vi") or "",
                "note_en": step.get("note_en") or "",
                "reason": step.get("reason"),
            }
            signed = idea.unit_id or reference().centre.id if step["status"] in ANSWERS else None
            db.session.add(IdeaEvent(idea_id=idea.id, status=step["status"], at=at, unit_id=signed, **notes))


def _comments(line: Line, idea: Idea, authors: Mapping[str, Member], now: datetime) -> None:
    written: list[Comment] = []
    for remark in line["comments"]:
        to = remark.get("reply_to")
        parent = written[to].id if to is not None else None
        author = authors[remark["author"]].id
        at = _ago(now, remark["days_ago"])
        comment = Comment(idea_id=idea.id, member_id=author, parent_id=parent, body=remark["text"], created_at=at)
        db.session.add(comment)
        db.session.flush()
        written.append(comment)


def _votes(written: Sequence[tuple[Line, Idea]], now: datetime) -> None:
    """As many rows as the story says, over the time since publication; then the counters, which must be exact."""
    public = [(line, idea) for line, idea in written if idea.published_at]
    if not public:
        return
    voters = _voters(max(line["votes"] for line, _ in public) + SPARE_VOTERS, _ago(now, 400))
    rows = [row for line, idea in public for row in _votes_of(line, idea, voters, now)]
    if rows:
        db.session.execute(insert(Vote), rows)
    db.session.execute(update(IdeaRank), [_counters(line, idea) for line, idea in public])


def _voters(how_many: int, since: datetime) -> list[int]:
    """Members nobody reads anything of, made in one statement, under the pseudonyms that are free."""
    names = [f"Bạn trẻ {number}" for number in random.sample(range(10_000, 100_000), how_many * 2)]
    taken = set(db.session.scalars(select(Member.name_fold).where(Member.name_fold.in_(map(text.fold, names)))))
    free = [name for name in names if text.fold(name) not in taken][:how_many]
    voters = [
        Member(
            handle=secrets.token_hex(5), display_name=name, name_fold=text.fold(name), source=SOURCE, created_at=since
        )
        for name in free
    ]
    db.session.add_all(voters)
    db.session.flush()
    return [voter.id for voter in voters]


def _votes_of(line: Line, idea: Idea, voters: Sequence[int], now: datetime) -> Iterator[dict[str, Any]]:
    dice = random.Random(line["key"])  # noqa: S311  # the same on every load
    begin = idea.published_at or idea.created_at
    end = now if idea.status in PUBLIC else idea.updated_at
    for voter in dice.sample(voters, line["votes"]):
        at = begin + (end - begin) * dice.random() ** FADING
        yield {"idea_id": idea.id, "member_id": voter, "created_at": at}


def _counters(line: Line, idea: Idea) -> dict[str, Any]:
    votes, comments = line["votes"], len(line["comments"])
    interest = votes + 2 * comments
    published = idea.published_at or idea.created_at
    shown = {"status": idea.status, "published_at": published, "hot": rank.hot(published, interest)}
    return {"idea_id": idea.id, "votes": votes, "comments": comments, "interest": interest, **shown}

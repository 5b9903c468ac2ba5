"""Synthetic ideas and votes for measurements: as many as wanted, fast, with every counter true. Never in production."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from random import Random
from typing import Any

from sqlalchemy import insert

from portal import text
from portal.accounts.models import Member
from portal.database import db, take_time, transaction
from portal.ideas import rank, search
from portal.ideas.models import Idea, IdeaEvent, IdeaRank, IdeaText
from portal.units.queries import reference
from portal.voting.models import Vote

BATCH = 2_000
VOTES_AT_ONCE = 20_000
SPAN = timedelta(days=720)
ENGLISH = 0.01
"""So many are said to be in English: a filter that few ideas pass is what costs most."""
SKEW = 0.8
"""Popularity falls with rank to this power: a few ideas have most of the votes, as everywhere."""


def fill(ideas: int, votes: int, now: datetime, seed: int = 1) -> Iterator[tuple[str, int]]:
    """Write them in transactions of their own; yields what was written and how many, as it goes."""
    chance = Random(seed)  # noqa: S311  # figures to repeat, no secret
    shares = _shares(ideas, votes, chance)
    members = yield from _members(max([1_000, *shares]), now)
    words = _words()
    for start in range(0, ideas, BATCH):
        share = shares[start : start + BATCH]
        with transaction():
            take_time()
            ids = _write_ideas(share, members, words, now, chance)
        yield "ideas", len(ids)
        yield from _votes(zip(ids, share, strict=True), members, now)


def _shares(ideas: int, votes: int, chance: Random) -> list[int]:
    weights = [1 / (place + 10) ** SKEW for place in range(ideas)]
    whole = sum(weights)
    shares = [math.floor(votes * weight / whole) for weight in weights]
    for place in range(votes - sum(shares)):
        shares[place % ideas] += 1
    chance.shuffle(shares)
    return shares


def _members(number: int, now: datetime) -> Any:
    ids: list[int] = []
    for start in range(0, number, BATCH):
        names = [f"Người thử {secrets.token_hex(6)}" for _ in range(min(BATCH, number - start))]
        rows = [
            {"handle": secrets.token_hex(5), "display_name": name, "name_fold": text.fold(name), "language": "vi",
             "status": "active", "source": "fill", "birth_year": 2000, "birth_month": 1, "created_at": now}
            for name in names
        ]  # fmt: skip
        with transaction():
            ids += db.session.scalars(insert(Member).returning(Member.id, sort_by_parameter_order=True), rows)
        yield "members", len(rows)
    return ids


def _words() -> list[str]:
    """What the demonstration says, cut into runs of three words, so that searches find what they find in life."""
    lines = (files("portal") / "data" / "demo" / "ideas.jsonl").read_text(encoding="utf-8").splitlines()
    said = " ".join(f"{one['title']} {one['problem']} {one['solution']}" for one in map(json.loads, lines)).split()
    return [" ".join(said[place : place + 3]) for place in range(0, len(said) - 3, 3)]


def _write_ideas(share: list[int], members: list[int], words: list[str], now: datetime, chance: Random) -> list[int]:
    codes = reference()
    rows: list[dict[str, Any]] = []
    for _ in share:
        at = (now - SPAN * chance.random()).replace(microsecond=0)
        title = " ".join(chance.choices(words, k=4))[:110]
        rows.append({
            "author_id": chance.choice(members), "title": title[0].upper() + title[1:], "summary": "",
            "problem": " ".join(chance.choices(words, k=10))[:1500], "solution": " ".join(chance.choices(words, k=25))[:4000],
            "start": "", "impact": "", "confidential": "", "language": "en" if chance.random() < ENGLISH else "vi",
            "field_id": chance.choice(codes.fields).id,
            "unit_id": chance.choice(codes.provinces).id, "status": "published", "version": 1, "source": "fill",
            "created_at": at, "updated_at": at, "published_at": at,
        })  # fmt: skip
    ids = list(db.session.scalars(insert(Idea).returning(Idea.id, sort_by_parameter_order=True), rows))
    ranks, tokens, events = [], [], []
    for idea_id, row, votes in zip(ids, rows, share, strict=True):
        found = search.tokens_of(Idea(id=idea_id, **row))
        tokens.append({"idea_id": idea_id, "words": found.words, "phrases": found.phrases})
        kept = {name: row[name] for name in ("field_id", "unit_id", "status", "language", "published_at")}
        hot = rank.hot(row["published_at"], votes)
        ranks.append(
            {
                **kept,
                "idea_id": idea_id,
                "campaign_id": None,
                "votes": votes,
                "comments": 0,
                "interest": votes,
                "hot": hot,
            }
        )
        events += [
            {"idea_id": idea_id, "status": word, "at": row["created_at"], "note_vi": "", "note_en": ""}
            for word in ("waiting", "published")
        ]
    for table, values in ((IdeaText, tokens), (IdeaRank, ranks), (IdeaEvent, events)):
        db.session.execute(insert(table), values)
    return ids


def _votes(shares: Any, members: list[int], now: datetime) -> Iterator[tuple[str, int]]:
    """Each idea's voters stand side by side in the list of members, so no pair comes twice."""
    rows: list[dict[str, Any]] = []
    for idea_id, number in shares:
        first = idea_id * 7919
        rows += (
            {"idea_id": idea_id, "member_id": members[(first + n) % len(members)], "created_at": now}
            for n in range(number)
        )
        if len(rows) >= VOTES_AT_ONCE:
            yield from _flush(rows)
    yield from _flush(rows)


def _flush(rows: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    if rows:
        with transaction():
            take_time()
            db.session.execute(insert(Vote), rows)
        yield "votes", len(rows)
        rows.clear()

"""Ideas like an idea, for the side of its page: looked for now and then, shown as they are by now."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from portal.database import db
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.search import IS_PUBLIC, TWIN, Twin, similar

SHOWN = 5
KEPT = 2 * SHOWN
"""More than are shown, because some may have left the public meanwhile."""
KEEP_SECONDS, KEEP_IDEAS = 600.0, 2_000
_kept: WeakKeyDictionary[Any, dict[int, tuple[str, float, dict[int, float]]]] = WeakKeyDictionary()


def beside(idea: Idea, clock: Callable[[], float] = time.monotonic) -> list[Twin]:
    """The public ideas most like this one, best first. One query.

    In a bank of millions looking for them costs the database more than the rest of the page, so each process keeps
    which they are for ten minutes, or until the idea has another title. Their words, votes and status are read anew.
    """
    kept = _kept.setdefault(db.engine, {})
    known = kept.get(idea.id)
    if known and known[0] == idea.title and clock() - known[1] <= KEEP_SECONDS:
        return _as_they_are(known[2])
    if len(kept) >= KEEP_IDEAS:
        kept.clear()
    found = similar(idea.title, KEPT, leave_out=idea.id)
    kept[idea.id] = idea.title, clock(), {twin.id: twin.score for twin in found}
    return found[:SHOWN]


def _as_they_are(scores: Mapping[int, float]) -> list[Twin]:
    """The same without those that are public no more."""
    rows = select(*TWIN).join(IdeaRank, IdeaRank.idea_id == Idea.id).where(Idea.id.in_(scores), IS_PUBLIC)
    twins = {row.id: Twin(*row, scores[row.id]) for row in db.session.execute(rows)} if scores else {}
    return [twins[one] for one in scores if one in twins][:SHOWN]

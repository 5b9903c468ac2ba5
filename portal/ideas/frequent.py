"""Tokens that stand in so many titles that they tell nothing, by the statistics PostgreSQL keeps for itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import text

from portal.database import db

KEEP_SECONDS = 600.0
_COMMON = text("""
SELECT token
FROM pg_stats
JOIN pg_class ON pg_class.oid = 'idea_text'::regclass
CROSS JOIN LATERAL unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (token, share)
WHERE schemaname = current_schema() AND tablename = 'idea_text' AND attname = 'words_search'
AND starts_with(token, :beginning) AND share * reltuples > :most
""")
_kept: WeakKeyDictionary[Any, tuple[float, tuple[str, int], frozenset[str]]] = WeakKeyDictionary()


def tokens(beginning: str, most: int, clock: Callable[[], float] = time.monotonic) -> frozenset[str]:
    """Tokens known to stand in more than so many texts: one query in ten minutes; on SQLite none and no query.

    PostgreSQL would read all places of such a token before the first, however many there are; SQLite stops at a limit.
    """
    if db.engine.dialect.name == "sqlite":
        return frozenset()
    kept = _kept.get(db.engine)
    if kept is None or kept[1] != (beginning, most) or clock() - kept[0] > KEEP_SECONDS:
        found = db.session.scalars(_COMMON, {"beginning": beginning, "most": most})
        kept = _kept[db.engine] = clock(), (beginning, most), frozenset(found)
    return kept[2]

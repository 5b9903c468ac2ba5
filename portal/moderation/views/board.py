"""For organisers: how the work is spread, how long authors wait, what did not stand."""

from __future__ import annotations

from datetime import timedelta

from portal.database import now
from portal.moderation import queries
from portal.moderation.views.base import desk, scope
from portal.moderation.views.blueprint import pages
from portal.web.access import allowed

DAYS = 30


@pages.get("/kiem-duyet/thong-ke")
@allowed("organise")
def board() -> str:
    """The last thirty days."""
    moment = now()
    since = moment - timedelta(days=DAYS)
    return desk(
        "moderation/board.html",
        moment,
        days=DAYS,
        loads=queries.loads(scope(), since),
        units=queries.unit_loads(scope(), since, moment),
        appeals=queries.appeals(scope(), since),
    )

"""For organisers: how the work is spread, how long authors wait, what did not stand."""

from __future__ import annotations

from datetime import timedelta

from flask_login import current_user

from portal.accounts import policy
from portal.database import now
from portal.moderation import queries
from portal.moderation.models import Case
from portal.moderation.views.base import desk
from portal.moderation.views.blueprint import pages
from portal.web.access import allowed

DAYS = 30


@pages.get("/kiem-duyet/thong-ke")
@allowed("organise")
def board() -> str:
    """The last thirty days."""
    moment = now()
    since, units = moment - timedelta(days=DAYS), policy.units_of(current_user.member, "organise")
    scope = () if units is None else (Case.unit_id.in_(units),)
    return desk(
        "moderation/board.html",
        moment,
        days=DAYS,
        loads=queries.loads(scope, since),
        units=queries.unit_loads(scope, since, moment),
        appeals=queries.appeals(scope, since),
    )

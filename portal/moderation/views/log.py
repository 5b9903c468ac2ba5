"""Who decided what, when, and what came of it."""

from __future__ import annotations

from flask import request

from portal.database import now
from portal.moderation import queries
from portal.moderation.views.base import desk, scope
from portal.moderation.views.blueprint import pages
from portal.web.access import allowed
from portal.web.ids import row_id


@pages.get("/kiem-duyet/nhat-ky")
@allowed("moderate")
def log() -> str:
    entries, after = queries.log(scope(), row_id(request.args.get("after")))
    return desk("moderation/log.html", now(), entries=entries, after=after)

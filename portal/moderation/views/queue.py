"""The list: all that waits, or one shelf of it; and what of it changes while somebody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_login import current_user

from portal.campaigns import queries as campaigns
from portal.database import now
from portal.errors import Conflict
from portal.moderation import queries, words
from portal.moderation.services.refusals import why_not
from portal.moderation.views.base import SOON, desk, own_units, scope
from portal.moderation.views.blueprint import pages
from portal.moderation.views.place import Place
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import row_id
from portal.web.language import words as in_words


@pages.get("/kiem-duyet")
@pages.get("/kiem-duyet/<any('bao-cao', 'ban-sua'):shelf>")
@allowed("moderate")
def queue(shelf: str = "") -> str:  # noqa: ARG001  # the place reads it
    """Urgent first, then oldest."""
    units = own_units(Place.here().unit)
    return desk("moderation/queue.html", now(), listed=listed(), units=units, campaigns=campaigns.named())


@pages.get("/kiem-duyet/hang-cho")
@allowed("moderate")
def live() -> str:
    """A fragment, asked for every few seconds: the list as it is by now, and what has become of the open case."""
    moment, opened = now(), row_id(request.args.get("muc"))
    return render_template(
        "moderation/live.html",
        listed=listed(),
        opened=opened,
        lease=_lease(opened, moment) if opened else {},
        words=words,
        reference=reference(),
        now=moment,
        soon=moment + SOON,
        place=Place.here(),
    )


def listed() -> queries.Page:
    """A page of the queue as the address asks for it."""
    place = Place.here()
    return queries.queue([queries.OPEN, *scope(), *place.which], place.after)


def _lease(case_id: int, moment: datetime) -> dict[str, Any]:
    """Whether the reader still holds a case, for how many seconds, or who has it or has decided it."""
    case = queries.case(case_id, scope())
    if case is None:
        refusal = why_not(case_id, current_user.member, moment)
        return {"gone": True, "words": in_words(refusal)} if isinstance(refusal, Conflict) else {}
    holder = case.holder(moment)
    if case.state == "open" and holder and holder.id == current_user.id and case.claimed_until:
        return {"left": int((case.claimed_until - moment).total_seconds())}
    if case.state == "open" and holder is None:
        return {"free": True}
    return {"gone": case.state != "open", "words": in_words(why_not(case_id, current_user.member, moment))}

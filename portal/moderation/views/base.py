"""What the pages of the desk share: its frame, the case one may see, and the words for a case one may not have."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import render_template, request, session
from flask_login import current_user

from portal.accounts import policy
from portal.database import transaction
from portal.errors import Missing, Refusal
from portal.moderation import queries, replies, services, words
from portal.moderation.models import Case
from portal.moderation.views.place import Place
from portal.settings import ZONE, current_settings
from portal.units.models import Unit
from portal.units.queries import reference
from portal.web.errors import typed_words
from portal.web.ids import row_id
from portal.web.language import words as in_words
from portal.web.security import OnlyLooking

OUTCOMES = {"duyet": "approve", "nho-sua": "return", "khong-dang": "reject", "gop": "merge"}
PATHS = {outcome: path for path, outcome in OUTCOMES.items()}
SOON = timedelta(days=1)
LEASE = "lease"
FRAGMENTS = {"moderation.live"}
"""Asked for by the script of a page that stays open."""


def scope() -> queries.Where:
    """What the reader may know of."""
    return services.known_to(current_user.member)


def own_units(also: str = "") -> list[Unit]:
    """What a list of the desk can be narrowed to; `also` is the code that is chosen already."""
    units = policy.units_of(current_user.member, "moderate")
    if units is None:
        return reference().choices(current_user.member.unit_id, also)
    return [unit for unit in reference().units if unit.id in units]


def desk(template: str, moment: datetime, **parts: Any) -> str:
    """A page in the frame of the desk: what waits, and what was just decided, with the way back."""
    since = moment - timedelta(seconds=current_settings().undo_window)
    return render_template(
        template,
        waiting=queries.overview(scope(), tomorrow(moment)),
        now=moment,
        soon=moment + SOON,
        done=queries.undoable(row_id(request.args.get("vua")), current_user.id, since),
        words=words,
        replies=replies,
        paths=PATHS,
        reference=reference(),
        place=Place.here(),
        **parts,
    )


def tomorrow(moment: datetime) -> datetime:
    """The end of today where the readers are."""
    today = moment.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def hold(case_id: int, moment: datetime) -> Refusal | None:
    """Hold a case if that can be; else why not. Raises Missing.

    Which lease it is stands in the session, so that the next page can end it where no script says goodbye.
    """
    if current_user.viewer is not None:
        return OnlyLooking()
    try:
        with transaction():
            held = services.claim(case_id, current_user.member, current_settings().claim_ttl, moment)
    except Missing:
        raise
    except Refusal as refusal:
        return refusal
    if held.claimed_until:
        session[LEASE] = [case_id, held.claimed_until.isoformat()]
    return None


def leave() -> None:
    """A page of the desk is a way out of the case before it: its lease ends, unless it was renewed in another window.

    Scripts do so on every way out. This is for browsers without, and for who is gone before the script has begun.
    """
    case_id, until = session.get(LEASE, (None, ""))
    here = request.view_args.get("case_id") if request.view_args else None
    if request.method != "GET" or request.endpoint in FRAGMENTS or case_id in {None, here} or current_user.viewer:
        return
    del session[LEASE]
    if current_user.is_authenticated:
        with transaction():
            services.release(case_id, current_user.member, datetime.fromisoformat(until))


def shown(case_id: int) -> Case:
    """A case the reader may know of, whole. Raises Missing."""
    found = queries.case(case_id, scope())
    if found is None:
        raise Missing
    return found


def seen(case_id: int) -> Case:
    """One the reader may know of, or had in their unit before it was passed on: what they typed comes back with it.

    Raises Missing.
    """
    found = queries.case(case_id, [services.knew_of(current_user.member)])
    if found is None:
        raise Missing
    return found


def late(refusal: Refusal, moment: datetime) -> tuple[str, int]:
    """Somebody was faster: who, when, the way back to the queue, and what was typed in vain."""
    return desk("moderation/late.html", moment, detail=in_words(refusal), typed=typed_words()), refusal.status

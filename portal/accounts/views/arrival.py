"""The moment of signing in: a session, and everything done that waited for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, flash, redirect, session, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from portal.accounts import services
from portal.accounts.models import Member, PendingAction, SignInAttempt
from portal.accounts.services.telling import tell
from portal.accounts.views.base import demands, go_to, next_page, place
from portal.accounts.visitor import begin_session, known_visitor, knows
from portal.database import db
from portal.discussion import reporting
from portal.discussion import services as discussion
from portal.errors import Refusal
from portal.ideas import queries as ideas
from portal.ideas import services as drafts
from portal.ideas.queries import Shown
from portal.voting import services as voting
from portal.web.language import words
from portal.web.security import local_path


@dataclass
class Arrival:
    """Who signed in, the token for the cookie, and what became of the clicks that were held."""

    member: Member
    token: str
    supported: list[int] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def arrive(member: Member, moment: datetime) -> Arrival:
    """Inside the transaction of the sign-in, so that a kill leaves all of it undone and a second click finds it done."""
    if current_user.is_authenticated:  # proved once more that it is them: a new token, too
        services.end_session(current_user.device.id, moment)
    here = place()
    if not knows(member.email) and member.created_at != moment:
        tell(member.id, "new_device", here, moment)
    arrival = Arrival(member, services.start_session(member, here.device, moment, here.network))
    browser = known_visitor()
    if browser:
        drafts.attach_drafts(browser, member.id)
        reporting.send_held(browser, member, moment)
        for action in services.release(browser, moment):
            _do(action, arrival, moment)
    return arrival


def go_on(attempt: SignInAttempt, moment: datetime) -> Arrival | None:
    """Inside the transaction of whatever was proven last: sign in, unless something is still missing."""
    member = services.finish(attempt, moment, demands())
    return arrive(member, moment) if member else None


def _do(action: PendingAction, arrival: Arrival, moment: datetime) -> None:
    """A refusal (one's own idea, one closed meanwhile) is told, and stops nobody from signing in."""
    act, done = {"vote": (voting.cast, arrival.supported), "follow": (discussion.follow, arrival.followed)}[action.kind]
    try:
        with db.session.begin_nested():
            act(arrival.member, action.target_id, moment)
    except Refusal as refusal:
        arrival.refused.append(words(refusal))
    else:
        done.append(action.target_id)


def welcome(arrival: Arrival | None, attempt: SignInAttempt, *, by_way_of: str | None = None) -> Response:
    """The cookie, a word about what was done, and back to where the visitor was, or to the next step.

    `by_way_of` is a page that comes before; it finds in the session where to go on.
    """
    if arrival is None:
        return go_to(next_page(attempt))
    target = session.pop("next", None)
    begin_session(arrival.token, arrival.member.email)
    supported = ideas.many(arrival.supported)
    if supported:
        flash(_kept(arrival) or _praise(supported), "done")
    if arrival.followed:
        flash(gettext("Từ giờ có tin mới của ý tưởng này, chúng mình báo bạn."), "done")
    for message in arrival.refused:
        flash(message, "error")
    where = _where_to(target, supported)
    if by_way_of:
        session["next"] = where
        return go_to(by_way_of)
    return redirect(where, 303)  # type: ignore[return-value]  # Flask's own Response


def _kept(arrival: Arrival) -> str:
    """A child's support counts once the guardian agrees."""
    return (
        gettext("Mình giữ lượt ủng hộ của bạn đến khi phụ huynh đồng ý.") if arrival.member.status == "waiting" else ""
    )


def _praise(supported: list[Shown]) -> str:
    if len(supported) == 1:
        return gettext("Đã ủng hộ «%(title)s»", title=supported[0].idea.title)
    return ngettext("Đã ủng hộ %(num)s ý tưởng", "Đã ủng hộ %(num)s ý tưởng", len(supported))


def _where_to(target: str | None, supported: list[Shown]) -> str:
    if target:
        return local_path(target)
    if supported:
        return url_for("ideas.show", idea_id=supported[0].idea.id, slug=supported[0].slug)
    return url_for("accounts.me")

"""The moment of signing in: a session, and everything done that waited for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import Response, flash, redirect, session, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from portal.accounts import phones, queries, services
from portal.accounts.models import Member, PendingAction, SignInAttempt
from portal.accounts.services.telling import tell
from portal.accounts.views.base import demands, go_to, next_page, place
from portal.accounts.views.kept import begun_on
from portal.accounts.visitor import begin_session, known_visitor, knows
from portal.database import db
from portal.discussion import reporting
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.discussion.queries import is_following
from portal.errors import Refusal
from portal.ideas import queries as ideas
from portal.ideas import services as drafts
from portal.ideas.queries import Shown
from portal.notifications import addresses
from portal.settings import current_settings
from portal.voting import services as voting
from portal.web.language import words
from portal.web.security import local_path
from portal.web.templating import day


@dataclass
class Arrival:
    """Who signed in, the token for the cookie, and what became of what was held."""

    member: Member
    token: str = ""
    supported: list[int] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)
    said: list[Comment] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    browser: str | None = None  # under whose name words that were refused are kept on
    no_letters: tuple[datetime, bool] | None = None  # to their mailbox since then; whether they go again


def arrive(member: Member, moment: datetime) -> Arrival:
    """Inside the transaction of the sign-in, so that a kill leaves all of it undone and a second click finds it done."""
    if current_user.is_authenticated:  # proved once more that it is them: a new token, too
        services.end_session(current_user.device.id, moment)
    here = place()
    if not knows(member.email) and member.created_at != moment:
        tell(member.id, "new_device", here, moment)
    arrival = Arrival(member, services.start_session(member, here.device, moment, here.network))
    look_after_letters(arrival)
    browser = known_visitor()
    if browser:
        take_up(browser, arrival, moment)
    return arrival


def look_after_letters(arrival: Arrival) -> None:
    """If letters to them came back, this is the moment to tell them; who has typed a code since gets letters again."""
    address = queries.mailbox_of(arrival.member).address
    arrival.no_letters = addresses.at_sign_in(current_settings().secret_key, address) if address else None


def take_up(browser: str, arrival: Arrival, moment: datetime) -> None:
    """What was begun on a browser is theirs, and is done; without a number where one is asked for, later."""
    drafts.attach_drafts(browser, arrival.member)
    reporting.send_held(browser, arrival.member, moment)
    if phones.lacks_one(arrival.member):
        return
    do(services.release(browser, moment), browser, arrival, moment)


def do(actions: list[PendingAction], browser: str, arrival: Arrival, moment: datetime) -> None:
    """Do what was held; words that are refused are not thrown away, but held on for their writer to see."""
    for action in actions:
        if not _do(action, arrival, moment) and action.body:
            services.hold(browser, action.kind, action.target_id, moment, body=action.body, parent_id=action.parent_id)
            arrival.browser = browser


def go_on(attempt: SignInAttempt, moment: datetime) -> Arrival | None:
    """Inside the transaction of whatever was proven last: sign in, unless something is still missing."""
    member = services.finish(attempt, moment, demands())
    return arrive(member, moment) if member else None


def _do(action: PendingAction, arrival: Arrival, moment: datetime) -> bool:
    """A refusal (one's own idea, one closed meanwhile) is told, and stops nobody from signing in."""
    who, idea_id = arrival.member, action.target_id
    try:
        with db.session.begin_nested():
            if action.kind == "vote":
                voting.cast(who, idea_id, moment)
                arrival.supported.append(idea_id)
            elif action.kind == "follow":
                discussion.follow(who, idea_id, moment)
                arrival.followed.append(idea_id)
            else:
                said = discussion.post(who, idea_id, action.body, moment, parent_id=action.parent_id or None)
                arrival.said.append(said)
    except Refusal as refusal:
        arrival.refused.append(words(refusal))
        return False
    return True


def welcome(arrival: Arrival | None, attempt: SignInAttempt, *, by_way_of: str | None = None) -> Response:
    """The cookie, a word about what was done, and back to where the visitor was, or to the next step.

    `by_way_of` is a page that comes before; it finds in the session where to go on.
    """
    if arrival is None:
        return go_to(next_page(attempt))
    target = session.pop("next", None)
    browser = known_visitor()
    begin_session(arrival.token, arrival.member.email)
    supported = say_what_was_done(arrival)
    where = _where_to(target, supported)
    if phones.lacks_one(arrival.member):
        if browser:
            session["visitor"] = browser  # what is held there is done once the number is proven
        by_way_of = by_way_of or "accounts.phone"
    elif begun_on(queries.began_elsewhere(arrival.member.email, browser)):
        session["begun"] = True  # for those who leave that page without an answer
        by_way_of = by_way_of or "accounts.begun_elsewhere"
    if arrival.browser:
        by_way_of = by_way_of or "accounts.unsaid"
    if by_way_of:
        session["next"] = where
        return go_to(by_way_of)
    return redirect(where, 303)  # type: ignore[return-value]  # Flask's own Response


def say_what_was_done(arrival: Arrival) -> list[Shown]:
    """A word about each kind of held thing; the ideas that have one supporter more."""
    supported = ideas.many(arrival.supported)
    if supported:
        kept, offered = _kept(arrival), _to_follow(arrival, supported)
        flash(kept or _praise(supported), f"follow:{offered}" if offered and not kept else "done")
    if arrival.followed:
        flash(gettext("Từ giờ có tin mới của ý tưởng này, chúng mình báo bạn."), "done")
    for comment in arrival.said:
        waits = comment.status == "waiting"
        received = gettext("Đã nhận bình luận. Nó hiện ra khi có người duyệt.")
        flash(received if waits else gettext("Đã đăng bình luận của bạn."), "kept")
    for message in arrival.refused:
        flash(message, "error")
    if arrival.no_letters:
        flash(_about_letters(arrival), "done" if arrival.no_letters[1] else "error")
    if arrival.browser:
        session["visitor"], session["unsaid"] = arrival.browser, True  # the latter for those who leave that page
    return supported


def _about_letters(arrival: Arrival) -> str:
    since, again = arrival.no_letters or (arrival.member.created_at, False)
    if again:
        words = gettext(
            "Từ %(day)s thư gửi tới bạn bị trả lại nên Nảy dừng gửi. Bạn vừa đọc được mã, vậy giờ thư lại đi."
        )
    elif arrival.member.is_child:
        words = gettext(
            "Từ %(day)s thư gửi phụ huynh của bạn bị trả lại. Hỏi phụ huynh xem hộp thư còn dùng không nhé."
        )
    else:
        words = gettext(
            "Từ %(day)s thư gửi tới bạn bị trả lại, Nảy chỉ gửi mã đăng nhập. Xem lại ở Trang của tôi, “Chọn thư muốn nhận”."
        )
    return words % {"day": day(since)}


def _to_follow(arrival: Arrival, supported: list[Shown]) -> int | None:
    """The one idea they may like to hear more of; to follow it is asked for and never begins by supporting."""
    if len(supported) != 1:
        return None
    idea_id = supported[0].idea.id
    already = idea_id in arrival.followed or is_following(arrival.member.id, idea_id)
    return None if already else idea_id


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

"""Which letters a member wants: one page, for whoever is signed in or comes from one of their letters."""

from __future__ import annotations

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user

from portal.accounts import policy
from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.accounts.queries import mailbox_of
from portal.database import db, transaction
from portal.notices import queries as notice_queries
from portal.notices import services as notices
from portal.notifications import addresses, preferences, tickets
from portal.notifications.categories import CATEGORIES, OF_NOTICE, Category
from portal.notifications.views.blueprint import pages
from portal.rules import LANGUAGES
from portal.text import masked_address
from portal.web.access import public, signed_in

SAID = {"luu": "saved", "dung": "stopped", "lai": "revived"}


@pages.route("/toi/thu", methods=["GET", "POST"])
@signed_in
def choices() -> Any:
    return _choices(current_user.member, url_for("notifications.choices"))


@pages.route("/toi/thu/<ticket>", methods=["GET", "POST"])
@public
def choices_by_ticket(ticket: str) -> Any:
    """From a letter, for 30 days; later the way leads through signing in."""
    member_id = tickets.read_choosing(current_app.config["SECRET_KEY"], ticket)
    member = db.session.get(Member, member_id) if member_id is not None else None
    if member is None or member.status != "active":
        return redirect(url_for("notifications.choices"), 303)
    return _choices(member, url_for("notifications.choices_by_ticket", ticket=ticket))


def _choices(member: Member, here: str) -> Any:
    if request.method == "POST":
        with transaction():
            said = _change(member)
        return redirect(f"{here}?xong={said}", 303)
    muted, address, offered = notice_queries.muted(member.id), mailbox_of(member).address, _offered(member)
    return render_template(
        "notifications/choices.html",
        here=here,
        member=member,
        categories=offered,
        chosen=preferences.of(member.id),
        in_app={name: name not in muted for name in offered if name in OF_NOTICE.values()},
        said=SAID.get(request.args.get("xong", "")),
        hidden_address=masked_address(address),
        is_dead=bool(address) and addresses.is_dead(current_app.config["SECRET_KEY"], address or ""),
    )


def _offered(member: Member) -> dict[str, Category]:
    """What comes with a duty is for whoever has it."""
    return {name: one for name, one in CATEGORIES.items() if not one.duty or policy.can(member, one.duty)}


def _change(member: Member) -> str:
    if "stop_all" in request.form:
        preferences.stop_all(member.id)
        return "dung"
    if "revive" in request.form:
        addresses.revive(addresses.key_of(current_app.config["SECRET_KEY"], mailbox_of(member).address or ""))
        return "lai"
    preferences.choose(member.id, request.form)
    if "bell" in request.form:  # boxes without a tick are not sent
        boxes = set(OF_NOTICE.values()) & set(_offered(member))
        notices.mute(member.id, boxes - set(request.form.getlist("in_app")))
    if (language := request.form.get("language")) in LANGUAGES:
        accounts.set_language(member.id, language)
    return "luu"

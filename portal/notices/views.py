"""What is new for a member, grouped by what it is about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.database import now, transaction
from portal.errors import N_, Missing, Refusal
from portal.notices import push, pushing, queries, services, words
from portal.notices.models import PushSubscription
from portal.searches import queries as searches
from portal.settings import current_settings
from portal.web.access import signed_in
from portal.web.ids import read_after, row_id
from portal.web.security import local_path

pages = Blueprint("notices", __name__)


@pages.get("/toi/thong-bao")
@signed_in
def index() -> str:
    moment, after = now(), read_after()
    page = queries.page(current_user.id, after, moment)
    return render_template(
        "notices/index.html",
        page=page,
        searches=_searches(page),
        first=after is None,
        now=moment,
        push_key=(push_key := _push_key()),
        push_here=pushing.endpoint_here(current_user.device.id) if push_key else None,
        words=words,
    )


def _searches(page: queries.Page) -> dict[str, str]:
    """The names of one's saved searches by thread, asked for only where there is news of one."""
    if not any(thread.newest.kind == "found" for thread in page.threads):
        return {}
    return {f"search:{search_id}": name for search_id, name in searches.names(current_user.id).items()}


@pages.post("/toi/thong-bao")
@signed_in
def read() -> Response:
    """Mark a thread, or without `thread` all, as read up to what was seen; then go `back`, or on to the idea."""
    member_id, up_to, moment = current_user.id, row_id(request.form.get("up_to")) or 0, now()
    with transaction():
        services.mark_read(member_id, up_to, moment, request.form.get("thread") or None)
    return redirect(local_path(request.form.get("back", url_for(".index"))), 303)


@pages.post("/toi/thong-bao/may")
@signed_in
def add_device() -> Any:
    """Called by push.js with what the browser's push service gave it."""
    if _push_key() is None:
        raise Missing
    asked = {name: request.form.get(name, "") for name in ("endpoint", "p256dh", "auth")}
    if not push.may_be_asked(asked["endpoint"], current_settings()):
        raise Refusal(N_("Máy này không nhận được thông báo."))
    member_id, session_id, moment = current_user.id, current_user.device.id, now()
    with transaction():
        pushing.subscribe(member_id, PushSubscription(session_id=session_id, **asked), moment)
    return "", 204


@pages.post("/toi/thong-bao/may/tat")
@signed_in
def remove_device() -> Any:
    member_id = current_user.id
    with transaction():
        pushing.unsubscribe(member_id, request.form.get("endpoint", ""))
    return "", 204


def _push_key() -> str | None:
    """The public half, or None if this portal has no key."""
    private = current_settings().vapid_private_key
    return push.public_key(private) if private else None

"""The vote button; and for each member alone, what they support, with a receipt for each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user

from portal.accounts.views.holding import hold, sign_in_first
from portal.campaigns import queries as campaigns
from portal.database import transaction
from portal.errors import Missing, Refusal, TooMany
from portal.ideas import queries as ideas
from portal.settings import current_settings
from portal.voting import contests, goals, queries, receipts, services
from portal.web.access import public, signed_in
from portal.web.ids import read_place, write_place
from portal.web.language import words
from portal.web.security import local_path

pages = Blueprint("voting", __name__)

SIZES = ("card", "page", "aside", "twin")
RECEIPT_MAX = 100


@pages.post("/y-tuong/<int:idea_id>/ung-ho")
@public
def support(idea_id: int) -> Any:
    """`support` is the wished state, so sending it twice is sending it once. Visitors' support is held."""
    wished = request.form.get("support") != "0"
    back = local_path(request.form.get("back") or url_for("ideas.show", idea_id=idea_id))
    if not current_user.is_authenticated:
        return _hold(idea_id, back) if wished else sign_in_first(back)  # its page is older than the end of the session
    member, size = current_user.member, request.form.get("size")
    size = size if size in SIZES else "card"
    by_script = bool(request.headers.get("HX-Request"))
    try:
        with transaction():
            (services.cast if wished else services.take_back)(member, idea_id, current_user.asked_at)
    except Refusal as refusal:
        if not by_script or size == "twin" or isinstance(refusal, Missing):
            raise
        wait = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else {}
        return _button(idea_id, size, back, said=words(refusal)), refusal.status, wait
    return _button(idea_id, size, back) if by_script else redirect(back, 303)


def _hold(idea_id: int, back: str) -> Any:
    shown = ideas.show(idea_id, None)
    if not shown.is_public:
        raise services.closed(shown, None)
    if no := _says_no(shown.idea.campaign_id, shown.idea.published_at):
        raise no
    return hold("vote", idea_id, back)


def _button(idea_id: int, size: str, back: str, said: str = "") -> str:
    """The button as it is by now, with a word beside it why nothing has changed."""
    shown = ideas.show(idea_id, current_user.member, also={"voted": queries.voted_column(current_user.id)})
    return render_template(
        "voting/button.html",
        idea=shown.idea,
        votes=shown.votes,
        voted=shown.also["voted"],
        mode=shown.vote_mode(current_user.id),
        size=size,
        back=back,
        said=said,
    )


@pages.app_template_global()
def contest_says_no(campaign_id: int | None, published_at: datetime | None) -> str:
    """Why an idea of this campaign takes no support of the reader's, for the place of its button; empty if it does."""
    no = _says_no(campaign_id, published_at)
    return words(no) if no else ""


def _says_no(campaign_id: int | None, published_at: datetime | None) -> Refusal | None:
    """To look at a page this machine's clock will do; the vote itself asks the database's."""
    contest, moment = campaigns.by_id().get(campaign_id) if campaign_id else None, datetime.now(UTC)
    no = contests.refusal(contest, current_user.member, moment) if contest else None
    return no or goals.refusal(published_at, moment)


@pages.app_template_global()
def support_goal(campaign_id: int | None) -> int:
    """In votes; 0 if there is none."""
    return goals.goal_of(campaign_id)


@pages.app_template_global()
def support_end(campaign_id: int | None, published_at: datetime | None) -> datetime | None:
    """None if it takes support without end."""
    return goals.end_of(campaign_id, published_at)


@pages.get("/toi/ung-ho")
@signed_in
def supported() -> str:
    """One's own votes. A receipt in `bien-nhan` is checked: nobody else can do so."""
    found, after = queries.supported(current_user.id, read_place())
    typed = request.args.get("bien-nhan", "").strip()[:RECEIPT_MAX]
    return render_template(
        "voting/supported.html",
        votes=[
            (vote, receipts.write(current_settings().secret_key, current_user.id, vote.idea_id, vote.at))
            for vote in found
        ],
        after=write_place(after),
        typed=typed,
        checked=_check(typed) if typed else None,
    )


def _check(typed: str) -> dict[str, Any]:
    """What a receipt says, and whether that vote still counts."""
    receipt = receipts.read(current_settings().secret_key, current_user.id, typed)
    standing = receipt and queries.voted_at(current_user.id, receipt.idea_id) == receipt.at
    return {"receipt": receipt, "standing": standing}

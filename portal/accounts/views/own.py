"""A member's own pages: what needs them, what they wrote and supported, and their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, flash, render_template, request, session
from flask_babel import format_timedelta, gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.forms import SettingsForm
from portal.accounts.models import Member
from portal.accounts.terms import waits
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.visitor import end_session
from portal.database import now, transaction
from portal.ideas import queries as ideas
from portal.ideas import states
from portal.ideas.queries import Mine
from portal.moderation import queries as moderation
from portal.notifications import addresses
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.voting import queries as voting
from portal.web.access import public, signed_in
from portal.web.security import local_path

LATEST_VOTES = 10
TOLD = ("needs_changes", "rejected", "hidden", "removed")
"""States in which an author has words of a moderator to read."""


@dataclass
class Shelves:
    """A member's ideas by what happens to them next."""

    to_change: list[Mine]
    guarded: list[Mine]
    waiting: list[Mine]
    published: list[Mine]
    closed: list[Mine]

    @classmethod
    def of(cls, mine: list[Mine]) -> Shelves:
        def those(*wanted: str) -> list[Mine]:
            return [idea for idea in mine if idea.status in wanted]

        rest = ("rejected", "merged", "withdrawn", "hidden", "removed")
        return cls(
            those("needs_changes"),
            those("waiting_guardian"),
            those("waiting"),
            those(*states.PUBLIC),
            those(*rest),
        )


@dataclass
class Family:
    """How a child's account stands with the guardian; nothing of others."""

    email: str | None
    deleted_at: datetime | None
    to_confirm: bool
    of_age: bool
    unreached: bool = False  # letters to that address come back

    @property
    def is_up_to_the_child(self) -> bool:
        """Whether there is something to do, and not only to wait for."""
        return self.of_age or self.to_confirm or self.unreached or self.deleted_at is None

    @classmethod
    def of(cls, member: Member) -> Family | None:
        if not member.is_child:
            return None
        of_age = services.is_of_age(member, now())
        row, given = queries.guardianship_of(member.id), queries.standing(member.id)
        to_confirm = member.status == "active" and not given["guardian"] <= given["member"]
        if row is None:
            return cls(None, None, to_confirm=False, of_age=of_age)
        family = cls(row.email, row.asked_at + waits().deadline, to_confirm, of_age)
        if member.status == "waiting" and row.email:
            family.unreached = addresses.is_refused(current_settings().secret_key, row.email)
        return family


@pages.get("/toi")
@signed_in
def me() -> str:
    mine = ideas.of_author(current_user.id)
    shelves, family = Shelves.of(mine), Family.of(current_user.member)
    notes = session.get("begun"), session.get("unsaid"), family and family.is_up_to_the_child
    told = [idea.id for idea in (*shelves.to_change, *shelves.closed) if idea.status in TOLD]
    return render_template(
        "accounts/me.html",
        mine=mine,
        shelves=shelves,
        to_do=len(shelves.to_change) + sum(map(bool, notes)),
        advice=moderation.advice_for(told) if told else {},
        appealable=moderation.appealable_of([idea.id for idea in shelves.closed]) if shelves.closed else set(),
        places=moderation.places([idea.id for idea in shelves.waiting]) if shelves.waiting else {},
        usual_wait=usual_wait() if shelves.waiting else "",
        drafts=ideas.drafts_of(current_user.id),
        supported=voting.latest(current_user.id, LATEST_VOTES),
        province=reference().unit_by_id.get(current_user.member.unit_id),
        family=family,
        answer_within=timedelta(seconds=current_settings().review_deadline),
        now=now(),
    )


def usual_wait() -> str:
    """How long authors waited lately, in words: '2 ngày'."""
    wait = moderation.median_wait()
    return format_timedelta(wait, granularity="hour") if wait else ""


@pages.route("/toi/cai-dat", methods=["GET", "POST"])
@signed_in
def settings() -> Response:
    """What others see, and the language of letters."""
    member = current_user.member
    province = reference().unit_by_id.get(member.unit_id)
    form = SettingsForm(
        display_name=member.display_name, unit=province.code if province else "", language=member.language
    )
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                services.update_profile(member, form.display_name.data, form.language.data, form.unit_id)
            flash(gettext("Đã lưu"), "done")
            return go_to("accounts.settings")
        except Invalid as refusal:
            form.add_errors(refusal.errors)
    return page("accounts/settings.html", form)


@pages.post("/dang-xuat")
@public
def sign_out() -> Response:
    """End the session of this device, or with `everywhere` those of all. With `back`, sign in again and go there."""
    if current_user.is_authenticated:
        member_id, device_id, moment = current_user.id, current_user.device.id, now()
        with transaction():
            if request.form.get("everywhere"):
                services.end_sessions(member_id, moment)
            else:
                services.end_session(device_id, moment)
        end_session()
        flash(gettext("Đã đăng xuất"), "done")
    if "back" not in request.form:
        return go_to("pages.home")
    session["next"] = local_path(request.form["back"])
    return go_to("accounts.sign_in")

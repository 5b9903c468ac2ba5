"""Where administrators begin: how many people, which roles end soon, and whether the record of acts goes on."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_login import current_user

from portal.accounts import people, words
from portal.audit import queries as audit
from portal.database import now
from portal.units.queries import reference
from portal.web.access import allowed

pages = Blueprint("administration", __name__)


@pages.get("/quan-tri")
@allowed("administer")
def overview() -> str:
    moment, actor = now(), current_user.member
    return render_template(
        "administration/overview.html",
        numbers=people.numbers(actor, moment),
        ending=people.ending_soon(actor, moment),
        chain=audit.state() if current_user.can("govern") else None,
        words=words,
        reference=reference(),
        now=moment,
    )

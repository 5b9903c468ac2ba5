"""A member as everybody sees them: the chosen name, the province, the ideas.

The same for grown-ups and minors: a difference would tell strangers who is a child.
"""

from __future__ import annotations

from flask import render_template
from flask_login import current_user

from portal.accounts import queries
from portal.accounts.views.blueprint import pages
from portal.errors import Missing
from portal.ideas import queries as ideas
from portal.units.queries import reference
from portal.voting import queries as voting
from portal.web.access import public
from portal.web.ids import read_after


@pages.get("/thanh-vien/<handle>")
@public
def member(handle: str) -> str:
    who = queries.public_member(handle)
    if who is None:
        raise Missing
    cards, after = ideas.public_of_author(who.id, read_after())
    return render_template(
        "accounts/member.html",
        who=who,
        province=reference().place(who.unit_id),
        cards=cards,
        after=after,
        voted=voting.voted(current_user.id, [card.id for card in cards]),
    )

"""What was begun before signing in, in words: for who signs in on that browser, and for who does on another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from flask import g
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries
from portal.accounts.views.blueprint import pages
from portal.accounts.visitor import known_visitor
from portal.database import now
from portal.discussion import reporting
from portal.errors import N_
from portal.ideas import queries as ideas

WISHES = {
    "vote": N_("Ủng hộ: %(title)s"),
    "follow": N_("Theo dõi: %(title)s"),
    "comment": N_("Góp ý cho: %(title)s"),
    "report": N_("Báo cáo: %(title)s"),
    "draft": N_("Bản nháp: %(title)s"),
}


class Kept(NamedTuple):
    """`kind` is one of WISHES; `title` of the idea or the draft; `text` what was written."""

    kind: str
    title: str
    text: str = ""

    @property
    def words(self) -> str:
        return gettext(WISHES[self.kind]) % {"title": self.title}


def held(visitor: str | None = None) -> list[Kept]:
    """What is kept until somebody signs in on a browser, this one unless told otherwise."""
    browser = visitor or known_visitor()
    kept = [(one.kind, one.target_id, one.body) for one in queries.held(browser, now())]
    kept += [("report", one.idea_id, one.note) for one in reporting.held(browser, now())]
    if not kept:
        return []
    titles = {shown.idea.id: shown.idea.title for shown in ideas.many([idea_id for _, idea_id, _ in kept])}
    return [Kept(kind, titles[idea_id], text) for kind, idea_id, text in kept if idea_id in titles]


@pages.app_template_global()
def held_votes() -> frozenset[int]:
    """The ideas this browser's visitor supports as soon as they sign in, for buttons and the header. One query a page.

    None without a visitor's token: reading gives nobody one. To say so this machine's clock will do.
    """
    if "held_votes" not in g:
        visitor = None if current_user.is_authenticated else known_visitor()
        kept = queries.held(visitor, datetime.now(UTC))
        g.held_votes = frozenset(one.target_id for one in kept if one.kind == "vote")
    found: frozenset[int] = g.held_votes
    return found


def begun_on(visitors: list[str]) -> list[Kept]:
    """The same of other browsers, and what was written there."""
    drafts = [draft for visitor in visitors for draft in ideas.drafts_of(None, visitor)]
    texts = [Kept("draft", str(draft.content.get("title") or gettext("Chưa có tên"))) for draft in drafts]
    return [kept for visitor in visitors for kept in held(visitor)] + texts

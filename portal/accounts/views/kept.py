"""What was begun before signing in, in words: for who signs in on that browser, and for who does on another."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import gettext

from portal.accounts import queries
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


def begun_on(visitors: list[str]) -> list[Kept]:
    """The same of other browsers, and what was written there."""
    drafts = [draft for visitor in visitors for draft in ideas.drafts_of(None, visitor)]
    texts = [Kept("draft", str(draft.content.get("title") or gettext("Chưa có tên"))) for draft in drafts]
    return [kept for visitor in visitors for kept in held(visitor)] + texts

"""Where in the queue somebody is: on a shelf, at a unit, in a campaign, on a page. It goes along in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import has_request_context, request
from sqlalchemy import ColumnElement, select

from portal.campaigns.models import Campaign
from portal.ideas.models import Idea
from portal.moderation import queries
from portal.moderation.models import Case
from portal.moderation.queries import SHELVES
from portal.units.queries import reference
from portal.web.ids import row_id

KEPT = frozenset(
    f"moderation.{name}"
    for name in (
        *("case", "claim", "claim_next", "release", "beat", "mask", "take_off_file", "add_note", "end_trust"),
        *("letter", "decide", "choose_merge", "merge", "choose_unit", "pass_on", "undo"),
        *("many", "decide_many", "undo_many"),
    )
)
FROM = KEPT | {"moderation.queue", "moderation.live"}


@dataclass(frozen=True)
class Place:
    """What of the queue is looked at; the empty place is its beginning."""

    shelf: str = ""
    unit: str = ""
    campaign: str = ""
    after: int | None = None

    @classmethod
    def here(cls) -> Place:
        """As the address of this page says. What is not known asks for nothing."""
        if not has_request_context() or request.endpoint not in FROM:
            return cls()
        shelf = (request.view_args or {}).get("shelf") or request.args.get("ngan", "")
        unit = request.args.get("don-vi", "")
        return cls(
            shelf if shelf in SHELVES else "",
            unit if unit in reference().unit_by_code else "",
            request.args.get("chien-dich", ""),
            row_id(request.args.get("after")),
        )

    @property
    def args(self) -> dict[str, Any]:
        """To go along to a case."""
        return _said({"ngan": self.shelf, **self.filters, "after": self.after})

    @property
    def filters(self) -> dict[str, Any]:
        return _said({"don-vi": self.unit, "chien-dich": self.campaign})

    @property
    def back(self) -> dict[str, Any]:
        """To the list it was found in."""
        return _said({"shelf": self.shelf, **self.filters, "after": self.after})

    @property
    def top(self) -> Place:
        """The same list from its beginning: where the next case is."""
        return replace(self, after=None)

    @property
    def which(self) -> list[ColumnElement[bool]]:
        """The cases that are there."""
        asked: list[ColumnElement[bool]] = []
        if self.shelf:
            asked.append(Case.kind.in_(SHELVES[self.shelf]))
        if self.unit:
            asked.append(queries.of_unit(reference().unit_by_code[self.unit].id))
        if self.campaign:
            campaign = select(Campaign.id).where(Campaign.slug == self.campaign).scalar_subquery()
            asked.append(Case.idea_id.in_(select(Idea.id).where(Idea.campaign_id == campaign)))
        return asked


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def keep(endpoint: str, values: dict[str, Any]) -> None:
    """From page to page of the desk's work the place goes along."""
    if endpoint in KEPT:
        for name, value in Place.here().args.items():
            values.setdefault(name, value)

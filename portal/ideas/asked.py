"""What a reader asks of the list, read from an address: the same words for the page, the feed and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal import text
from portal.campaigns import queries as campaigns
from portal.campaigns.models import Campaign
from portal.errors import Refusal
from portal.ideas import states
from portal.ideas.queries import SORTS, Filters
from portal.rules import LANGUAGES
from portal.units.queries import reference
from portal.web.api import NOT_IN_LIST

LONGEST = 200
NAMES = ("q", "sort", "field", "unit", "campaign", "status", "language")


@dataclass(frozen=True)
class Asked:
    """Filters and sort as understood. `unknown` is what was not: a page passes over it, the API says so."""

    filters: Filters
    sort: str
    campaign: Campaign | None
    words: dict[str, str]
    unknown: dict[str, Refusal]

    def but(self, **changes: str | None) -> dict[str, Any]:
        """The words of an address that asks the same but for `changes`; None leaves a word out."""
        return {name: word for name, word in {**self.words, **changes}.items() if word}

    @property
    def narrowed(self) -> bool:
        return self.filters != Filters()


def read(args: Mapping[str, str], default_sort: str = "trending") -> Asked:
    """Understand the words of an address. One query, and only if a campaign is named."""
    given = {name: word for name in NAMES if (word := text.normalise(args.get(name) or "")[:LONGEST])}
    meaning = {name: _meaning(name, word) for name, word in given.items()}
    known = {name: thing for name, thing in meaning.items() if thing is not None}
    filters = Filters(
        q=given.get("q", ""),
        field_id=known["field"].id if "field" in known else None,
        unit_id=known["unit"].id if "unit" in known else None,
        campaign_id=known["campaign"].id if "campaign" in known else None,
        status=known.get("status"),
        language=known.get("language"),
    )
    return Asked(
        filters,
        known.get("sort", default_sort),
        known.get("campaign"),
        words={name: given[name] for name in known},
        unknown={name: Refusal(NOT_IN_LIST) for name in given if name not in known},
    )


def _meaning(name: str, word: str) -> Any:
    """The row, or the word itself, that a word stands for; None if it stands for nothing."""
    if name == "field":
        return reference().field_by_code.get(word)
    if name == "unit":
        return reference().unit_by_code.get(word)
    if name == "campaign":
        return campaigns.by_slug(word)
    allowed = {"sort": SORTS, "status": states.PUBLIC, "language": LANGUAGES}
    return word if name == "q" or word in allowed[name] else None

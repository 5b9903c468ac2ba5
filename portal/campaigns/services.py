"""Opening campaigns."""

from __future__ import annotations

from datetime import datetime

from portal.campaigns import queries
from portal.campaigns.models import Campaign
from portal.database import db


def add(  # noqa: PLR0913  # one row has these
    slug: str,
    title: dict[str, str],
    text: dict[str, str],
    opens_at: datetime,
    closes_at: datetime,
    *,
    unit_id: int | None = None,
    support_goal: int | None = None,
    source: str = "web",
) -> Campaign:
    """Insert a campaign. `title` and `text` (Markdown) are by language: {"vi": …, "en": …}.

    `support_goal` in votes, in place of the portal's own: 0 for none.
    """
    campaign = Campaign(
        slug=slug,
        title_vi=title["vi"],
        title_en=title["en"],
        text_vi=text["vi"],
        text_en=text["en"],
        opens_at=opens_at,
        closes_at=closes_at,
        unit_id=unit_id,
        support_goal=support_goal,
        source=source,
    )
    db.session.add(campaign)
    db.session.flush()
    queries.forget()
    return campaign

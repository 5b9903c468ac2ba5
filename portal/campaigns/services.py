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
    source: str = "web",
) -> Campaign:
    """Insert a campaign. `title` and `text` (Markdown) are by language: {"vi": …, "en": …}."""
    campaign = Campaign(
        slug=slug,
        title_vi=title["vi"],
        title_en=title["en"],
        text_vi=text["vi"],
        text_en=text["en"],
        opens_at=opens_at,
        closes_at=closes_at,
        unit_id=unit_id,
        source=source,
    )
    db.session.add(campaign)
    db.session.flush()
    queries.forget()
    return campaign

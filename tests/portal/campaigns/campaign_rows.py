"""Campaigns for tests, by days from now."""

from datetime import timedelta

from portal.campaigns import services
from portal.database import now, transaction


def campaign(slug, title="Sáng tạo xanh", opens_in=-3, closes_in=9, text="Giảm rác, tiết kiệm **nước**."):
    """A campaign that is open unless told otherwise; half an hour more, so that a slow test sees whole days."""
    half = timedelta(minutes=30)
    with transaction():
        return services.add(
            slug,
            {"vi": title, "en": f"{title} (English)"},
            {"vi": text, "en": "Less waste, more water."},
            now() + timedelta(days=opens_in),
            now() + timedelta(days=closes_in) + half,
            source="demo",
        )

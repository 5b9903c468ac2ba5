"""An announcement on its way: written, handed over."""

from __future__ import annotations

from dataclasses import replace

from flask import current_app
from sqlalchemy import update

from portal.announcements import services
from portal.announcements.models import Announcement
from portal.database import db, now, transaction
from portal.notifications import announcing
from portal.units.queries import reference

WORDS = {"subject": "Hạn gửi bài lùi đến thứ Bảy", "body": "Vì **bão**, hạn gửi bài lùi đến 23:59 thứ Bảy tuần này."}


def unit_id(code):
    return reference().unit_by_code[code].id


def drafted(author, audience="unit", audience_id=None):
    with transaction():
        return services.draft(author, WORDS, audience, audience_id or unit_id("40"), now())


def sent(author, row):
    with transaction():
        return services.send(author, row.id, now())


def by_day():
    """Settings under which it is never night."""
    return replace(current_app.config["SETTINGS"], quiet_hours=None)


def spread():
    """Every page until the end, as if the pace allowed it."""
    settings = by_day()
    with transaction():
        pace_allows()
        while announcing.spread(settings):
            pace_allows()


def pace_allows():
    db.session.execute(update(Announcement).values(next_page_at=None))

"""An announcement on its way: written, handed over."""

from __future__ import annotations

from flask import current_app

from portal.announcements import services
from portal.database import now, transaction
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


def spread():
    """Every page until the end."""
    with transaction():
        while announcing.spread(current_app.config["SETTINGS"]):
            pass

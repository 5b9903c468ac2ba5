"""The letters that notices became, for the tests that read them."""

from __future__ import annotations

from sqlalchemy import select

from portal.database import db
from portal.notifications import delivery
from portal.notifications.models import Letter
from tests.portal.notifications import stories


def letters(kind="digest"):
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def sent():
    """Plain texts of the letters about news that leave now."""
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    about_news = [one for one in sink.taken if "mỗi ngày một thư" in text(one) or "muốn biết ngay" in text(one)]
    return [text(one) for one in about_news]


def text(message):
    return message.get_body(("plain",)).get_content().replace("\r\n", "\n")

"""The letters that notices became, for the tests that read them."""

from __future__ import annotations

from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.notices.models import Notice
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


def shown_now():
    """Let the time pass in which a decision can be undone."""
    with transaction():
        db.session.execute(update(Notice).values(due_at=now()))

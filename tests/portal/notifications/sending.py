"""A drain into a mailbox in memory."""

from __future__ import annotations

from sqlalchemy import update

from portal.database import db, transaction
from portal.notifications import delivery
from tests.portal.notifications import stories


def send(*failures, **looks):
    sink = stories.Sink(*failures, **looks)
    delivery.drain(mailer=sink)
    return sink


def change(table, **values):
    with transaction():
        db.session.execute(update(table).values(**values))

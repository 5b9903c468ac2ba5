"""Wishes about one's data, on their way: days pass, letters leave, the worker does its part."""

from datetime import timedelta

import sqlalchemy as sa

from portal.accounts.models import Member
from portal.accounts.requests import Erasure
from portal.database import db, transaction
from tests.portal.notifications import stories
from worker.tasks.accounts import wishes_due


def days_pass(days):
    with transaction():
        for wish in db.session.scalars(sa.select(Erasure).where(Erasure.due_at.is_not(None))):
            wish.due_at -= timedelta(days=days, seconds=1)


def erased(member):
    days_pass(14)
    wishes_due()
    for _ in range(2):
        stories.relay()
    return db.session.get(Member, member.id, populate_existing=True)

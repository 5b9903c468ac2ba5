"""What tests of the ledger do to it."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.notifications.models import Letter


def change(**values):
    with transaction():
        db.session.execute(update(Letter).values(**values))


def press(client, label, page="/quan-tri/thu"):
    """Press the first button of that name."""
    html = client.get(page).text
    form = next(one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if f">{label}" in one)
    fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', form))
    return client.post(re.search(r'action="([^"]+)"', form)[1], data=fields, follow_redirects=True)


def acts():
    about_letters = select(AuditEntry).where(AuditEntry.object_kind == "letter").order_by(AuditEntry.id)
    return [(one.action, one.object_id) for one in db.session.scalars(about_letters)]

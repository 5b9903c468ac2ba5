"""What tests of the ledger do to it."""

from __future__ import annotations

from functools import partial

from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.database import db
from portal.notifications.models import Letter
from tests import forms
from tests.portal.notifications import sending

change = partial(sending.change, Letter)


def press(client, label, page="/quan-tri/thu"):
    return forms.press(client, page, label)


def acts():
    about_letters = select(AuditEntry).where(AuditEntry.object_kind == "letter").order_by(AuditEntry.id)
    return [(one.action, one.object_id) for one in db.session.scalars(about_letters)]

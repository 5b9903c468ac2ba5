"""Those who govern the bank get the end of the audit's chain once a day, in the morning."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import current_app

from portal.accounts import services as accounts
from portal.audit import services as audit
from portal.database import db, now, transaction
from portal.notifications.models import Letter
from portal.units.queries import reference
from tests import factories
from worker.tasks import people

DAY = timedelta(days=1)


@pytest.fixture
def clock(app, monkeypatch):
    """The task's clock, set by the test: tomorrow at ten in the morning where the readers live."""
    at = [(now() + DAY).replace(hour=3)]
    monkeypatch.setattr(people, "now", lambda: at[0])
    return at


def letters():
    return db.session.scalars(sa.select(Letter).where(Letter.kind == "admin_daily").order_by(Letter.id)).all()


def governors():
    """One for good and one for a time; beside them staff who do not govern."""
    admin, passing = factories.member("admin"), factories.member()
    factories.member("admin", unit_id=reference().unit_by_code["40"].id)
    factories.member("moderator")
    with transaction():
        accounts.grant(admin, passing, "admin", reference().centre.id, now(), ends_at=now() + 9 * DAY)
    return [admin.id, passing.id]


def test_each_who_governs_gets_one_a_day_with_the_head_and_nobody_else(clock):
    wanted = governors()
    with transaction():
        audit.chain(current_app.config["SETTINGS"].secret_key)
    head = audit.head()
    people.tell_governors()
    people.tell_governors()
    first = letters()[0]
    assert [letter.recipient_id for letter in letters()] == wanted
    assert (first.delivery, first.payload["seq"], first.payload["hash"]) == ("at_most_once", head.seq, head.hash)
    assert first.payload["broken"] == 0
    clock[0] += DAY
    people.tell_governors()
    assert len(letters()) == 4


def test_nobody_is_written_to_before_the_morning(clock):
    governors()
    clock[0] -= timedelta(hours=4)
    people.tell_governors()
    assert letters() == []


def test_a_broken_chain_is_told(clock):
    governors()
    with transaction():
        audit.chain(current_app.config["SETTINGS"].secret_key)
    with transaction():
        db.session.execute(sa.text("UPDATE audit_entry SET detail = '{}' WHERE seq = 2"))
    people.tell_governors()
    assert letters()[0].payload["broken"] == 2

"""Visitors who press a button again and again, on databases that really commit."""

from sqlalchemy import func, select

from portal.database import db, now, transaction
from portal.discussion import reporting
from portal.discussion.models import Report
from tests import factories
from tests.portal.ideas.test_parallel import at_once


def test_a_visitors_report_sent_twelve_times_at_once_is_one_beside_anothers(fresh_app):
    with fresh_app.app_context():
        idea = factories.published_idea()

    def hold(number):
        what = reporting.thing(idea.id, None)
        with transaction():
            reporting.hold(f"browser-{number % 3}", what, "spam", "", now())

    at_once(fresh_app, hold, 36)
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Report)) == 3

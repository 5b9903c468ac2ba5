"""A portal whose database is gone."""

import pytest

from portal.app import create_app
from portal.database import db


@pytest.fixture
def broken_client(settings_for):
    """A client of a portal whose SQLite file stands in a folder that does not exist."""
    app = create_app(settings_for("sqlite:////nowhere/at/all.sqlite3"))
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()

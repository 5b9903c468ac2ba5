"""Somebody who is signed in, and a portal whose database is gone."""

import pytest

from portal.app import create_app
from portal.database import db
from tests import factories


@pytest.fixture
def me(client):
    who = factories.member(name="Nguyễn Phương")
    factories.sign_in(client, who)
    return who


@pytest.fixture(scope="session")
def broken_app(settings_for):
    """A portal whose SQLite file stands in a folder that does not exist."""
    return create_app(settings_for("sqlite:////nowhere/at/all.sqlite3"))


@pytest.fixture
def broken_client(broken_app):
    yield broken_app.test_client()
    with broken_app.app_context():
        db.engine.dispose()

"""A letter that was sent, and an address to return it to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.notifications import delivery
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import SECRET


@pytest.fixture
def member():
    return factories.member(email="lan@example.vn")


@pytest.fixture
def letter(member):
    """A letter that was sent."""
    stories.idea_sent(member)
    stories.relay()
    delivery.drain(mailer=stories.Sink())
    return stories.letter("idea_received")


@pytest.fixture
def with_bounces(app, monkeypatch):
    settings = replace(app.config["SETTINGS"], bounce_address="tra-lai@nay.example.vn", bounce_secret=SECRET)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return settings

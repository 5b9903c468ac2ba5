"""The profile in which staff are asked for everything."""

import pytest


@pytest.fixture
def production(app):
    """The production profile, where staff need a password and a second factor."""
    settings = app.config["SETTINGS"]
    object.__setattr__(settings, "profile", "production")
    yield
    object.__setattr__(settings, "profile", "development")

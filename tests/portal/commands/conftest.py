"""The command line on a database of its own."""

from functools import cache

import pytest
from click.testing import CliRunner

from portal import app as portal
from portal.cli import main
from portal.settings import Settings


@pytest.fixture
def settings(fresh_app):
    return fresh_app.config["SETTINGS"]


@pytest.fixture(scope="session")
def portals():
    """The portal for these settings, made once: in the product each command makes one, which takes longer than it."""
    return cache(portal.create_app)


@pytest.fixture
def ideabank(settings, portals, monkeypatch):
    """Run a command as an operator would: ideabank("member", "add", "ban@example.vn")."""
    monkeypatch.setattr(portal, "create_app", lambda: portals(Settings.from_env()))
    env = {
        "DATABASE_URL": settings.database_url,
        "VAR_DIR": str(settings.var_dir),
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "REDIS_URL": "",
        "SMTP_URL": "",
    }

    def run(*words, typed=None, **more):
        return CliRunner().invoke(main, [str(word) for word in words], input=typed, env={**env, **more})

    return run


@pytest.fixture
def failed():
    """The one line a failed command leaves."""

    def line(result):
        assert result.exit_code == 1
        assert result.output.startswith("Error: ")
        assert result.output.count("\n") == 1
        return result.output.strip()

    return line

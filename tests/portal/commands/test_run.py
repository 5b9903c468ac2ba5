"""What is known to be wrong is said at the start."""

from __future__ import annotations

import pytest

from portal.commands import run


@pytest.mark.parametrize("command", ["up", "worker"])
def test_whatever_sends_letters_does_not_start_with_a_key_that_is_none(
    ideabank, failed, monkeypatch, tmp_path, command
):
    monkeypatch.setattr(run.launcher, "up", lambda *_args, **_values: pytest.fail("it started"))
    monkeypatch.setattr(run, "become", lambda *_words: pytest.fail("it started"))
    key = tmp_path / "dkim.pem"
    key.write_text("no key")
    assert "DKIM_KEY" in failed(ideabank(command, DKIM_KEY=str(key), REDIS_URL="redis://127.0.0.1:1"))

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.notifications import delivery
from portal.notifications.services import judging
from tests import factories
from tests.portal.notifications import stories


@pytest.fixture(autouse=True)
def no_pause() -> Iterator[None]:
    """A pause outlives the drain that began it, but not the test."""
    delivery.pause.end()
    delivery.circuit.forget()
    yield
    delivery.pause.end()
    delivery.circuit.forget()


@pytest.fixture(autouse=True)
def longest_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """How long a letter waits is drawn from zero on: one in fifty would be due again before its drain is over."""
    monkeypatch.setattr(judging._random, "uniform", lambda _low, high: high)


@pytest.fixture
def author_in_daily_rhythm():
    return stories.wants(factories.member(), my_ideas="daily")

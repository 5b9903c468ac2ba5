from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.notifications import delivery


@pytest.fixture(autouse=True)
def no_pause() -> Iterator[None]:
    """A pause outlives the drain that began it, but not the test."""
    delivery.pause.end()
    delivery.circuit.forget()
    yield
    delivery.pause.end()
    delivery.circuit.forget()

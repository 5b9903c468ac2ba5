from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from tests.faults.processes import Site, site_of


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "faults: processes are killed; run by `make faults`")


@pytest.fixture
def site(fresh_app: APIFlask, tmp_path: Path) -> Iterator[Site]:
    """The portal on a database that really commits, with a broker and a mail server of its own."""
    with site_of(fresh_app, tmp_path) as place:
        yield place

"""Who looks into the ledger."""

from __future__ import annotations

import pytest

from tests import factories
from tests.portal.notifications.conftest import no_pause  # noqa: F401


@pytest.fixture
def admin(client):
    who = factories.member("admin", name="Trần Thu Hà")
    factories.sign_in(client, who)
    return who

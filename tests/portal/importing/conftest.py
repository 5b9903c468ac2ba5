"""Who sends files."""

from __future__ import annotations

import pytest

from portal.units.queries import reference
from tests import factories


@pytest.fixture
def officer(client):
    who = factories.member("organiser", unit_id=reference().unit_by_code["40"].id)
    factories.sign_in(client, who)
    return who

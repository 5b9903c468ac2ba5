"""A moderator at the desk."""

import pytest

from tests.factories import member, sign_in


@pytest.fixture
def moderator(client):
    who = member("moderator", name="Minh Quân")
    sign_in(client, who)
    return who

"""Somebody who writes by the API."""

import pytest

from tests import factories


@pytest.fixture
def who(app):
    return factories.member(name="Phương Thảo")


@pytest.fixture
def key(who):
    return factories.api_key(who)

"""Somebody who writes by the API, and a campaign that asks something."""

import pytest

from tests import factories
from tests.portal.ideas.campaign_answers import COST, COST_EN


@pytest.fixture
def who(app):
    return factories.member(name="Phương Thảo")


@pytest.fixture
def key(who):
    return factories.api_key(who)


@pytest.fixture
def campaign(app):
    return factories.campaign()


@pytest.fixture
def cost(campaign):
    return factories.question(campaign, COST, label_en=COST_EN, required=True, most=60)

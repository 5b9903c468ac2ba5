"""What an author is told of the queue: a place that is true, and what happens when an answer is late."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.moderation import queries
from portal.moderation.models import Case
from portal.moderation.queries import decisions
from tests.factories import member, published_idea, report, sign_in
from tests.portal.moderation.desk import approve, relay, waiting_case
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")


def place_of(*cases):
    found = queries.places([case.idea_id for case in cases])
    return [found.get(case.idea_id) for case in cases]


@pytest.mark.parametrize("unit", ["40", ""])
def test_the_place_counts_what_its_own_unit_has_to_look_at_before_it(unit):
    elsewhere = "" if unit else "40"
    waiting_case(unit=elsewhere)
    first, second = (waiting_case(unit=unit) for _ in range(2))
    report(published_idea(unit=unit), reason="danger")
    relay()
    waiting_case(unit=elsewhere)
    assert place_of(first, second) == [2, 3]
    approve(first, member("moderator"))
    assert place_of(first, second) == [None, 2]


def test_places_cost_one_query_and_far_back_are_not_counted(monkeypatch):
    cases = [waiting_case() for _ in range(4)]
    monkeypatch.setattr(decisions, "FAR", 3)
    with count_queries() as counted:
        assert place_of(*cases) == [1, 2, 3, None]
    assert counted.n == 1


def test_whoever_is_kept_waiting_is_promised_only_what_happens(client):
    author = member()
    waiting_case(author)
    with transaction():
        db.session.execute(update(Case.__table__).values(due_at=now() - timedelta(hours=1)))
        db.session.execute(update(Idea).values(updated_at=now() - timedelta(days=4)))
    page = sign_in(client, author).get("/toi").text
    assert "trễ hẹn với bạn rồi" in page
    assert "ở đầu hàng chờ" not in page

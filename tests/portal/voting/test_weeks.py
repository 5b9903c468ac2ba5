"""Support week by week: what a chart shows, and what it must not tell."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.database import db, now, transaction
from portal.settings import ZONE
from portal.voting import weeks
from portal.voting.models import Vote
from tests import factories
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")
TUESDAY = datetime(2026, 11, 24, 9, tzinfo=ZONE)


def supported(*when, idea=None):
    """An idea with so many votes at each time: (moment, number), …"""
    idea = idea or factories.published_idea(at=TUESDAY - timedelta(weeks=30))
    member = 1_000_000
    with transaction() as session:
        for moment, number in when:
            for _ in range(number):
                member += 1
                session.add(Vote(idea_id=idea.id, member_id=member, created_at=moment))
        session.execute(
            db.text("UPDATE idea_rank SET votes = :n WHERE idea_id = :id"),
            {"n": sum(n for _, n in when), "id": idea.id},
        )
    return idea


def test_votes_are_counted_from_monday_to_sunday_in_vietnam():
    sunday = datetime(2026, 11, 22, 23, 59, tzinfo=ZONE)
    idea = supported((sunday, 6), (sunday + timedelta(minutes=1), 7), (TUESDAY - timedelta(weeks=12), 8))
    found = weeks.by_week(idea.id, TUESDAY)
    assert [week.votes for week in found] == [None] * 10 + [6, 7]
    assert (found[-1].monday.isoformat(), found[0].monday.isoformat()) == ("2026-11-23", "2026-09-07")


def test_weeks_with_few_votes_look_like_those_with_none():
    idea = supported((TUESDAY, 5), (TUESDAY - timedelta(weeks=1), 4), (TUESDAY - timedelta(weeks=2), 1))
    assert [week.votes for week in weeks.by_week(idea.id, TUESDAY)][-4:] == [None, None, None, 5]


def test_counting_is_one_query_a_minute_and_another_week_counts_anew():
    idea, time = supported((TUESDAY, 5)), 0.0
    for seconds, week, queries in ((0, 0, 1), (59, 0, 0), (61, 0, 1), (62, 1, 1)):
        with count_queries() as counted:
            weeks.by_week(idea.id, TUESDAY + timedelta(weeks=week), clock=lambda: time + seconds)  # noqa: B023
        assert counted.n == queries


def test_the_page_draws_the_weeks_says_the_highest_and_lists_them(client):
    moment = now()
    idea = supported(
        (moment, 6), (moment - timedelta(weeks=3), 12), idea=factories.published_idea(at=moment - timedelta(weeks=4))
    )
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    chart = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)[0]
    assert "cao nhất 12 lượt" in chart
    assert chart.count("<rect") == 12
    assert re.findall(r'<rect class="hi"[^>]*height="(\d+)"', chart) == ["60"]
    assert chart.count('class="few"') == 10
    assert page.count("<td>dưới 5</td>") == 10
    assert "Support by week" in client.get(f"/en/y-tuong/{idea.id}", follow_redirects=True).text


@pytest.mark.parametrize("votes", [[], [(datetime.now(UTC), 4)], [(datetime.now(UTC) - timedelta(weeks=20), 9)]])
def test_an_idea_of_which_nothing_can_be_told_has_no_chart(client, votes):
    idea = supported(*votes, idea=factories.published_idea())
    assert 'class="chart"' not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_of_support_before_it_was_last_published_nothing_is_told(client):
    moment = now()
    idea = supported((moment, 6), (moment - timedelta(weeks=3), 12), idea=factories.published_idea(at=moment))
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    chart = re.search(r'<svg class="chart".*?</svg>', page, re.DOTALL)[0]
    assert "cao nhất 6 lượt" in chart

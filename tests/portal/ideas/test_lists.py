"""Lists of public ideas."""

import base64
import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.campaigns import services as campaigns
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.ideas import asked as asking
from portal.ideas import queries, rank, search, services
from portal.ideas.cursors import BadCursor, Cursor, decode, encode
from portal.ideas.models import IdeaRank
from portal.ideas.queries import Filters
from portal.units.queries import reference
from portal.voting import services as voting
from tests import factories
from tests.queries import count_queries


def ids(page):
    return [card.id for card in page.items]


def walk(filters=None, sort="trending", limit=2):
    found, after = [], None
    while True:
        page = queries.page(filters or Filters(), sort, after, limit)
        found += ids(page)
        if page.after is None:
            return found
        after = page.after


def support(idea, times):
    for _ in range(times):
        who = factories.member()
        with transaction():
            voting.cast(who, idea.id, now())


def test_a_card_carries_what_a_list_shows(app):
    author = factories.member(name="Thanh Tâm")
    idea = factories.published_idea(
        author, problem="Câu đầu nói rõ vấn đề ở đâu. Câu sau kể thêm cho đủ chữ.", unit="40"
    )
    card = queries.page(Filters()).items[0]
    assert (card.id, card.author_name, card.excerpt) == (idea.id, "Thanh Tâm", "Câu đầu nói rõ vấn đề ở đâu.")
    assert (card.field.code, card.unit.code, card.votes, card.comments) == ("moi-truong", "40", 0, 0)
    assert card.slug.startswith("tram-doi-vo-hop-sua")


def test_a_summary_goes_before_the_first_sentence(app):
    factories.published_idea(summary="Đổi vỏ hộp lấy cây.")
    assert queries.newest(1)[0].excerpt == "Đổi vỏ hộp lấy cây."


@pytest.mark.parametrize("sort", queries.SORTS)
def test_every_sort_walks_through_all_ideas_once(app, sort):
    ideas = [factories.published_idea(at=now() - timedelta(days=n % 3)) for n in range(7)]
    for n, idea in enumerate(ideas):
        support(idea, n % 3)
    found = walk(sort=sort)
    assert sorted(found) == sorted(idea.id for idea in ideas)
    assert found == ids(queries.page(Filters(), sort))


def test_sorts_say_what_they_mean(app):
    old = factories.published_idea(at=now() - timedelta(days=60))
    loved = factories.published_idea(at=now() - timedelta(days=2))
    fresh = factories.published_idea()
    ancient = factories.published_idea(at=now() - timedelta(days=200))
    support(loved, 2)
    assert ids(queries.page(Filters(), "new")) == [fresh.id, loved.id, old.id, ancient.id]
    assert ids(queries.page(Filters(), "top"))[0] == loved.id
    assert ids(queries.page(Filters(), "trending"))[0] == fresh.id
    assert ids(queries.page(Filters(), "unseen")) == [old.id, fresh.id, loved.id]


def test_ten_times_the_support_is_worth_half_a_day(app):
    assert rank.hot(now(), 10) - rank.hot(now() - timedelta(hours=12, minutes=30), 100) == pytest.approx(0, abs=1e-3)


def test_a_popular_idea_of_yesterday_overtakes_a_new_one(app):
    popular = factories.published_idea(at=now() - timedelta(hours=10))
    fresh = factories.published_idea()
    support(popular, 7)
    assert ids(queries.page(Filters(), "trending")) == [popular.id, fresh.id]


def test_filters_combine(app):
    moment = now()
    with transaction():
        campaign = campaigns.add(
            "xanh", {"vi": "Xanh", "en": "Green"}, {"vi": "-", "en": "-"}, moment, moment + timedelta(days=9)
        )
    wanted = factories.published_idea(unit="40", campaign="xanh", language="en")
    factories.published_idea(unit="40", campaign="xanh")
    factories.published_idea(unit="40", language="en")
    factories.published_idea(field="khac", unit="40", campaign="xanh", language="en")
    codes = reference()
    filters = Filters(
        q="hop sua",
        field_id=codes.field_by_code["moi-truong"].id,
        unit_id=codes.unit_by_code["40"].id,
        campaign_id=campaign.id,
        status="published",
        language="en",
    )
    page = queries.page(filters)
    assert (ids(page), page.total) == ([wanted.id], 1)


@pytest.mark.parametrize("status", ["waiting", "needs_changes", "rejected", "hidden", "withdrawn", "removed", "merged"])
def test_what_is_not_public_is_in_no_list(app, status):
    factories.idea(status)
    assert queries.page(Filters()).total == 0


def test_a_hidden_idea_returns_with_its_support(app):
    idea, moderator = factories.published_idea(), factories.member("moderator")
    support(idea, 3)
    with transaction():
        services.advance(idea.id, "hidden", moderator, now())
    assert queries.page(Filters()).items == []
    with transaction():
        services.publish(idea.id, 1, moderator, now())
    assert queries.page(Filters(), "top").items[0].votes == 3


def test_totals_are_counted_up_to_a_limit_and_say_so(app, monkeypatch):
    for _ in range(4):
        factories.published_idea()
    monkeypatch.setattr("portal.ideas.queries.lists.MANY", 3)
    assert (queries.page(Filters()).total, queries.page(Filters()).total_capped) == (3, True)
    monkeypatch.setattr("portal.ideas.queries.lists.MANY", 4)
    assert (queries.page(Filters()).total, queries.page(Filters()).total_capped) == (4, False)


def test_a_list_that_surely_has_many_is_not_counted(app, monkeypatch):
    """What the bank's last count says is a minute old at most, so it counts for as much if it says twice the limit."""
    for _ in range(5):
        field_id = factories.published_idea().field_id
    queries.facts()
    for many, known in ((2, True), (3, False)):
        monkeypatch.setattr("portal.ideas.queries.lists.MANY", many)
        for filters in (Filters(), Filters(field_id=field_id), Filters(status="published")):
            with count_queries() as asked:
                page = queries.page(filters)
            assert (page.total, page.total_capped) == (many, True)
            assert asked.n == (1 if known else 2)


@pytest.mark.parametrize("sort", queries.SORTS)
def test_many_matches_are_walked_and_few_are_ranked_to_the_same_end(app, monkeypatch, sort):
    for n in range(5):
        factories.published_idea(at=now() - timedelta(hours=n))
    factories.published_idea(title="Chuyện không liên quan gì", problem="x" * 60, solution="y" * 60)
    few = walk(Filters(q="hộp sữa"), sort)
    monkeypatch.setattr("portal.ideas.queries.lists.RANK_UP_TO", 2)
    many = walk(Filters(q="hộp sữa"), sort)
    assert len(few) == 5
    assert many == few
    page = queries.page(Filters(q="hộp sữa"), sort)
    assert (page.total, page.total_capped) == (2, True)


@pytest.mark.parametrize("near", [6, 2, 1])
@pytest.mark.parametrize("sort", queries.SORTS)
def test_very_many_matches_are_not_counted_and_found_all_the_same(app, monkeypatch, sort, near):
    for n in range(5):
        factories.published_idea(at=now() - timedelta(hours=n))
    factories.published_idea(title="Chuyện không liên quan gì", problem="x" * 60, solution="y" * 60)
    counted = walk(Filters(q="hộp sữa"), sort)
    for name, value in (("RANK_UP_TO", 2), ("BIG", 0), ("NEAR", near)):
        monkeypatch.setattr(f"portal.ideas.queries.lists.{name}", value)
    monkeypatch.setattr(search, "guess", lambda _terms: 1_000_000)
    assert walk(Filters(q="hộp sữa"), sort) == counted
    page = queries.page(Filters(q="hộp sữa"), sort, limit=2)
    assert (len(page.items), page.total, page.total_capped) == (2, 2, True)


def test_the_engine_guesses_how_many_match_or_says_that_it_does_not(app):
    for _ in range(3):
        factories.published_idea()
    guessed = search.guess(search.wanted("hộp sữa").match)
    assert guessed > 0 if db.engine.dialect.name == "postgresql" else guessed == 0


def test_the_stored_rank_is_what_the_formula_says(app):
    idea = factories.published_idea()
    support(idea, 5)
    who = factories.member()
    with transaction():
        discussion.post(who, idea.id, "Hay quá", now())
    db.session.rollback()
    row = db.session.get_one(IdeaRank, idea.id, populate_existing=True)
    assert (row.votes, row.comments, row.interest) == (5, 1, 7)
    assert row.hot == pytest.approx(rank.hot(row.published_at, 7), abs=1e-6)


# --- cursors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [39773.123456, 0, -1.5])
def test_a_cursor_comes_back_as_it_went(key):
    cursor = Cursor("trending", 0, key, 12)
    assert decode(encode(cursor), "trending") == cursor


@pytest.mark.parametrize(
    "bad",
    ["", "x", "%%%", "bnVsbA", "W10", "é", "A" * 5000, encode(Cursor("top", 0, 3, 12)),
     base64.urlsafe_b64encode(b'["trending",0,NaN,1]').decode(), base64.urlsafe_b64encode(b'["trending",0,1e999,1]').decode(),
     base64.urlsafe_b64encode(b'["trending",0,true,1]').decode(), base64.urlsafe_b64encode(b'["trending",0,1,-5]').decode(),
     base64.urlsafe_b64encode(json.dumps(["trending", 0, 1, 2**70]).encode()).decode(),
     base64.urlsafe_b64encode(json.dumps(["trending", 0, "1' OR 1=1", 2]).encode()).decode(),
     base64.urlsafe_b64encode(b"[" * 2000).decode()],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(bad):
    with pytest.raises(BadCursor):
        decode(bad, "trending")


# --- the whole bank -----------------------------------------------------------------------------


def test_facts_count_outcomes_and_follow_every_step(app):
    moderator = factories.member("moderator")
    factories.idea("realised", unit="40")
    piloted = factories.idea("adopted", unit="48")
    factories.published_idea(unit="TW")
    factories.idea("waiting", unit="01")
    assert queries.facts() == queries.Facts(realised=1, in_progress=0, provinces=2, public_total=3)
    with transaction():
        services.advance(piloted.id, "in_progress", moderator, now())
    assert queries.facts().in_progress == 1


def test_the_busiest_fields_stand_in_their_own_order_and_other_is_not_one(app):
    for code in ("nang-luong", "nang-luong", "khac", "khac", "khac"):
        factories.published_idea(field=code)
    codes = [field.code for field in queries.busy_fields()]
    assert "nang-luong" in codes
    assert "khac" not in codes
    assert len(codes) == 7


@pytest.mark.parametrize("asked", [{}, {"status": "realised"}, {"unit": "40"}, {"unit": "48", "status": "published"}])
def test_counts_on_the_chips_are_the_totals_of_their_lists(app, asked):
    for field, unit, status in itertools.product(("nang-luong", "moi-truong"), ("40", "48"), ("published", "realised")):
        factories.idea(status, field=field, unit=unit)
    factories.published_idea(field="moi-truong", unit="40")
    filters = asking.read(asked).filters
    counts = queries.field_counts(filters, "new")
    for field in reference().fields:
        assert counts[field.id] == queries.page(replace(filters, field_id=field.id)).total
    assert queries.field_counts(replace(filters, q="rác"), "new") is None
    assert queries.field_counts(filters, "unseen") is None


def test_stories_tell_the_latest_step_with_its_note(app):
    moderator, idea = factories.member("moderator"), factories.idea("adopted")
    with transaction():
        services.advance(
            idea.id, "in_progress", moderator, now(), note_vi="Bắt đầu ở hai trường.", note_en="Two schools."
        )
    factories.published_idea()
    (story,) = queries.stories()
    assert (story.card.id, story.note_vi, story.note_en) == (idea.id, "Bắt đầu ở hai trường.", "Two schools.")

"""Looking up once for all the letters a sender holds, and never relying on it for long."""

from __future__ import annotations

import pytest

from portal.database import db, transaction
from portal.notifications import addresses, lookups
from portal.notifications.models import Letter, LetterPreference
from portal.notifications.recipients import CHOICES, READERS
from tests import factories
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def clock(monkeypatch):
    """Seconds; tests move it."""
    hands = [100.0]
    monkeypatch.setattr("portal.notifications.lookups.time.monotonic", lambda: hands[0])
    return hands


@pytest.fixture
def letters():
    return [Letter(recipient_id=factories.member().id, payload={}) for _ in range(3)]


def test_one_question_is_asked_for_all_letters_held(clock, letters):
    with lookups.holding(letters), count_queries() as counted:
        found = [READERS.first(letter.recipient_id).id for letter in letters]
        dead = [addresses.is_dead("key", READERS.first(letter.recipient_id).email) for letter in letters]
    assert found == [letter.recipient_id for letter in letters]
    assert dead == [False] * 3
    assert counted.n == 2


def test_who_has_no_row_is_asked_for_once_too(clock, letters):
    with lookups.holding(letters), count_queries() as counted:
        assert [CHOICES.rows(letter.recipient_id) for letter in letters] == [[], [], []]
    assert counted.n == 1


def test_a_key_nobody_foresaw_is_asked_by_itself(clock, letters):
    other = factories.member()
    with lookups.holding(letters):
        READERS.first(letters[0].recipient_id)
        assert READERS.first(other.id).id == other.id


def test_what_was_read_counts_no_longer_than_a_moment(clock, letters):
    reader = letters[1].recipient_id
    with lookups.holding(letters):
        READERS.first(letters[0].recipient_id)
        assert CHOICES.rows(reader) == []
        with transaction():
            db.session.add(LetterPreference(member_id=reader, category="my-ideas", rhythm="never"))
        clock[0] += lookups.FRESH * 0.9
        assert CHOICES.rows(reader) == []
        clock[0] += lookups.FRESH * 0.2
        assert [row.rhythm for row in CHOICES.rows(reader)] == ["never"]


def test_nothing_is_kept_when_the_letters_are_gone(clock, letters):
    with lookups.holding(letters):
        READERS.first(letters[0].recipient_id)
    with count_queries() as counted:
        READERS.first(letters[0].recipient_id)
    assert counted.n == 1


def test_a_row_that_is_not_there(letters):
    assert READERS.first(-1) is None
    with pytest.raises(LookupError, match="-1"):
        READERS.one(-1)

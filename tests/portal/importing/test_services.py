"""Rows become ideas, once."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ideas.models import Idea, IdeaRank, IdeaText
from portal.importing.columns import plan
from portal.importing.reading import Reader
from portal.importing.rows import Row
from portal.importing.services import Import
from portal.outbox.models import Fact

COLUMNS = ("title", "text", "author", "date")


@pytest.fixture
def run(app):
    def add(*cells, state="published", name="file"):
        rows = [Row(number, number + 1, dict(zip(COLUMNS, one, strict=False))) for number, one in enumerate(cells, 1)]
        with transaction():
            return Import(Reader(plan(COLUMNS), field="khac"), name, state).add(rows, now())

    return add


def test_a_published_row_can_be_found_and_sorted_by(run):
    run(("Phân loại rác", "Rác không được phân loại", "7", "2015-09-15"))
    idea = db.session.scalars(select(Idea)).one()
    assert (idea.status, idea.source, idea.problem) == ("published", "import", "Rác không được phân loại")
    assert idea.published_at == datetime(2015, 9, 14, 17, 0, tzinfo=UTC)
    assert "phan0loai" in db.session.get_one(IdeaText, idea.id).phrases
    assert db.session.get_one(IdeaRank, idea.id).votes == 0


def test_a_waiting_row_asks_for_a_moderator(run):
    run(("Phân loại rác", "Rác không được phân loại"), state="waiting")
    idea = db.session.scalars(select(Idea)).one()
    assert (idea.status, idea.published_at) == ("waiting", None)
    assert db.session.scalars(select(Fact.name)).all() == ["IdeaSubmitted"]


def test_a_row_is_added_once_however_often_it_is_run(run):
    rows = [("", "Một ý tưởng"), ("", "Ý tưởng khác")]
    assert [outcome.kind for outcome in run(*rows)] == ["added", "added"]
    assert [outcome.kind for outcome in run(*rows, name="other")] == ["known", "known"]
    assert db.session.scalar(select(func.count()).select_from(Idea)) == 2


def test_the_second_of_two_equal_texts_is_refused_each_time(run):
    rows = [("", "Hoà bình"), ("", "hòa bình!")]
    first, second = run(*rows), run(*rows)
    assert [outcome.kind for outcome in first] == ["added", "refused"]
    assert [outcome.kind for outcome in second] == ["known", "refused"]
    assert first[1].why == second[1].why == "the same text as row 1"


def test_only_empty_and_over_long_rows_are_refused_besides(run):
    outcomes = run(("", ""), ("Tên", " \u200b "), ("", "x" * 1501), ("t" * 121, "ngắn"), ("", "a"))
    assert [outcome.reason for outcome in outcomes] == ["empty", "", "too long", "too long", ""]
    assert outcomes[2].why == "the problem is longer than 1,500 characters, by 1"
    assert outcomes[3].why == "the title is longer than 120 characters, by 1"


def test_an_author_is_one_member_with_a_pseudonym(run):
    run(("", "một", "7"), ("", "hai", "7"), ("", "ba", "8"), ("", "bốn", ""))
    run(("", "năm", "7"))
    numbers = db.session.scalars(select(Member.external_id).order_by(Member.id)).all()
    assert numbers == ["file:7", "file:8", "file:"]
    member = db.session.scalars(select(Member).limit(1)).one()
    assert (member.email, member.source) == (None, "import")
    assert "7" not in member.display_name.split()


def test_a_long_author_number_still_fits(run):
    run(("", "một", "n" * 300))
    assert db.session.scalars(select(Member.external_id)).one().startswith("sha256:")


def test_a_failed_batch_can_be_given_again(app):
    job = Import(Reader(plan(COLUMNS), field="khac"), "file", "waiting")
    rows = [Row(1, 2, {"text": "một"})]
    try:
        with transaction():
            job.add(rows, now())
            raise LookupError
    except LookupError:
        pass
    with transaction():
        assert [outcome.kind for outcome in job.add(rows, now())] == ["added"]

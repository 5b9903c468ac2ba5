"""Like ideas beside an idea: kept for a while, never shown longer than they are public."""

import pytest
from sqlalchemy import update

from portal.database import db
from portal.ideas import frequent, search
from portal.ideas.models import Idea
from portal.ideas.neighbours import KEEP_SECONDS, beside
from tests import factories
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")
WORDS = "Trạm đổi vỏ hộp sữa lấy"


@pytest.fixture
def idea():
    frequent.tokens(search.TITLE, search.COMMON)  # asked once in ten minutes
    return factories.published_idea(title=f"{WORDS} cây giống")


def like(end):
    return factories.published_idea(title=f"{WORDS} {end}")


def titles(idea, at=0.0):
    with count_queries() as counted:
        found = [twin.title.removeprefix(WORDS).strip() for twin in beside(idea, clock=lambda: at)]
    assert counted.n <= 1
    return found


def change(idea, **values):
    db.session.execute(update(Idea).where(Idea.id == idea.id).values(**values))


def test_who_they_are_is_kept_for_ten_minutes(idea):
    like("sách cũ")
    assert titles(idea) == ["sách cũ"]
    like("cây giống nhỏ")
    assert titles(idea, KEEP_SECONDS) == ["sách cũ"]
    assert titles(idea, KEEP_SECONDS + 1) == ["cây giống nhỏ", "sách cũ"]


def test_what_is_hidden_meanwhile_is_gone_at_once_and_the_next_takes_its_place(idea):
    others = [like(f"sách cũ {letter}") for letter in "bcdghk"]
    first = titles(idea)
    assert len(first) == 5
    hidden = next(other for other in others if other.title.endswith(first[0]))
    change(hidden, status="hidden")
    assert set(titles(idea, 1)) == {f"sách cũ {letter}" for letter in "bcdghk"} - {first[0]}
    for other in others:
        change(other, status="withdrawn")
    assert titles(idea, 2) == []


def test_another_title_is_looked_for_anew_and_theirs_are_read_anew(idea):
    other = like("sách cũ")
    titles(idea)
    change(other, title=f"{WORDS} truyện tranh")
    assert titles(idea, 1) == ["truyện tranh"]
    idea.title = "Đèn năng lượng mặt trời cho ngõ tối"
    db.session.flush()
    assert titles(idea, 2) == []

"""Synthetic data: as much as was asked for, with every counter true, and never in a real bank."""

from sqlalchemy import func, select

from portal import checks
from portal.database import db, now
from portal.ideas import frequent, queries, search
from portal.ideas.models import Idea
from portal.voting.models import Vote


def test_as_many_as_asked_for_and_sound(fresh_app, ideabank):
    result = ideabank("fill", "--ideas", 40, "--votes", 300)
    assert result.exit_code == 0
    assert "40 ideas, 300 votes" in result.output.split("\r")[-1]
    with fresh_app.app_context():
        counted = [db.session.scalar(select(func.count()).select_from(table)) for table in (Idea, Vote)]
        assert counted == [40, 300]
        assert [result.name for result in checks.run(now()) if not result.ok] == []
        first = queries.page(queries.Filters(), "top").items
        assert sum(card.votes for card in first) > 150  # a few have most of the votes


def test_twins_are_found_though_their_words_are_everywhere(fresh_app, ideabank, monkeypatch):
    monkeypatch.setattr(search, "COMMON", 20)
    ideabank("fill", "--ideas", 600, "--votes", 0)
    with fresh_app.app_context():
        titles = db.session.scalars(select(Idea.title).order_by(Idea.id).limit(20)).all()
        for words in map(str.split, titles):
            asked = " ".join(sorted(words)[: max(3, len(words) * 3 // 4)])
            assert " ".join(words) in {twin.title for twin in search.similar(asked)}, asked
        if db.engine.dialect.name == "postgresql":  # it knows by now which words need not be looked up
            assert frequent.tokens(search.TITLE, search.COMMON)


def test_not_in_production(ideabank, failed):
    production = {"APP_PROFILE": "production", "SECRET_KEY": "x" * 40, "BASE_URL": "https://nay.example.vn"}
    assert "APP_PROFILE is production" in failed(ideabank("fill", **production))

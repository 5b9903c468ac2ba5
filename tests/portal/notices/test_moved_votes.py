"""Those whose support went along with a merge hear of it in one line, and answer it or not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.moderation import services as moderation
from portal.notices.models import Notice
from portal.notices.services import telling
from portal.outbox import services as outbox
from portal.voting import services as voting
from tests import factories
from tests.forms import token_in
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent
from worker.reactions import REACTIONS

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


@pytest.fixture
def merged():
    """merged(3): so many support one idea, which goes up in another; the decision and the voters."""

    def make(count=1):
        mine, theirs = factories.published_idea(), factories.published_idea(title="Chợ phiên đổi đồ cũ của phường")
        voters = [factories.member() for _ in range(count)]
        with transaction():
            for voter in voters:
                voting.cast(voter, mine.id, now())
        return stories.merges(mine, theirs), voters

    return make


def past_the_undo_window():
    while outbox.relay(REACTIONS):
        pass
    with transaction():
        db.session.execute(update(Notice).values(due_at=now() - timedelta(seconds=1)))


def told():
    return db.session.scalar(select(func.count()).where(Notice.kind == "moved"))


def test_it_is_a_line_of_the_daily_letter_and_no_letter_of_its_own(merged):
    decision, _ = merged()
    past_the_undo_window()
    stories.gathered()
    [letter] = sent()
    assert "Chợ phiên đổi đồ cũ của phường" in letter
    assert "lượt ủng hộ đi theo" in letter
    assert f"/toi/gop/{decision.id}" in letter


def test_under_the_bell_it_leads_to_keeping_or_taking_back_and_is_read_once_answered(client, merged):
    decision, [voter] = merged()
    past_the_undo_window()
    factories.sign_in(client, voter)
    assert f"/toi/gop/{decision.id}" in client.get("/toi/thong-bao").text
    page = client.get(f"/toi/gop/{decision.id}").text
    client.post(f"/toi/gop/{decision.id}", data={"csrf_token": token_in(page), "keep": "1"})
    assert db.session.scalar(select(Notice.read_at).where(Notice.kind == "moved")) is not None
    stories.gathered()
    assert letters() == []


def test_of_a_merge_that_is_undone_nobody_hears(merged):
    decision, _ = merged()
    past_the_undo_window()
    assert told() == 1
    moderator = db.session.get_one(Member, decision.moderator_id)
    with transaction():
        moderation.undo(decision.id, moderator, 60, now())
    past_the_undo_window()
    assert told() == 0


def test_thousands_are_told_in_short_transactions_and_each_once(merged, monkeypatch):
    monkeypatch.setattr(telling, "PAGE", 2)
    merged(5)
    past_the_undo_window()
    assert told() == 5

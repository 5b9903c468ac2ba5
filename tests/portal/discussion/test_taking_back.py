"""A comment taken back by its writer, and what is counted while the idea goes out of sight."""

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now
from portal.discussion import services
from portal.discussion.models import Comment
from portal.discussion.services import commenting
from portal.errors import Conflict
from portal.ideas import services as idea_services
from portal.moderation.models import Case
from portal.notices.models import Notice
from portal.outbox import services as outbox
from tests import factories
from tests.forms import send
from tests.portal.accounts import family
from tests.portal.discussion.talking import CHILD, decide, page, post, shown
from tests.transactions import run
from worker.reactions import REACTIONS

pytestmark = pytest.mark.one_engine_each


def test_a_comment_taken_back_leaves_its_place_and_no_word(client):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea, "Lời mình muốn rút lại.")
    post(factories.member(), idea, "Trả lời ở lại.", parent_id=comment.id)
    run(services.mark_helpful, db.session.get_one(Member, idea.author_id), comment.id, helpful=True)
    factories.sign_in(client, who)
    address = f"/y-tuong/{idea.id}/binh-luan/{comment.id}/rut"
    assert address in page(client, idea)
    assert "Lời mình muốn rút lại." in client.get(address).text
    assert send(client, address).location.endswith("#binh-luan")
    after = page(client, idea)
    assert "Đã rút bình luận" in after
    assert "Bình luận này không còn nữa." in after
    assert "Trả lời ở lại." in after
    assert shown(idea) == 1
    kept = db.session.get_one(Comment, comment.id, populate_existing=True)
    assert (kept.body, kept.status, kept.helpful) == ("", "removed", False)
    assert send(client, address).status_code == 404
    assert family.sound() == []


def test_nobody_has_to_judge_what_was_taken_back_but_danger_is_looked_at(app):
    idea, child = factories.published_idea(), factories.member(**CHILD)
    comment, other, third = (post(child, idea, f"Lời số {n}") for n in range(3))
    for one in (other, third):
        run(services.publish, one.id)
    factories.report(idea, comment=other)
    factories.report(idea, comment=third, reason="danger")
    outbox.relay(REACTIONS)
    waiting = db.session.scalars(select(Case).where(Case.comment_id == comment.id)).one()
    run(services.withdraw, child, comment.id, now())
    with pytest.raises(Conflict):
        decide(waiting, waiting.version, "approve")
    for one in (other, third):
        run(services.withdraw, child, one.id, now())
    outbox.relay(REACTIONS)
    rows = db.session.execute(select(Case.subject, Case.state).where(Case.kind == "report").order_by(Case.id)).all()
    assert [tuple(row) for row in rows] == [
        (f"report:comment:{other.id}", "closed"),
        (f"report:comment:{third.id}", "open"),
    ]
    assert db.session.scalars(select(Case.state).where(Case.kind == "comment").distinct()).all() == ["closed"]
    told = db.session.scalars(select(Notice.kind).where(Notice.kind == "report_gone")).all()
    assert told == ["report_gone"]
    assert shown(idea) == 0


def test_taking_back_by_api(client):
    idea, who = factories.published_idea(), factories.member()
    comment, path = post(who, idea), f"/api/v1/ideas/{idea.id}/comments"
    other = factories.api_key(factories.member())
    assert client.delete(f"{path}/{comment.id}", headers=other).status_code == 404
    assert (
        client.delete(f"/api/v1/ideas/1{idea.id}/comments/{comment.id}", headers=factories.api_key(who)).status_code
        == 404
    )
    assert client.delete(f"{path}/{comment.id}", headers=factories.api_key(who)).status_code == 204
    assert client.get(path).json["items"] == []


def test_what_is_said_while_the_idea_goes_out_of_sight_is_counted(app, monkeypatch):
    idea, who, moderator = factories.published_idea(), factories.member(), factories.member("moderator")
    monkeypatch.setattr(commenting, "follow_after_comment", lambda *_: idea_services.hide(idea.id, moderator, now()))
    post(who, idea)
    run(idea_services.restore, idea.id, moderator, now())
    assert shown(idea) == 1
    assert family.sound() == []

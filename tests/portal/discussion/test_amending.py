"""After a comment is there: mended for a quarter of an hour, marked as helpful by the idea's authors, calling by name."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import queries, services
from portal.discussion.models import Comment
from portal.errors import Conflict, Missing, Refusal
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.notices.models import Notice
from portal.outbox import services as outbox
from portal.rules import Invalid
from tests import factories
from tests.forms import send
from tests.portal.discussion.talking import CHILD, decide, page, post, shown
from tests.transactions import run
from worker.reactions import REACTIONS

pytestmark = pytest.mark.one_engine_each


def edit(who, comment, body="Thêm hai vòi nước thì hơn.", at=None):
    return run(services.edit, who, comment.id, body, at or now())


# --- mending ------------------------------------------------------------------------------------


def test_a_comment_is_mended_in_its_first_quarter_of_an_hour(app):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea)
    edit(who, comment, at=comment.created_at + services.EDIT_WINDOW)
    (thread,) = queries.threads(idea.id, None).threads
    assert (thread.comment.body, thread.comment.edited_at is None) == ("Thêm hai vòi nước thì hơn.", False)
    with pytest.raises(Conflict):
        edit(who, comment, "Lần nữa", comment.created_at + services.EDIT_WINDOW + timedelta(seconds=1))


def test_only_ones_own_and_only_what_is_there(app):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea)
    with pytest.raises(Missing):
        edit(factories.member(), comment)
    with pytest.raises(Invalid):
        edit(who, comment, "x")
    run(services.hide, comment.id)
    with pytest.raises(Missing):
        edit(who, comment)


def test_where_a_minor_takes_part_a_mended_comment_waits_again(app):
    idea, child = factories.published_idea(), factories.member(**CHILD)
    comment = post(child, idea)
    run(services.publish, comment.id)
    assert edit(child, comment).status == "waiting"
    assert shown(idea) == 0


def test_a_mended_comment_is_screened_like_a_new_one(app):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea)
    outbox.relay(REACTIONS)
    edit(who, comment, "Gọi mình số 0912 345 678 nhé, hoặc viết tới ban@example.vn")
    outbox.relay(REACTIONS)
    assert db.session.get_one(Comment, comment.id, populate_existing=True).status == "waiting"
    case = db.session.scalars(select(Case).where(Case.comment_id == comment.id)).one()
    assert (case.state, shown(idea)) == ("open", 0)


def test_nobody_decides_on_words_they_have_not_read(app):
    idea, child = factories.published_idea(), factories.member(**CHILD)
    comment = post(child, idea)
    outbox.relay(REACTIONS)
    case = db.session.scalars(select(Case).where(Case.comment_id == comment.id)).one()
    before = case.version
    edit(child, comment)
    for outcome in ("approve", "reject"):  # the relay has not told the desk yet
        with pytest.raises(Conflict):
            decide(case, before, outcome)
    outbox.relay(REACTIONS)
    now_read = db.session.get_one(Case, case.id, populate_existing=True).version
    assert now_read > before
    with pytest.raises(Conflict):
        decide(case, before, "approve")
    decision = decide(case, now_read, "approve")
    assert shown(idea) == 1
    edit(child, comment, "Ba vòi nước thì hơn nữa.")
    with transaction():
        moderation.undo(decision.id, db.session.get_one(Member, decision.moderator_id), 60, now())
    decide(case, db.session.get_one(Case, case.id, populate_existing=True).version, "approve")
    assert shown(idea) == 1


# --- helpful ------------------------------------------------------------------------------------


def test_the_author_says_what_helped(app):
    author = factories.member()
    idea = factories.published_idea(author)
    comment, own = post(factories.member(), idea), post(author, idea, "Cảm ơn bạn")
    run(services.mark_helpful, author, comment.id, helpful=True)
    assert [one.comment.helpful for one in queries.threads(idea.id, None).threads] == [False, True]
    run(services.mark_helpful, author, comment.id, helpful=False)
    assert [one.comment.helpful for one in queries.threads(idea.id, None).threads] == [False, False]
    run(services.mark_helpful, author, comment.id, helpful=True)
    writer = db.session.get_one(Member, comment.member_id)
    assert edit(writer, comment, comment.body).helpful
    assert not edit(writer, comment).helpful
    with pytest.raises(Refusal):
        run(services.mark_helpful, author, own.id, helpful=True)
    with pytest.raises(Missing):
        run(services.mark_helpful, factories.member(), comment.id, helpful=True)


# --- calling by name ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "called"),
    [
        ("@Quốc Huy, bạn thử chưa?", {"Quốc Huy"}),
        ("hỏi @quoc huy và @Minh Anh.", {"Quốc Huy", "Minh Anh"}),
        ("@Quốc Huyền thì sao", set()),
        ("huy@example.vn", set()),
        ("@Người lạ ơi", set()),
        ("@Em nhỏ ơi", set()),
        ("@Tôi là ai", set()),
    ],
)
def test_only_those_who_take_part_in_sight_are_called(app, body, called):
    author, huy, me = (
        factories.member(name="Minh Anh"),
        factories.member(name="Quốc Huy"),
        factories.member(name="Tôi là ai"),
    )
    child, _stranger = factories.member(name="Em nhỏ", **CHILD), factories.member(name="Người lạ")
    idea = factories.published_idea(author)
    post(huy, idea)
    post(child, idea, "Em cũng muốn làm thử")  # it waits, so nobody is to know
    names = {huy.id: "Quốc Huy", author.id: "Minh Anh"}
    comment = post(me, idea, body)
    assert {names.get(one, one) for one in queries.mentioned(comment.id)} == called


def test_who_is_called_by_name_or_handle_is_told_once(app):
    author, huy = factories.member(), factories.member(name="Quốc Huy")
    idea = factories.published_idea(author)
    head = post(huy, idea)
    post(factories.member(), idea, f"@{huy.handle} và @Quốc Huy: hay quá", parent_id=head.id)
    other = post(factories.member(), idea, f"Như @{huy.handle} nói")
    outbox.relay(REACTIONS)
    told = db.session.execute(
        select(Notice.kind, Notice.comment_id).where(Notice.member_id == huy.id).order_by(Notice.id)
    )
    assert [row.kind for row in told] == ["reply", "mention"]
    assert other.id


def test_whoever_is_called_only_in_mended_words_is_told_once(app):
    author, huy, me = factories.member(), factories.member(name="Quốc Huy"), factories.member()
    idea = factories.published_idea(author)
    post(huy, idea)
    comment = post(me, idea, "Hay quá.")
    outbox.relay(REACTIONS)
    for body in ("Hay quá, @Quốc Huy nhỉ.", f"Hay quá, @Quốc Huy và @{author.handle} nhỉ."):
        edit(me, comment, body)
        outbox.relay(REACTIONS)
    told = select(Notice.member_id, Notice.kind).where(Notice.comment_id == comment.id).order_by(Notice.id)
    kinds = db.session.execute(told).all()
    assert [row.kind for row in kinds if row.member_id == huy.id] == ["followed_comment"]
    assert [row.kind for row in kinds if row.member_id == author.id] == ["comment"]


# --- pages --------------------------------------------------------------------------------------


def test_a_comment_is_mended_on_a_page(client):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea)
    factories.sign_in(client, who)
    address = f"/y-tuong/{idea.id}/binh-luan/{comment.id}/sua"
    assert address in page(client, idea)
    assert "Thêm một vòi nước" in client.get(address).text
    assert send(client, address, body="ư" * 2001).status_code == 422
    assert send(client, address, body="Thêm ba vòi nước").location.endswith(f"#c-{comment.id}")
    assert "Thêm ba vòi nước" in page(client, idea)
    assert "đã sửa" in page(client, idea)
    other = factories.sign_in(client, factories.member())
    assert address not in page(other, idea)
    assert other.get(address).status_code == 404


def test_the_author_marks_on_the_page(client):
    author = factories.member()
    idea = factories.published_idea(author)
    comment = post(factories.member(), idea)
    factories.sign_in(client, author)
    address = f"/y-tuong/{idea.id}/binh-luan/{comment.id}/huu-ich"
    assert address in page(client, idea)
    send(client, address, helpful="1")
    assert "Tác giả thấy hữu ích" in page(client, idea)
    send(client, address, helpful="0")
    assert "Tác giả thấy hữu ích" not in page(client, idea)


def test_an_answer_to_an_answer_begins_with_its_writers_name(client):
    idea, huy = factories.published_idea(), factories.member(name="Quốc Huy")
    answer = post(huy, idea, parent_id=post(factories.member(), idea, "Câu hỏi đầu").id)
    factories.sign_in(client, factories.member())
    assert re.search(r"<textarea[^>]*>@Quốc Huy </textarea>", page(client, idea, f"?tra-loi={answer.id}"))


def test_mending_by_api(client):
    idea, who = factories.published_idea(), factories.member()
    comment, other = post(who, idea), factories.member()
    keys = [factories.api_key(one) for one in (who, other)]
    address = f"/api/v1/ideas/{idea.id}/comments/{comment.id}"
    answer = client.patch(address, json={"body": "Thêm ba vòi nước"}, headers=keys[0])
    assert (answer.status_code, answer.json["body"], answer.json["edited_at"] is None) == (
        200,
        "Thêm ba vòi nước",
        False,
    )
    assert client.patch(address, json={"body": "Của tôi"}, headers=keys[1]).status_code == 404

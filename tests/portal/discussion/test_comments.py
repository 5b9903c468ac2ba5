"""Comments: posted, answered, shown, hidden; the idea counts what is shown."""

import re

import pytest
from sqlalchemy import select

from portal.accounts import limits
from portal.database import db, now, transaction
from portal.discussion import queries, services
from portal.discussion.models import Comment
from portal.errors import Missing, Refusal, TooMany
from portal.ideas import services as idea_services
from portal.outbox.models import Fact
from portal.rules import Invalid
from tests import factories
from tests.forms import token_in
from tests.portal.discussion.talking import CHILD, post, shown
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each


def facts():
    return [fact.payload for fact in db.session.scalars(select(Fact).where(Fact.name == "CommentPosted"))]


# --- services -----------------------------------------------------------------------------------


def test_a_comment_is_shown_at_once_and_counted(app):
    idea, who = factories.published_idea(), factories.member()
    comment = post(who, idea)
    assert (comment.status, shown(idea)) == ("published", 1)
    assert facts() == [{"comment_id": comment.id}]


@pytest.mark.parametrize(("writer", "author"), [(CHILD, {}), ({}, CHILD)])
def test_a_comment_waits_where_a_minor_takes_part(app, writer, author):
    idea, who = factories.published_idea(factories.member(**author)), factories.member(**writer)
    comment = post(who, idea)
    assert (comment.status, shown(idea)) == ("waiting", 0)
    assert facts() == [{"comment_id": comment.id}]
    assert queries.threads(idea.id, None).threads == []
    assert [thread.comment.id for thread in queries.threads(idea.id, who.id).threads] == [comment.id]


def test_answers_keep_the_place_of_what_they_answer(app, client):
    idea, who = factories.published_idea(), factories.member(name="Người đã đi")
    head, lonely = post(who, idea, "Lời đầu tiên"), post(who, idea, "Không ai trả lời")
    answer = post(factories.member(), idea, "Lời đáp của người khác", parent_id=head.id)
    with transaction():
        services.hide(head.id)
        services.hide(lonely.id)
    (thread,) = queries.threads(idea.id, None).threads
    assert (thread.comment.id, thread.gone, [one.id for one in thread.answers]) == (head.id, True, [answer.id])
    text = page(client, idea).text
    assert "Bình luận này không còn nữa." in text
    assert "Lời đáp của người khác" in text
    assert "Lời đầu tiên" not in text
    assert "Người đã đi" not in text
    factories.sign_in(client, factories.member())
    form = page(client, idea, f"?tra-loi={answer.id}").text
    parent = re.search(r'name="parent" value="(\d+)"', form)[1]
    assert send(client, idea, body="Mình đáp tiếp", parent=parent).status_code == 303
    with transaction():
        services.hide(answer.id)
    assert shown(idea) == 1


def test_a_long_thread_goes_on_by_a_link(app, client):
    idea, who = factories.published_idea(), factories.member()
    head = post(who, idea, "Lời đầu tiên")
    with transaction():
        for n in range(queries.ANSWERS + 2):
            services.post(who, idea.id, f"Câu trả lời thứ {n}.", now(), parent_id=head.id)
    with count_queries() as counted:
        text = page(client, idea).text
    assert counted.n <= 5 + 2  # the address without its slug leads to the one with it first
    assert "Câu trả lời thứ 9." in text
    assert "Câu trả lời thứ 10." not in text
    link = re.search(r'href="([^"]+chuoi=[^"]+)">Xem thêm 2 trả lời', text)[1].replace("&amp;", "&")
    rest = client.get(link).text
    assert "Câu trả lời thứ 9." not in rest
    assert "Câu trả lời thứ 11." in rest
    assert "Mọi bình luận" in rest
    factories.sign_in(client, who)
    landed = send(client, idea, body="Câu mới nhất", parent=str(head.id)).location
    assert "Câu mới nhất" in client.get(landed).text
    for chuoi, sau in (("999", ""), ("x", "y"), (str(2**63), "-1")):
        assert page(client, idea, f"?chuoi={chuoi}&sau={sau}").status_code == 200


@pytest.mark.parametrize("way", ["tra-loi", "den"])
def test_whoever_comes_for_an_answer_far_down_a_thread_finds_it(app, client, way):
    idea, who = factories.published_idea(), factories.member()
    head = post(who, idea, "Lời đầu tiên")
    with transaction():
        made = [
            services.post(who, idea.id, f"Câu trả lời thứ {n}.", now(), parent_id=head.id)
            for n in range(queries.ANSWERS + 2)
        ]
    factories.sign_in(client, factories.member())
    text = page(client, idea, f"?{way}={made[-1].id}").text
    assert f'id="c-{made[-1].id}"' in text
    assert (f'name="parent" value="{made[-1].id}"' in text) == (way == "tra-loi")
    assert "Câu trả lời thứ 0." in page(client, idea, f"?{way}={made[0].id}").text


@pytest.mark.parametrize("body", ["", " ", "x", "x" * 2001, "\u200b\u200b\u200b"])
def test_a_comment_has_two_to_two_thousand_characters(app, body):
    idea, who = factories.published_idea(), factories.member()
    with pytest.raises(Invalid):
        post(who, idea, body)


def test_an_answer_to_an_answer_joins_the_same_thread(app):
    idea, who = factories.published_idea(), factories.member()
    head = post(who, idea, "Một")
    answer = post(who, idea, "Hai hai", parent_id=head.id)
    deeper = post(who, idea, "Ba ba", parent_id=answer.id)
    assert deeper.parent_id == head.id
    (thread,) = queries.threads(idea.id, None).threads
    assert [one.body for one in thread.answers] == ["Hai hai", "Ba ba"]


def test_only_what_is_shown_on_this_idea_can_be_answered(app):
    idea, other, who = factories.published_idea(), factories.published_idea(), factories.member()
    elsewhere, hidden = post(who, other, "Ở ý khác"), post(who, idea, "Sẽ bị ẩn")
    with transaction():
        services.hide(hidden.id)
    for parent in (elsewhere.id, hidden.id, 999):
        with pytest.raises(Refusal, match="không còn ở đó"):
            post(who, idea, parent_id=parent)


def test_an_answer_to_what_is_gone_by_then_is_not_lost_and_can_stand_by_itself(client):
    idea, who = factories.published_idea(), factories.member()
    gone = post(factories.member(), idea, "Sẽ bị ẩn")
    factories.sign_in(client, who)
    with transaction():
        services.hide(gone.id)
    db.session.expire_all()
    answer = send(client, idea, body="Mình đồng ý một nửa thôi.", parent=gone.id)
    assert answer.status_code == 422
    assert "không còn ở đó" in answer.text
    assert "Mình đồng ý một nửa thôi." in answer.text
    assert 'name="parent"' not in answer.text


@pytest.mark.parametrize(("status", "error"), [("waiting", Missing), ("hidden", Missing), ("withdrawn", Refusal)])
def test_what_is_not_public_takes_no_comments(app, status, error):
    idea, who = factories.idea(status), factories.member()
    with pytest.raises(error):
        post(who, idea)


def test_pressing_twice_is_saying_once(app):
    idea, who = factories.published_idea(), factories.member()
    assert post(who, idea).id == post(who, idea).id
    assert post(who, idea, "Khác hẳn").id != post(who, idea).id
    assert shown(idea) == 3


def test_a_flood_of_comments_is_stopped(app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "comment:account", (1, 3600))
    idea, who = factories.published_idea(), factories.member()
    post(who, idea, "Một")
    with pytest.raises(TooMany):
        post(who, idea, "Hai hai")


def test_showing_and_hiding_are_counted_once(app):
    idea, who = factories.published_idea(), factories.member(**CHILD)
    comment = post(who, idea)
    for verb, did, count in ((services.publish, True, 1), (services.publish, False, 1), (services.hide, True, 0),
                             (services.hide, False, 0), (services.publish, True, 1)):  # fmt: skip
        with transaction():
            assert verb(comment.id) is did
        assert shown(idea) == count


def test_the_counter_is_true_even_while_the_idea_is_hidden(app):
    idea, who, moderator = factories.published_idea(), factories.member(), factories.member("moderator")
    comment = post(who, idea)
    with transaction():
        idea_services.advance(idea.id, "hidden", moderator, now())
        services.hide(comment.id)
        idea_services.publish(idea.id, 1, moderator, now())
    assert shown(idea) == 0


# --- pages --------------------------------------------------------------------------------------


def page(client, idea, query=""):
    return client.get(f"/y-tuong/{idea.id}{query}", follow_redirects=True)


def send(client, idea, **form):
    token = token_in(page(client, idea).text)
    return client.post(f"/y-tuong/{idea.id}/binh-luan", data={**form, "csrf_token": token})


def test_a_member_comments_and_lands_on_it(client):
    idea = factories.published_idea()
    factories.sign_in(client, factories.member(name="Quốc Huy"))
    answer = send(client, idea, body="Bầu cây nên **ghi tên** người đổi.")
    assert re.search(r"/y-tuong/\d+-[\w-]+#c-\d+$", answer.location)
    text = page(client, idea).text
    assert "<strong>ghi tên</strong>" in text
    assert "1 bình luận" in text
    assert "Quốc Huy" in text


def test_a_member_answers_below_a_comment(client):
    idea, who = factories.published_idea(), factories.member(name="Thanh Tâm")
    head = post(who, idea)
    factories.sign_in(client, factories.member())
    assert "Trả lời Thanh Tâm" in page(client, idea, f"?tra-loi={head.id}").text
    send(client, idea, body="Cảm ơn chị.", parent=str(head.id))
    assert db.session.scalars(select(Comment).order_by(Comment.id.desc())).first().parent_id == head.id


def test_a_faulty_comment_is_said_and_kept(client):
    idea = factories.published_idea()
    factories.sign_in(client, factories.member())
    answer = send(client, idea, body="ư" * 2001)
    assert answer.status_code == 422
    assert "<title>Lỗi: " in answer.text
    assert "Dài quá 1 ký tự (tối đa 2.000)" in answer.text
    assert "ư" * 2001 in answer.text
    assert "maxlength" not in answer.text  # or a browser cuts what is pasted, without a word


def test_a_waiting_comment_is_told_and_seen_by_its_writer_only(app, client):
    idea = factories.published_idea()
    factories.sign_in(client, factories.member(**CHILD))
    assert "Nó hiện ra khi có người duyệt" in client.get(send(client, idea, body="Em cũng muốn").location).text
    assert "Chờ duyệt, chỉ bạn thấy" in page(client, idea).text
    assert "Em cũng muốn" not in page(app.test_client(), idea).text


def test_a_visitor_writes_first_and_signs_in_last(client):
    idea = factories.published_idea()
    assert "Viết trước, đăng nhập sau" in page(client, idea).text
    assert client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": " "}).status_code == 422
    assert client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": "Hay quá"}).location == "/dang-nhap"
    assert db.session.scalars(select(Comment)).all() == []
    factories.sign_in(client, factories.member())
    assert client.get(f"/y-tuong/{idea.id}/binh-luan").location.endswith("#binh-luan")


def test_many_comments_go_on_by_a_link(client):
    idea, who = factories.published_idea(), factories.member()
    with transaction():
        for n in range(queries.THREADS + 1):
            db.session.add(Comment(idea_id=idea.id, member_id=who.id, body=f"Bình luận thứ {n}.", created_at=now()))
    first = page(client, idea)
    assert "Bình luận thứ 0." not in first.text
    link = re.search(r'href="([^"]+binh-luan=[^"]+)"', first.text)[1].replace("&amp;", "&")
    assert "Bình luận thứ 0." in client.get(link).text


def test_no_comments_yet_is_an_invitation(client):
    assert "Hãy là người góp ý đầu tiên." in page(client, factories.published_idea()).text

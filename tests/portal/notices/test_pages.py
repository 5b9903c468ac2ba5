"""What a member finds behind the bell, and what nobody is ever told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.events import CommentPosted
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.ideas.services import coauthors
from portal.moderation import services as moderation
from portal.notices import services
from portal.notices.models import Notice
from portal.notices.services import telling
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.sending import change
from tests.queries import count_queries

BELL = re.compile(r'<a class="btn plain sq bell"[^>]*aria-label="([^"]+)"')


def comment(idea, body="Bên mình làm rồi, mỗi tuần gom được hai bao.", who=None, parent=None):
    who = who or factories.member()
    with transaction():
        said = discussion.post(who, idea.id, body, now(), parent_id=parent.id if parent else None)
    stories.relay()
    return said


def let_undo_window_pass():
    with transaction():
        db.session.execute(update(Notice).values(due_at=now() - timedelta(seconds=1)))


def press(client, label, page="/toi/thong-bao"):
    """Press the first button of that name, as a browser without script does."""
    html = client.get(page).text
    form = next(one for one in re.findall(r"<form.*?</form>", html, re.DOTALL) if f">{label}" in one)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    return client.post("/toi/thong-bao", data=fields)


# --- the bell -----------------------------------------------------------------------------------


def test_visitors_have_no_bell_and_pay_for_none(client):
    with count_queries() as counted:
        assert "bell" not in client.get("/quy-tac").text
    assert counted.n == 0


def test_the_bell_counts_what_is_unread_without_a_query_of_its_own(client, me):
    idea = factories.published_idea(me)
    with count_queries() as before:
        assert BELL.search(client.get("/quy-tac").text)[1] == "Thông báo"
    comment(idea)
    comment(idea)
    with count_queries() as after:
        page = client.get("/quy-tac").text
    assert BELL.search(page)[1] == "Thông báo, 2 chưa đọc"
    assert before.n == after.n == 1


def test_the_bell_speaks_english(client, me):
    comment(factories.published_idea(me))
    assert BELL.search(client.get("/en/quy-tac").text)[1] == "Notifications, 1 unread"


# --- what is told -------------------------------------------------------------------------------


def test_an_empty_page_says_what_could_stand_there(client, me):
    assert "Chưa có gì mới" in client.get("/toi/thong-bao").text


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("approve", "đã được đăng"), ("return", "Cần bạn sửa một chỗ"), ("reject", "không đăng được")],
)
def test_a_decision_is_told_when_it_can_no_longer_be_undone(client, me, outcome, words):
    idea = stories.idea_sent(me)
    stories.decided(outcome, idea)
    stories.relay()
    assert "Chưa có gì mới" in client.get("/toi/thong-bao").text
    let_undo_window_pass()
    page = client.get("/toi/thong-bao").text
    assert words in page
    assert idea.title in page


def test_an_undone_decision_is_never_told(client, me):
    decision = stories.decided("reject", stories.idea_sent(me))
    stories.relay()
    with transaction():
        moderation.undo(decision.id, db.session.get_one(Member, decision.moderator_id), 60, now())
    stories.relay()
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


def test_comments_are_grouped_by_idea_newest_first(client, me):
    first, second = factories.published_idea(me), factories.published_idea(me)
    for n in range(5):
        comment(first, f"Góp ý số {n} cho ý thứ nhất.")
    comment(second, "Góp ý cho ý thứ hai.")
    page = client.get("/toi/thong-bao").text
    assert page.index(second.title) < page.index(first.title)
    assert page.count("<article") == 2
    assert "5 mới" in page
    assert "và 2 tin cũ hơn" in page
    assert "Góp ý số 4" in page
    assert "Góp ý số 1" not in page


def test_who_is_answered_is_told_and_nobody_of_their_own_words(client, me):
    author = factories.member()
    idea = factories.published_idea(author)
    mine = comment(idea, who=me)
    comment(idea, "Cảm ơn bạn, mình thử rồi.", who=author, parent=mine)
    comment(idea, "Mình nói thêm.", who=me, parent=mine)
    page = client.get("/toi/thong-bao").text
    assert "trả lời bạn: “Cảm ơn bạn, mình thử rồi.”" in page
    assert "Mình nói thêm" not in page
    assert f"#c-{mine.id + 1}" in page


def test_followers_are_told_in_pages_that_are_facts_of_their_own(client, me, monkeypatch):
    monkeypatch.setattr(telling, "PAGE", 2)
    idea = factories.published_idea(factories.member())
    others = [factories.member() for _ in range(4)]
    for who in (*others, me):
        with transaction():
            discussion.follow(who, idea.id, now())
    said = comment(idea, "Tin cho người theo dõi.", who=others[0])
    told = select(Notice.member_id).where(Notice.comment_id == said.id)
    assert set(db.session.scalars(told)) == {idea.author_id, me.id, *(who.id for who in others[1:])}
    assert "Tin cho người theo dõi." in client.get("/toi/thong-bao").text


def test_who_is_asked_to_stand_under_an_idea_is_told_and_so_is_its_author_of_the_yes(client, me):
    author = factories.member()
    idea = factories.idea("waiting", author, title="Ý tưởng cần thêm một người đứng cùng")
    with transaction():
        coauthors.invite(author, idea.id, f"@{me.handle}", now())
    stories.relay()
    page = client.get("/toi/thong-bao").text
    assert "Ý tưởng cần thêm một người" in page
    assert "mời bạn cùng đứng tên" in page
    with transaction():
        coauthors.accept(me, idea.id, now())
    stories.relay()
    factories.sign_in(client, author)
    assert "đã nhận lời cùng đứng tên" in client.get("/toi/thong-bao").text


def test_relaying_twice_tells_once(app):
    said = comment(factories.published_idea(factories.member()))
    with transaction():
        services.tell_of_comment(CommentPosted(said.id))
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


@pytest.mark.parametrize("status", ["waiting", "hidden", "removed"])
def test_a_comment_that_is_not_shown_is_not_told_of(client, me, status):
    comment(factories.published_idea(me), "Chỗ này không ai được đọc.")
    change(Comment, status=status)
    page = client.get("/toi/thong-bao").text
    assert "không ai được đọc" not in page
    assert BELL.search(page)[1] == "Thông báo"
    change(Comment, status="published")
    assert "không ai được đọc" in client.get("/toi/thong-bao").text


def test_of_an_idea_that_was_hidden_only_its_author_is_told(client, me):
    idea = factories.published_idea(factories.member(), title="Ý này vừa bị tạm ẩn để xem lại")
    comment(idea, parent=comment(idea, who=me))
    change(Idea, status="hidden")
    assert "Ý này vừa bị tạm ẩn" not in client.get("/toi/thong-bao").text
    change(Idea, author_id=me.id)
    assert "Ý này vừa bị tạm ẩn" in client.get("/toi/thong-bao").text


def test_other_members_notices_are_not_mine(client, me):
    comment(factories.published_idea(factories.member()))
    assert "Chưa có gì mới" in client.get("/toi/thong-bao").text


# --- reading ------------------------------------------------------------------------------------


def test_one_thread_is_marked_and_the_others_stay(client, me):
    for _ in range(2):
        comment(factories.published_idea(me))
    assert press(client, "Đã đọc").location == "/toi/thong-bao"
    assert BELL.search(client.get("/toi/thong-bao").text)[1] == "Thông báo, 1 chưa đọc"


def test_opening_marks_and_leads_to_the_comment(client, me):
    idea = factories.published_idea(me)
    said = comment(idea)
    answer = press(client, "Mở")
    assert answer.location.startswith(f"/y-tuong/{idea.id}-")
    assert answer.location.endswith(f"#c-{said.id}")
    assert BELL.search(client.get("/toi/thong-bao").text)[1] == "Thông báo"


def test_marking_all_marks_what_was_seen_and_nothing_that_came_after(client, me):
    idea = factories.published_idea(me)
    seen = comment(idea)
    comment(idea)
    up_to = db.session.scalar(select(Notice.id).where(Notice.comment_id == seen.id))
    with transaction():
        services.mark_read(me.id, up_to, now())
    assert BELL.search(client.get("/toi/thong-bao").text)[1] == "Thông báo, 1 chưa đọc"
    press(client, "Đánh dấu đã đọc hết")
    assert BELL.search(client.get("/toi/thong-bao").text)[1] == "Thông báo"


def test_nobody_marks_what_is_anothers(client, me):
    comment(factories.published_idea(factories.member()))
    with transaction():
        services.mark_read(me.id, 10**9, now())
    assert db.session.scalar(select(Notice.read_at)) is None


def test_more_than_a_page_goes_on_where_it_ended_and_costs_few_queries(client, me):
    for n in range(22):
        comment(factories.published_idea(me, title=f"Ý tưởng có góp ý mang số {n:02d}"))
    with count_queries() as counted:
        first = client.get("/toi/thong-bao").text
    assert counted.n <= 5
    after = re.search(r"thong-bao\?after=\d+", first)[0]
    second = client.get(f"/toi/{after}").text
    titles = [re.findall(r"mang số \d\d</a>", page) for page in (first, second)]
    assert [len(set(some)) for some in titles] == [20, 2]
    assert "after=" not in second.partition('id="more"')[2].partition("</div>")[0]


def test_old_notices_are_forgotten(app):
    comment(factories.published_idea(factories.member()))
    with transaction():
        services.sweep(now() + timedelta(days=89))
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1
    with transaction():
        services.sweep(now() + timedelta(days=91))
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


# --- the API ------------------------------------------------------------------------------------


def test_the_api_lists_newest_first_with_a_cursor(client):
    who = factories.member()
    with transaction():
        token = accounts.issue_token(who, now())
    idea = factories.published_idea(who)
    said = [comment(idea).id for _ in range(3)]
    headers = {"Authorization": f"Bearer {token}"}
    first = client.get("/api/v1/me/notifications?limit=2", headers=headers).json
    last = client.get(f"/api/v1/me/notifications?limit=2&after={first['after']}", headers=headers).json
    assert [one["comment"] for one in first["items"] + last["items"]] == said[::-1]
    assert last["after"] is None
    assert first["items"][0]["idea"] == {"id": idea.id, "title": idea.title, "url": first["items"][0]["idea"]["url"]}
    assert first["items"][0]["idea"]["url"].startswith(f"http://localhost/y-tuong/{idea.id}-")
    assert first["items"][0]["read_at"] is None

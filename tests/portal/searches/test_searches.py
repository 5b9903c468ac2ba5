"""Searches one keeps: from the list to the page, and what is told of them, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.events import MemberErased
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.ideas import services as ideas
from portal.notices.models import Notice
from portal.notifications import delivery
from portal.searches import queries, services
from portal.searches.models import SavedSearch
from portal.searches.rules import MOST
from tests import factories
from tests.forms import token_in
from tests.portal.notifications import stories
from tests.queries import count_queries

DAY = timedelta(days=1)


def look(hours=2):
    """The worker looks, that many hours from now, and the news is spread."""
    moment = now() + timedelta(hours=hours)
    for _ in range(30):
        with transaction():
            if not services.look_again(DAY, moment):
                break
    stories.relay()


def go_the_whole_way(idea, moment):
    for state in ("shortlisted", "adopted", "in_progress", "realised"):
        ideas.advance(idea.id, state, None, moment)


def told(who):
    news = select(Notice.idea_id).where(Notice.member_id == who.id, Notice.kind == "found").order_by(Notice.idea_id)
    return list(db.session.scalars(news))


def test_from_the_list_to_the_page_of_saved_searches(client, me):
    page = client.get("/y-tuong?q=rác+nhựa&field=moi-truong").text
    assert "/toi/tim-kiem/luu?q=r%C3%A1c+nh%E1%BB%B1a&amp;field=moi-truong" in page
    page = client.get("/toi/tim-kiem/luu?q=rác+nhựa&field=moi-truong&sort=new").text
    assert 'value="rác nhựa, Môi trường"' in page
    token = token_in(page)
    sent = {"q": "rác nhựa", "field": "moi-truong", "name": "Rác ở quê", "csrf_token": token}
    for _ in range(2):
        assert client.post("/toi/tim-kiem/luu", data=sent).location == "/toi/tim-kiem"
    page = client.get("/toi/tim-kiem").text
    assert page.count("<article") == 1
    assert "Rác ở quê" in page
    assert "rác nhựa · Môi trường" in page
    (kept,) = queries.of_member(me.id)
    assert (
        client.get(f"/toi/tim-kiem/{kept.id}").location == "/y-tuong?q=r%C3%A1c+nh%E1%BB%B1a&field=moi-truong&sort=new"
    )


def test_the_list_offers_nothing_to_save_unless_something_is_asked(client, me):
    assert "/toi/tim-kiem/luu" not in client.get("/y-tuong").text
    assert "Chọn ít nhất một bộ lọc" in client.get("/toi/tim-kiem/luu?sort=new").text
    token = token_in(client.get("/toi/tim-kiem").text)
    answer = client.post("/toi/tim-kiem/luu", data={"name": "Mọi thứ", "csrf_token": token})
    assert answer.status_code == 422
    assert "Chọn ít nhất một bộ lọc" in answer.text


def test_a_visitor_signs_in_and_comes_back_to_the_search(client):
    answer = client.get("/toi/tim-kiem/luu?q=rac")
    assert answer.status_code == 303
    assert "dang-nhap" in answer.location


def test_renamed_and_let_go(client, me):
    kept = factories.saved_search(me)
    token = token_in(client.get("/toi/tim-kiem").text)
    address = f"/toi/tim-kiem/{kept.id}"
    assert client.post(address, data={"name": " ", "csrf_token": token}).status_code == 422
    client.post(address, data={"name": "Nhựa <b>", "csrf_token": token})
    assert "Nhựa &lt;b&gt;" in client.get("/toi/tim-kiem").text
    client.post(address, data={"remove": "1", "csrf_token": token})
    assert "Bạn chưa lưu tìm kiếm nào" in client.get("/toi/tim-kiem").text


def test_somebody_elses_search_does_not_exist(client, me):
    kept = factories.saved_search()
    token = token_in(client.get("/toi/tim-kiem").text)
    assert client.get(f"/toi/tim-kiem/{kept.id}").status_code == 404
    assert client.post(f"/toi/tim-kiem/{kept.id}", data={"remove": 1, "csrf_token": token}).status_code == 404


def test_one_keeps_so_many_and_no_more(app):
    who = factories.member()
    for number in range(MOST):
        factories.saved_search(who, q=f"ý số {number}")
    with pytest.raises(Refusal, match="Bạn đã lưu 20"):
        factories.saved_search(who, q="thêm một")


def test_a_new_idea_that_matches_is_told_once_and_to_nobody_else(app):
    factories.published_idea(title="Gom rác nhựa bằng lưới, ý cũ", at=now() - DAY)
    who, other = factories.member(), factories.member()
    factories.saved_search(who, q="rac nhua")
    factories.saved_search(who, "Cả lĩnh vực", field="moi-truong")
    factories.saved_search(other, q="xe buýt")
    later = now() + timedelta(minutes=30)
    hit = factories.published_idea(title="Gom rác nhựa bằng lưới, ý mới", at=later)
    factories.published_idea(author=who, title="Rác nhựa, ý của chính mình", at=later)
    factories.idea("waiting", title="Rác nhựa, còn chờ duyệt", at=later)
    for hours in (1, 2, 3, 4):
        look(hours)
    assert told(who) == [hit.id]
    assert told(other) == []


def test_an_idea_that_comes_to_the_state_asked_for_is_told_however_old_it_is(app):
    who = factories.member()
    old = factories.published_idea(title="Gom rác nhựa bằng lưới", at=now() - 90 * DAY)
    factories.published_idea(title="Gom rác nhựa bằng vợt", at=now() - 90 * DAY)
    factories.saved_search(who, field="moi-truong", status="realised")
    look(1)
    assert told(who) == []
    with transaction():
        go_the_whole_way(old, now() + timedelta(minutes=90))
    for hours in (2, 3, 4):
        look(hours)
    assert told(who) == [old.id]


def test_that_an_idea_is_put_to_use_is_news_to_whoever_was_told_that_it_was_published(app):
    who = factories.member()
    factories.saved_search(who, "Rác", q="rac nhua")
    factories.saved_search(who, "Rác, đã áp dụng", q="rac nhua", status="realised")
    hit = factories.published_idea(title="Gom rác nhựa bằng lưới", at=now() + timedelta(minutes=30))
    look(1)
    with transaction():
        go_the_whole_way(hit, now() + timedelta(minutes=90))
    look(2)
    assert told(who) == [hit.id, hit.id]


def test_until_the_hour_is_over_nobody_looks_again(app):
    kept = factories.saved_search()
    moment = now()
    with transaction():
        assert services.look_again(DAY, moment)
    with transaction():
        assert not services.look_again(DAY, moment + timedelta(minutes=59))
    assert queries.is_due(moment + timedelta(minutes=61))
    with transaction():
        db.session.execute(update(SavedSearch).values(next_at=moment))
        services.look_again(timedelta(seconds=5), moment)
    db.session.refresh(kept)
    assert kept.next_at == moment + timedelta(seconds=5)


def test_a_search_for_a_campaign_that_is_gone_finds_nothing_rather_than_everything(app, client, me):
    kept = factories.saved_search(me)
    with transaction():
        db.session.execute(update(SavedSearch).values(words={"campaign": "khong-con"}))
    factories.published_idea(at=now() + timedelta(minutes=1))
    look()
    assert told(me) == []
    assert "không còn trên Nảy" in client.get("/toi/tim-kiem").text
    assert kept.id


def test_under_the_bell_and_in_the_daily_letter(client, me):
    factories.saved_search(me, "Rác ở quê", q="rac nhua")
    hit = factories.published_idea(title="Gom rác nhựa bằng lưới", at=now() + timedelta(minutes=1))
    look()
    with count_queries() as counted:
        page = client.get("/toi/thong-bao").text
    assert "Tìm kiếm đã lưu: Rác ở quê" in page
    assert "Gom rác nhựa bằng lưới" in page
    assert counted.n <= 5
    stories.gathered()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    letter = sink.taken[-1].get_body(("plain",)).get_content()
    assert "Gom rác nhựa bằng lưới" in letter
    assert "khớp một tìm kiếm bạn đã lưu" in letter
    assert f"/y-tuong/{hit.id}" in letter


def test_with_the_member_go_the_searches(app):
    kept = factories.saved_search()
    with transaction():
        services.forget_member(MemberErased(kept.member_id, keep_ideas=True))
    assert queries.of_member(kept.member_id) == []

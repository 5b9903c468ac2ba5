"""Announcements on their way: at their pace, not at night, and only as long as their author may."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy import func, select, update

from portal.accounts.models import RoleGrant
from portal.announcements import services
from portal.announcements.models import Announcement
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.notices.models import Notice
from portal.notifications import announcing
from portal.notifications.models import BULK, USUAL, Letter
from tests import factories
from tests.portal.announcements.drafting import by_day, drafted, sent, spread, unit_id
from tests.portal.notifications.sending import send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def people(number):
    for _ in range(number):
        factories.member(unit_id=unit_id("40"))


def written():
    return db.session.scalar(select(func.count()).select_from(Letter).where(Letter.kind == "announcement"))


def tick(settings):
    with transaction():
        return announcing.spread(settings)


def told(kind):
    return db.session.scalars(select(Notice.member_id).where(Notice.kind == kind)).all()


def loses_role(member):
    with transaction():
        db.session.execute(update(RoleGrant).where(RoleGrant.member_id == member.id).values(revoked_at=now()))
    db.session.expire_all()


def test_however_many_ask_and_however_many_announcements_there_are_one_page_goes_in_ten_seconds(monkeypatch):
    monkeypatch.setattr(services, "PER_PAGE", 2)
    admin = factories.member("admin")
    people(3)
    rows = [drafted(admin), drafted(admin)]
    for row in rows:
        sent(admin, row)
    assert [tick(by_day()) for _ in range(3)] == [True, False, False]
    assert written() == 2
    with transaction():
        db.session.execute(update(Announcement).values(next_page_at=now()))
    assert [tick(by_day()) for _ in range(3)] == [True, False, False]
    assert written() == 3


def test_at_night_nothing_is_written_but_the_letter_to_oneself(client):
    admin, night = factories.member("admin"), replace(current_app.config["SETTINGS"], quiet_hours=(0, 24))
    people(2)
    row = drafted(admin)
    sent(admin, row)
    assert not tick(night)
    assert written() == 0
    with transaction():
        announcing.write_test(row.id, 1, admin.id, night)
    assert [message["To"] for message in send().taken] == [admin.email]
    assert tick(by_day())
    assert written() == 3
    priorities = db.session.scalars(select(Letter.priority).order_by(Letter.id)).all()
    assert priorities == [USUAL, BULK, BULK], "somebody waits for the letter to oneself"


def test_the_page_says_when_the_night_is_over(client, monkeypatch):
    organiser = factories.member("organiser", unit_id=unit_id("40"))
    factories.sign_in(client, organiser)
    row = drafted(organiser)
    sent(organiser, row)
    page = f"/quan-tri/thong-bao/{row.id}"
    monkeypatch.setitem(current_app.config, "SETTINGS", replace(current_app.config["SETTINGS"], quiet_hours=(0, 24)))
    assert "phần còn lại đi lúc 24 giờ sáng" in client.get(page).text
    monkeypatch.setitem(current_app.config, "SETTINGS", by_day())
    assert "Mỗi phút khoảng 600 thư" in client.get(page).text


def test_one_whose_author_lost_the_role_is_stopped_and_who_agreed_hears_of_it(client, monkeypatch):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author, second = factories.member("organiser", name="Trần Thu Hà"), factories.member("admin")
    people(2)
    row = drafted(author)
    sent(author, row)
    with transaction():
        services.approve(second, row.id, now())
    loses_role(author)
    spread()
    assert written() == 0
    stopped = db.session.get_one(Announcement, row.id, populate_existing=True)
    assert (stopped.state, stopped.cause) == ("stopped", "right")
    assert told("announcement_stopped") == [second.id]
    factories.sign_in(client, second)
    assert "Trần Thu Hà không còn quyền gửi" in client.get(f"/quan-tri/thong-bao/{row.id}").text


def test_nobody_can_agree_to_what_its_author_may_not_send_any_more(monkeypatch):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author, second = factories.member("organiser"), factories.member("admin")
    people(2)
    row = drafted(author)
    sent(author, row)
    loses_role(author)
    with pytest.raises(Refusal, match="không còn quyền"), transaction():
        services.approve(second, row.id, now())


def test_what_nobody_may_agree_to_is_not_sent_off(monkeypatch):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author = factories.member("admin")
    people(2)
    row = drafted(author)
    with pytest.raises(Refusal, match="cần một người khác duyệt"), transaction():
        services.send(author, row.id, now())
    assert db.session.get_one(Announcement, row.id, populate_existing=True).state == "draft"


@pytest.mark.parametrize(("act", "kind"), [("approve", "announcement_approved"), ("stop", "announcement_stopped")])
def test_the_author_hears_of_the_second_persons_yes_and_no(client, monkeypatch, act, kind):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author, second = factories.member("organiser"), factories.member("admin")
    people(2)
    row = drafted(author)
    sent(author, row)
    with transaction():
        getattr(services, act)(second, row.id, now())
    assert told(kind) == [author.id]
    factories.sign_in(client, author)
    assert f'href="/quan-tri/thong-bao/{row.id}"' in client.get("/toi/thong-bao").text


def test_who_stops_their_own_is_not_told_so():
    author = factories.member("organiser", unit_id=unit_id("40"))
    row = drafted(author)
    sent(author, row)
    with transaction():
        services.stop(author, row.id, now())
    assert told("announcement_stopped") == []


def test_of_one_that_was_stopped_nobody_waits_and_nobody_is_said_to_want_none(client):
    organiser = factories.member("organiser", unit_id=unit_id("40"))
    factories.sign_in(client, organiser)
    row = drafted(organiser)
    sent(organiser, row)
    spread()
    with transaction():
        services.stop(organiser, row.id, now())
    page = f"/quan-tri/thong-bao/{row.id}"
    for _ in range(2):
        words = client.get(page).text
        assert "Phần còn lại không đi nữa. Dừng lúc" in words
        assert "đang chờ đi" not in words
        assert "không nhận loại thư này nữa" not in words
        send()


def test_in_another_language_than_its_frame_the_words_say_so_and_their_links_are_light_in_the_dark():
    admin = factories.member("admin")
    factories.member(unit_id=unit_id("40"), language="en")
    sent(admin, drafted(admin))
    spread()
    (message,) = send().taken
    html = message.get_body(("html",)).get_content()
    assert '<html lang="en"' in html
    assert '<div class="t" lang="vi"' in html
    assert ".t a{color:#9DB6FF!important}" in html

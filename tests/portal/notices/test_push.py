"""News on a device: by its owner's wish, encrypted for it alone, at most once, and not to a device that is gone."""

from __future__ import annotations

import base64
import dataclasses
import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from portal.cli import main
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.notices import push, pushing
from portal.notices.models import Notice, PushSubscription
from portal.notifications import devices
from tests import factories
from tests.forms import token_in
from tests.portal.notices.push_service import Browser, PushService
from tests.portal.notifications import stories

pytestmark = [pytest.mark.enable_socket, pytest.mark.one_engine_each]
KEY = push.new_private_key()


@pytest.fixture
def service():
    one = PushService()
    yield one
    one.stop()


@pytest.fixture
def settings(app, service, monkeypatch):
    hosts = frozenset({service.host})
    chosen = {"vapid_private_key": KEY, "push_hosts": hosts, "quiet_hours": None}
    with_key = dataclasses.replace(app.config["SETTINGS"], **chosen)
    monkeypatch.setitem(app.config, "SETTINGS", with_key)
    return with_key


@pytest.fixture
def me(client, settings):
    who = factories.member(name="Nguyễn Phương")
    factories.sign_in(client, who)
    return who


def post(client, path, **data):
    token = token_in(client.get("/toi/thong-bao").text)
    return client.post(path, data={**data, "csrf_token": token})


def turn_on(client, browser):
    answer = post(client, "/toi/thong-bao/may", **browser.given)
    assert answer.status_code == 204
    return browser


def news(idea, words="Bên mình làm rồi."):
    who = factories.member()
    with transaction():
        discussion.post(who, idea.id, words, now())
    stories.relay()


def count():
    return db.session.scalar(select(func.count()).select_from(PushSubscription))


# --- what is shown ------------------------------------------------------------------------------


def test_news_arrives_decrypted_and_says_no_word_that_anybody_wrote(client, me, service, settings):
    browser = turn_on(client, Browser(service, "phone"))
    idea = factories.published_idea(me, title="Tủ sách đi nhờ xe buýt")
    news(idea, "Gọi mình số này nhé.")
    assert devices.drain(settings) == 1
    (shown,) = browser.shown
    assert shown["title"] == "Nảy"
    assert shown["body"] == "Có người góp ý."
    assert shown["url"].startswith(f"/y-tuong/{idea.id}-")
    assert shown["icon"].startswith("/assets/")


def test_the_push_service_is_shown_our_signature_and_our_address(client, me, service, settings):
    turn_on(client, Browser(service, "phone"))
    news(factories.published_idea(me))
    devices.drain(settings)
    (headers,) = service.headers
    scheme, _, fields = headers["authorization"].partition(" ")
    claims = re.search(r"t=[^.]+\.([^.]+)\.", fields)[1]
    assert scheme == "vapid"
    assert f"k={push.public_key(KEY)}" in fields
    assert json.loads(base64.urlsafe_b64decode(claims + "==="))["sub"] == f"mailto:{settings.contact}"
    assert headers["content-encoding"] == "aes128gcm"


def test_each_device_of_a_member_is_told_once_in_the_members_language(client, settings, service):
    who = factories.member(language="en")
    factories.sign_in(client, who)
    browsers = [turn_on(client, Browser(service, name)) for name in ("phone", "laptop")]
    news(factories.published_idea(who))
    devices.drain(settings)
    devices.drain(settings)
    assert [[one["body"] for one in browser.shown] for browser in browsers] == [["Somebody commented."]] * 2


def test_a_decision_is_pushed_when_it_can_no_longer_be_undone(client, me, service, settings):
    browser = turn_on(client, Browser(service, "phone"))
    stories.decided("approve", stories.idea_sent(me))
    stories.relay()
    assert devices.drain(settings) == 0
    with transaction():
        db.session.query(Notice).update({"push_at": now(), "due_at": now()})
    devices.drain(settings)
    assert len(browser.shown) == 1


@pytest.mark.parametrize("change", [{"read_at": "now"}, {"comment": "hidden"}])
def test_what_is_read_or_hidden_meanwhile_is_not_pushed(client, me, service, settings, change):
    browser = turn_on(client, Browser(service, "phone"))
    news(factories.published_idea(me))
    with transaction():
        if "comment" in change:
            db.session.execute(db.text("UPDATE comment SET status = 'hidden'"))
        else:
            db.session.query(Notice).update({"read_at": now()})
    devices.drain(settings)
    assert browser.shown == []


def test_a_comment_that_waits_for_a_moderator_is_pushed_when_it_is_shown(client, settings, service):
    child = factories.member(birth=(2009, 5))
    factories.sign_in(client, child)
    browser = turn_on(client, Browser(service, "phone"))
    idea = factories.published_idea(child)
    news(idea)
    assert devices.drain(settings) == 0
    with transaction():
        discussion.publish(db.session.scalar(select(Comment.id)))
    assert devices.drain(settings) == 1
    assert len(browser.shown) == 1


def test_at_night_devices_are_silent_and_tell_in_the_morning(client, me, service, settings):
    browser = turn_on(client, Browser(service, "phone"))
    news(factories.published_idea(me))
    always = dataclasses.replace(settings, quiet_hours=(0, 24))
    assert devices.drain(always) == 0
    assert devices.drain(settings) == 1
    assert len(browser.shown) == 1


@pytest.mark.parametrize("form", [{}, {"everywhere": "1"}], ids=["here", "everywhere"])
def test_a_device_on_which_somebody_has_signed_out_is_told_nothing(client, me, service, settings, form):
    browser = turn_on(client, Browser(service, "phone"))
    assert f'data-push-here="{browser.endpoint}"' in client.get("/toi/thong-bao").text
    token = token_in(client.get("/toi/thong-bao").text)
    client.post("/dang-xuat", data={"csrf_token": token, **form})
    news(factories.published_idea(me))
    assert devices.drain(settings) == 0
    assert browser.shown == []
    factories.sign_in(client, me)
    assert 'data-push-here=""' in client.get("/toi/thong-bao").text
    with transaction():
        pushing.sweep(now())
    assert count() == 0


def test_whoever_has_no_device_costs_nothing(app, settings):
    news(factories.published_idea(factories.member()))
    assert pushing.oldest_due(now()) is None


# --- devices come and go ------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "left"), [(404, 0), (410, 0), (500, 1), (429, 1), (302, 1)])
def test_a_device_that_is_gone_is_forgotten_and_one_that_is_not_stays(client, me, service, settings, status, left):
    turn_on(client, Browser(service, "phone"))
    service.status = status
    news(factories.published_idea(me))
    devices.drain(settings)
    assert count() == left


def test_a_device_that_fails_again_and_again_is_forgotten(client, me, service, settings):
    turn_on(client, Browser(service, "phone"))
    service.status = 500
    idea = factories.published_idea(me)
    for n in range(pushing.MOST_FAILURES):
        assert count() == 1
        news(idea, f"Góp ý số {n}.")
        devices.drain(settings)
    assert count() == 0


def test_a_device_turned_off_is_told_nothing(client, me, service, settings):
    browser = turn_on(client, Browser(service, "phone"))
    assert post(client, "/toi/thong-bao/may/tat", endpoint=browser.endpoint).status_code == 204
    news(factories.published_idea(me))
    devices.drain(settings)
    assert browser.shown == []


def test_a_shared_device_belongs_to_whoever_turned_it_on_last(client, me, service, settings):
    browser = turn_on(client, Browser(service, "phone"))
    other = factories.member()
    factories.sign_in(client, other)
    turn_on(client, browser)
    assert db.session.scalars(select(PushSubscription.member_id)).all() == [other.id]


def test_ten_devices_are_kept_and_the_oldest_goes(client, me, service):
    for n in range(pushing.MOST_DEVICES + 1):
        turn_on(client, Browser(service, f"device{n}"))
    endpoints = db.session.scalars(select(PushSubscription.endpoint)).all()
    assert len(endpoints) == pushing.MOST_DEVICES
    assert f"{service.url}/device0" not in endpoints


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:6379/", "http://169.254.169.254/latest", "https://example.vn/x", "https://fcm.googleapis.com.evil.vn/x",
        "https://fcm.googleapis.com:6379/x", "https://a@fcm.googleapis.com/x", "http://fcm.googleapis.com/x", "",
    ],
)  # fmt: skip
def test_only_push_services_are_ever_asked(client, me, service, endpoint):
    given = {**Browser(service, "phone").given, "endpoint": endpoint}
    assert post(client, "/toi/thong-bao/may", **given).status_code == 422
    assert count() == 0


@pytest.mark.parametrize(
    "known", ["https://fcm.googleapis.com/fcm/send/x", "https://updates.push.services.mozilla.com/wpush/v2/x"]
)
def test_the_services_of_the_browsers_are_known(settings, known):
    assert push.may_be_asked(known, settings)


def test_keys_that_no_browser_makes_are_refused(client, me, service):
    given = {**Browser(service, "phone").given, "p256dh": "ngan"}
    assert post(client, "/toi/thong-bao/may", **given).status_code == 422


# --- where it is off ----------------------------------------------------------------------------


def test_without_a_key_no_device_is_offered(client):
    who = factories.member()
    factories.sign_in(client, who)
    assert "data-push" not in client.get("/toi/thong-bao").text
    assert post(client, "/toi/thong-bao/may", endpoint="x", p256dh="x", auth="x").status_code == 404


def test_the_page_offers_it_hidden_until_the_browser_can(client, me):
    page = client.get("/toi/thong-bao").text
    assert f'data-push="{push.public_key(KEY)}"' in page
    assert re.search(r"<section[^>]*data-push=[^>]* hidden", page)
    assert "push.js" in page


def test_the_key_is_made_by_a_command():
    (line,) = CliRunner().invoke(main, ["push-key"]).output.split()
    name, _, key = line.partition("=")
    assert name == "VAPID_PRIVATE_KEY"
    assert len(push.public_key(key)) == 87


def test_the_service_worker_is_at_the_root(client):
    with client.get("/sw.js") as answer:
        assert answer.content_type.startswith("text/javascript")
        assert "showNotification" in answer.text

"""The mailbox page: for whoever tries the portal out on their own machine."""

from __future__ import annotations

import dataclasses
import re

import pytest

from portal.notifications import delivery
from tests.portal.notifications import stories

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def mailbox(client, app):
    """A browser on this machine, and an empty folder."""
    folder = app.config["SETTINGS"].mailbox_dir
    for file in folder.glob("*.eml"):
        file.unlink()
    return client


def deliver():
    stories.relay()
    delivery.drain()


def test_an_empty_mailbox_says_how_to_get_a_letter(mailbox):
    assert "Chưa có thư nào" in mailbox.get("/dev/mailbox").text


def test_letters_are_listed_newest_first(mailbox):
    for email in ("mot@example.vn", "hai@example.vn"):
        stories.code_requested(email)
        deliver()
    page = mailbox.get("/dev/mailbox").text
    assert page.index("hai@example.vn") < page.index("mot@example.vn")


def test_a_letter_shows_its_words_and_its_page_in_a_frame(mailbox):
    stories.idea_sent(title="Thùng thu pin cũ ở nhà văn hoá thôn")
    deliver()
    href = re.search(r'href="(/dev/mailbox/[^"]+)"', mailbox.get("/dev/mailbox").text)[1]
    answer = mailbox.get(href)
    assert "Đã nhận: Thùng thu pin cũ ở nhà văn hoá thôn" in answer.text
    assert 'href="http://localhost/toi"' in answer.text
    assert f'<iframe src="{href}/html"' in answer.text
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_framed_letter_may_do_nothing_but_open_links(mailbox):
    stories.code_requested()
    deliver()
    href = re.search(r'href="(/dev/mailbox/[^"]+)"', mailbox.get("/dev/mailbox").text)[1]
    answer = mailbox.get(f"{href}/html")
    assert "Mã đăng nhập của bạn" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "sandbox" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("name", ["khong-co", "..%2F..%2Fsecret-key", "%2E%2E"])
def test_only_letters_can_be_read(mailbox, name):
    assert mailbox.get(f"/dev/mailbox/{name}").status_code == 404


@pytest.mark.parametrize("path", ["/dev/mailbox", "/dev/mailbox/x", "/dev/mailbox/x/html"])
def test_from_another_machine_there_is_no_mailbox(mailbox, path):
    assert mailbox.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404


def test_in_production_there_is_no_mailbox(mailbox, app, monkeypatch):
    production = dataclasses.replace(app.config["SETTINGS"], profile="production")
    monkeypatch.setitem(app.config, "SETTINGS", production)
    assert mailbox.get("/dev/mailbox").status_code == 404

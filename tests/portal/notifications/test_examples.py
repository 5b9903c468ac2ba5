"""Every kind of letter can be looked at, by command, without anything being changed or sent."""

from __future__ import annotations

import pytest
from flask import current_app
from sqlalchemy import func, select

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.notifications import examples
from portal.notifications.catalogue import KINDS
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.portal.notifications.sending import change

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
SHARES = 6
SAID = "Ở xã mình cũng cần một chỗ như vậy."


@pytest.fixture(params=[factories.member, family.allowed_child], ids=["of a grown-up", "of a child"])
def somebody(request):
    """An idea with a comment, and a moderator for whom something waits: what every story begins with."""
    factories.member("moderator")
    stories.idea_sent()
    factories.published_idea()
    idea = factories.published_idea(request.param())
    stories.commented(idea, SAID)
    change(Comment, status="published")  # under a child's idea somebody reads it first
    stories.relay()
    return idea


def told(message, words):
    """How often a letter says words below its heading, and how often it says that they are Vietnamese."""
    below = message.get_body(("html",)).get_content().partition("</h1>")[2]
    return below.count(words), below.count(f'<span lang="vi">{words}</span>')


@pytest.mark.parametrize("share", range(SHARES))
def test_each_kind_tells_its_story_in_both_languages_and_leaves_nothing_behind(share, somebody):
    """One bank for a share of the kinds, because what each leaves behind is looked at before the next."""
    rows = [db.session.scalar(select(func.count()).select_from(table)) for table in (Letter, Fact, Idea)]
    settings = current_app.config["SETTINGS"]
    for kind in list(examples.STORIES)[share::SHARES]:
        messages = [examples.render(kind, language, settings) for language in ("vi", "en")]
        assert [message and message["Subject"] != "" for message in messages] == [True, True], kind
        assert messages[0]["Subject"] != messages[1]["Subject"], kind
        for words in (somebody.title, SAID):
            often, as_vietnamese = told(messages[1], words)
            assert often == as_vietnamese, kind
            assert told(messages[0], words)[1] == 0, kind
        db.session.rollback()
        left = [db.session.scalar(select(func.count()).select_from(table)) for table in (Letter, Fact, Idea)]
        assert left == rows, kind
        assert db.session.get_one(Idea, somebody.id, populate_existing=True).status == "published", kind


@pytest.mark.parametrize("kind", ["new_comments", "idea_published", "idea_needs_changes", "welcome"])
def test_words_of_the_other_language_say_so_in_letters(kind, somebody):
    letter = examples.render(kind, "en", current_app.config["SETTINGS"])
    assert told(letter, somebody.title)[1] == 1
    assert told(letter, SAID)[1] == (kind == "new_comments")


def test_a_kind_without_a_story_is_shown_from_a_real_letter(somebody, monkeypatch):
    settings = current_app.config["SETTINGS"]
    monkeypatch.delitem(examples.STORIES, "idea_merged")
    assert examples.render("idea_merged", "vi", settings) is None
    monkeypatch.delitem(examples.STORIES, "idea_received")
    stories.idea_sent(title="Bến đò có áo phao cho học sinh")
    stories.relay()
    assert "Bến đò" in examples.render("idea_received", "vi", settings)["Subject"]


def test_an_empty_portal_has_nothing_to_show():
    assert all(message is None for _, _, message in examples.render_all(current_app.config["SETTINGS"]))


def test_every_kind_has_an_example():
    assert set(examples.STORIES) == set(KINDS)


def test_administrators_look_at_every_kind(client, somebody):
    factories.sign_in(client, factories.member("admin"))
    page = client.get("/quan-tri/mau-thu").text
    assert all(f'href="/quan-tri/mau-thu/{kind}/en"' in page for kind in KINDS)
    shown = client.get("/quan-tri/mau-thu/idea_published/en")
    assert "Your idea is published" in shown.text
    assert "frame-src" in shown.headers["Content-Security-Policy"]
    framed = client.get("/quan-tri/mau-thu/idea_published/en/html")
    assert 'lang="en"' in framed.text
    assert "script-src" not in framed.headers["Content-Security-Policy"]
    assert client.get("/quan-tri/mau-thu/khong-co/vi").status_code == 404


def test_where_nothing_is_there_the_page_says_so(client):
    factories.sign_in(client, factories.member("admin"))
    assert "Chưa có gì để viết thư này" in client.get("/quan-tri/mau-thu/idea_published/vi").text
    assert client.get("/quan-tri/mau-thu/idea_published/vi/html").status_code == 404

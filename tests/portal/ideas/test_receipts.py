"""Receipts of ideas: kept by their authors, checked by anybody, telling nothing of the text."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest

from portal.database import now, transaction
from portal.ideas import receipts, services
from portal.ideas.models import IdeaReceipt
from portal.ideas.services import coauthors
from tests import factories

pytestmark = pytest.mark.one_engine_each

SECRET = "Công thức ủ chua nằm ở đây."
AT = datetime(2026, 11, 26, 5, 0, 0, 123456, tzinfo=UTC)


def test_what_was_written_is_right_and_nothing_else_is():
    sha256 = receipts.sha256_of({"title": "Tủ sách", "confidential": SECRET})
    made = receipts.write("key", IdeaReceipt(idea_id=18, number=2, at=AT, sha256=sha256))
    assert receipts.read("key", f" {made.code}\n", made.sha256.upper()) == made
    other = hashlib.sha256(b"x").hexdigest()
    wrong = [("other", made.code, made.sha256), ("key", made.code, other), ("key", "9" + made.code, made.sha256),
             ("key", made.code.lower(), made.sha256), ("key", "", ""), ("key", "\0" * 90, "\0" * 64)]  # fmt: skip
    assert [receipts.read(*one) for one in wrong] == [None] * len(wrong)
    assert receipts.read("key", re.sub(r"\d{8}T", "20269999T", made.code), made.sha256) is None


def test_the_hash_is_of_the_file_that_is_downloaded(client):
    author = factories.member()
    idea = factories.published_idea(author, confidential=SECRET)
    page = factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text
    file = client.get(f"/y-tuong/{idea.id}/bien-nhan/1.json")
    assert SECRET in file.text
    assert file.headers["Content-Disposition"].startswith("attachment")
    sha256 = hashlib.sha256(file.data).hexdigest()
    code = re.search(rf"<code>({idea.id}-1-[^<]+)</code>", page)[1]
    assert sha256 in page
    visitor = client.application.test_client()
    told = visitor.get(f"/bien-nhan?ma={code}&bam={sha256}").text
    assert f"ý tưởng số {idea.id}" in told
    assert idea.title not in told
    assert "không đi với nhau" in visitor.get(f"/bien-nhan?ma={code}&bam={'0' * 64}").text


def test_each_version_has_its_own(client):
    author = factories.member()
    idea = factories.idea("waiting", author)
    with transaction():
        services.revise(author, idea.id, 1, factories.content(title="Tên mới của ý tưởng này"), now())
    page = factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text
    assert re.search(rf"{idea.id}-1-", page)
    assert re.search(rf"{idea.id}-2-", page)
    assert "Tên mới" in client.get(f"/y-tuong/{idea.id}/bien-nhan/2.json").text
    assert client.get(f"/y-tuong/{idea.id}/bien-nhan/3.json").status_code == 404


@pytest.mark.parametrize("outcome", ["waits", "accepted", "refused", "replaced"])
def test_an_edit_of_a_public_idea_is_dated_by_when_it_was_sent_whatever_becomes_of_it(client, outcome):
    author, moderator, sent = factories.member(), factories.member("moderator"), now() - timedelta(days=2)
    idea = factories.published_idea(author, at=sent - timedelta(days=1))
    with transaction():
        edit = services.propose(author, idea.id, 1, factories.content(title="Tên sửa của ý tưởng này"), sent)
    with transaction():
        if outcome == "accepted":
            services.accept_edit(edit.id, moderator, now())
        elif outcome == "refused":
            services.refuse_edit(edit.id, now())
        elif outcome == "replaced":
            services.propose(author, idea.id, 1, factories.content(title="Tên sửa lần nữa của ý này"), now())
    page = factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text
    assert f"{idea.id}-2-{sent.astimezone(UTC):%Y%m%dT%H%M%SZ}-" in page
    assert ("Nảy không còn giữ bản viết này" in page) == (outcome == "replaced")
    file = client.get(f"/y-tuong/{idea.id}/bien-nhan/2.json")
    if outcome == "replaced":
        assert file.status_code == 404
        assert "Tên sửa lần nữa" in client.get(f"/y-tuong/{idea.id}/bien-nhan/3.json").text
    else:
        assert "Tên sửa của ý tưởng này" in file.text
        assert hashlib.sha256(file.data).hexdigest() in page


def test_the_same_words_keep_the_time_they_first_came_in(client):
    author = factories.member()
    words = factories.content()
    with transaction():
        idea = services.add(author, words, now())
        services.revise(author, idea.id, 1, replace(words, field="khac"), now())
    page = factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text
    assert page.count("Bản viết thứ") == 1


def test_what_the_desk_has_changed_gets_no_receipt_and_what_was_sent_keeps_its_own(client):
    author = factories.member()
    idea = factories.published_idea(author, confidential=SECRET)
    page = factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text
    with transaction():
        services.mask(idea.id, 1, lambda text: text.replace("trường", "[…]"), now())
    after = client.get(f"/y-tuong/{idea.id}/bien-nhan").text
    codes = re.compile(rf"<code>{idea.id}-[^<]+</code>")
    assert codes.findall(after) == codes.findall(page)
    assert "Nảy không còn giữ bản viết này" in after
    assert client.get(f"/y-tuong/{idea.id}/bien-nhan/1.json").status_code == 404


def test_what_nobody_sent_has_none(client):
    author = factories.member()
    with transaction():
        idea = services.add(author, factories.content(), now(), source="import")
    assert "chưa có biên nhận" in factories.sign_in(client, author).get(f"/y-tuong/{idea.id}/bien-nhan").text


def test_of_ideas_of_before_each_known_version_is_written_down():
    migration = import_module("portal.migrations.versions.0054_receipts_of_ideas")
    words = [{"title": title, "problem": "Vấn đề"} for title in ("Một", "Hai", "Hai")]
    versions = [SimpleNamespace(content=words[n], at=AT + timedelta(days=n + 1)) for n in range(2)]
    idea = {**words[2], "id": 7, "version": 3, "created_at": AT}
    assert list(migration.receipts_of(idea, versions)) == [
        {"idea_id": 7, "number": 1, "at": AT, "sha256": receipts.sha256_of(words[0])},
        {"idea_id": 7, "number": 2, "at": AT + timedelta(days=1), "sha256": receipts.sha256_of(words[1])},
    ]
    assert list(migration.receipts_of(idea, versions[:1])) == []  # a mask leaves no version behind


@pytest.mark.parametrize("path", ["bien-nhan", "bien-nhan/1.json"])
def test_only_those_who_stand_under_it_get_one(app, client, path):
    author, beside = factories.member(), factories.member()
    idea = factories.published_idea(author)
    with transaction():
        coauthors.invite(author, idea.id, f"@{beside.handle}", now())
        coauthors.accept(beside, idea.id, now())
    assert factories.sign_in(client, beside).get(f"/y-tuong/{idea.id}/{path}").status_code == 200
    with transaction():
        services.propose(author, idea.id, 1, factories.content(title="Tên mà tác giả còn nghĩ"), now())
    assert f"<code>{idea.id}-2-" not in client.get(f"/y-tuong/{idea.id}/bien-nhan").text  # the author's alone, as yet
    assert client.get(f"/y-tuong/{idea.id}/bien-nhan/2.json").status_code == 404
    for who in (factories.member(), factories.member("moderator")):
        other = factories.sign_in(app.test_client(), who)
        assert other.get(f"/y-tuong/{idea.id}/{path}").status_code == 404


@pytest.mark.parametrize("query", ["", "?ma=x", "?ma=%00&bam=%00", "?bam=" + "0" * 500])
def test_the_check_has_an_answer_for_whatever_is_typed(client, query):
    assert client.get(f"/bien-nhan{query}").status_code == 200

"""Receipts of ideas: kept by their authors, checked by anybody, telling nothing of the text."""

import hashlib
import re
from datetime import UTC, datetime

import pytest

from portal.database import now, transaction
from portal.ideas import receipts, services
from portal.ideas.queries.versions import Version
from portal.ideas.services import coauthors
from tests import factories

SECRET = "Công thức ủ chua nằm ở đây."
AT = datetime(2026, 11, 26, 5, 0, 0, 123456, tzinfo=UTC)


def test_what_was_written_is_right_and_nothing_else_is():
    made = receipts.write("key", 18, Version(2, AT, {"title": "Tủ sách", "confidential": SECRET}))
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


@pytest.mark.parametrize("path", ["bien-nhan", "bien-nhan/1.json"])
def test_only_those_who_stand_under_it_get_one(app, client, path):
    author, beside = factories.member(), factories.member()
    idea = factories.published_idea(author)
    with transaction():
        coauthors.invite(author, idea.id, f"@{beside.handle}", now())
        coauthors.accept(beside, idea.id, now())
    assert factories.sign_in(client, beside).get(f"/y-tuong/{idea.id}/{path}").status_code == 200
    for who in (factories.member(), factories.member("moderator")):
        other = factories.sign_in(app.test_client(), who)
        assert other.get(f"/y-tuong/{idea.id}/{path}").status_code == 404


@pytest.mark.parametrize("query", ["", "?ma=x", "?ma=%00&bam=%00", "?bam=" + "0" * 500])
def test_the_check_has_an_answer_for_whatever_is_typed(client, query):
    assert client.get(f"/bien-nhan{query}").status_code == 200

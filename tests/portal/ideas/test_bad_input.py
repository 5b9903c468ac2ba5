"""Whatever is sent, a page answers as a page: never a 500, never half a change, what was typed still there."""

import base64
import unicodedata

import pytest
from markupsafe import escape
from sqlalchemy import func, select

from portal.database import db
from portal.ideas import queries
from portal.ideas.models import Draft, Idea
from portal.ideas.rules import PROBLEM
from tests import factories
from tests.forms import token_in

pytestmark = pytest.mark.one_engine_each

NASTY = {
    "sql": "'; DROP TABLE idea; --",
    "header": "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "markup": "<svg/onload=alert(1)>{{7*7}}${7*7}<!--",
    "emoji": "🌱🇻🇳👩‍👩‍👧‍👦" * 5,
    "right-to-left": "\u202eabc\u2066مرحبا\u2069 שלום",
    "zero-width": "a\u200b\u200c\u200d\ufeffb",
    "nul": "a\x00b\x01\x1b[31m",
    "combining": "Z" + "\u0301" * 200,
    "decomposed": unicodedata.normalize("NFD", "Ý tưởng về nước ngọt ở Bến Tre"),
    "surrogate": "\ud800",
    "percent": "%s %(x)s %00 {0} {x.__class__}",
    "path": "../../../../etc/passwd\x00.jpg",
    "long": "ă" * 9_000,
}
FIELDS = (
    "title",
    "problem",
    "solution",
    "summary",
    "start",
    "impact",
    "confidential",
    "field",
    "unit",
    "campaign",
    "language",
)

WORDS = ("q", "sort", "field", "unit", "campaign", "status", "language", "after", "loc", "binh-luan", "tra-loi", "gop")
HIDDEN = (
    "nhap",
    "version",
    "action",
    "chien-dich",
    "ten",
    "title",
    "y",
    "own_work",
    "back",
    "support",
    "size",
    "parent",
)


def typed(**values):
    return {**{name: text for name, text in factories.content().as_dict().items() if text}, **values}


def encoded(data):
    return {name: text.encode("utf-8", "surrogatepass") for name, text in data.items()}


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_any_text_in_every_field_of_the_form_is_answered_and_kept(client, nasty):
    answer = client.post("/gui-y-tuong", data=encoded(dict.fromkeys(FIELDS, nasty)))
    assert answer.status_code == 422
    assert "Set-Cookie: a=b" not in str(answer.headers)
    assert "<svg/onload" not in answer.text
    assert str(escape(draft().content["title"][:40])) in answer.text


@pytest.mark.parametrize("name", FIELDS)
def test_one_bad_field_among_good_ones_is_answered(client, name):
    assert client.post("/gui-y-tuong", data=encoded(typed(**{name: NASTY["markup"]}))).status_code in {303, 422}


def draft():
    return db.session.scalars(select(Draft)).one()


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_any_text_that_is_long_enough_can_be_published_and_found(client, nasty):
    title = PROBLEM.clean(f"{nasty[:60]} và một câu tiếng Việt đủ dài").replace("\n", " ")
    idea = factories.published_idea(title=title[:120], problem=PROBLEM.clean(f"{nasty[:900]} " + "chữ " * 20))
    for address in (
        "/y-tuong?q=cau+tieng+viet",
        f"/en/y-tuong/{idea.id}",
        "/feeds/ideas.atom",
        f"/api/v1/ideas/{idea.id}",
    ):
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200
        assert "<svg/onload" not in answer.text or answer.is_json


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_any_text_in_every_word_of_an_address_is_answered(client, nasty):
    idea = factories.published_idea()
    page = f"/y-tuong/{idea.id}-{queries.show(idea.id, None).slug}"
    words = encoded(dict.fromkeys(WORDS, nasty[:3000]))
    for address in (page, "/feeds/ideas.atom"):
        assert client.get(address, query_string=words).status_code == 200
    assert client.get("/y-tuong", query_string=words).status_code == 400, "no list goes on from there"
    assert client.get("/api/v1/ideas", query_string=words).status_code in {400, 422}
    assert client.get("/y-tuong", query_string=encoded({"q": nasty[:3000]})).status_code == 200


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_any_text_in_every_hidden_part_is_answered(client, nasty):
    who = factories.member()
    idea = factories.published_idea()
    parts = encoded(dict.fromkeys(HIDDEN, nasty[:3000]))
    for path in ("/gui-y-tuong", "/gui-y-tuong/kiem-tra", "/gui-y-tuong/xong", "/y-tuong/goi-y"):
        assert client.get(path, query_string=parts).status_code in {200, 303, 404}
    for path in ("/gui-y-tuong", "/gui-y-tuong/kiem-tra", "/gui-y-tuong/xoa", f"/y-tuong/{idea.id}/ung-ho"):
        assert client.post(path, data=parts).status_code in {303, 404, 422}
    member = factories.sign_in(client.application.test_client(), who)
    parts["csrf_token"] = csrf(member)
    for path in (
        f"/y-tuong/{idea.id}/ung-ho",
        f"/y-tuong/{idea.id}/binh-luan",
        f"/y-tuong/{idea.id}/rut",
        f"/y-tuong/{idea.id}/sua",
    ):
        assert member.post(path, data=parts).status_code in {303, 404, 422}


def csrf(member):
    return token_in(member.get("/gui-y-tuong").text)


def test_forged_parts_of_the_form_change_nothing(client):
    client.post(
        "/gui-y-tuong",
        data=typed(votes="9000", author_id="1", status="published", idea_id="1", member_id="1", source="import"),
    )
    kept = draft()
    assert set(kept.content) == {*FIELDS, "answers"}
    assert (kept.member_id, kept.idea_id) == (None, None)
    assert db.session.scalar(select(func.count()).select_from(Idea)) == 0


def test_a_form_of_ten_megabytes_is_too_large_and_says_so(client):
    answer = client.post("/gui-y-tuong", data=typed(problem="x" * 10_000_000))
    assert answer.status_code == 413
    assert "Nội dung gửi lên quá lớn" in answer.text
    answer = client.post("/gui-y-tuong", data=b"x" * 10_000_000, content_type="application/octet-stream")
    assert answer.status_code in {413, 422}


def test_every_mutation_of_a_cursor_is_refused_by_pages_and_by_the_api(client):
    for _ in range(3):
        factories.published_idea()
    cursor = client.get("/api/v1/ideas?limit=1").json["after"]
    for place in range(len(cursor)):
        bad = cursor[:place] + "~" + cursor[place + 1 :]
        for address in ("/y-tuong", "/api/v1/ideas"):
            assert client.get(address, query_string={"after": bad}).status_code == 400
    for place in range(24):
        raw = bytearray(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        raw[place % len(raw)] ^= 1 << (place % 7)
        bad = base64.urlsafe_b64encode(raw).decode()
        assert client.get("/api/v1/ideas", query_string={"after": bad}).status_code in {200, 400}


@pytest.mark.parametrize(
    "path",
    [
        "/y-tuong/1-" + "x" * 3000,
        "/y-tuong/1-%00",
        "/y-tuong/1-%F0%9F%8C%B1",
        "/y-tuong/-1",
        "/y-tuong/1/2",
        "/y-tuong/%2e%2e/x",
    ],
)
def test_odd_addresses_are_not_found(client, path):
    assert client.get(path).status_code == 404


def test_methods_that_are_not_meant_are_refused(client):
    idea = factories.published_idea()
    assert client.get(f"/y-tuong/{idea.id}/ung-ho").status_code == 405
    assert client.delete("/y-tuong").status_code == 405

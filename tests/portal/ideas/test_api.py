"""Ideas as JSON."""

import pytest
from sqlalchemy import func, select

from portal.accounts import limits
from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.moderation.models import Case
from tests import factories
from tests.queries import count_queries

LIST = "/api/v1/ideas"


def body(**values):
    return {name: text for name, text in factories.content(**values).as_dict().items() if text}


def count():
    return db.session.scalar(select(func.count()).select_from(Idea))


# --- reading ------------------------------------------------------------------------------------


def test_an_idea_has_all_its_parts(client, who):
    idea = factories.published_idea(who, unit="40", confidential="Bí mật")
    answer = client.get(f"{LIST}/{idea.id}").json
    assert set(answer) == {
        "id", "url", "title", "summary", "problem", "solution", "start", "impact", "language", "field", "unit", "campaign", "campaign_answers",
        "status", "version", "votes", "comments", "author", "coauthors", "created_at",
        "published_at", "answers",
    }  # fmt: skip
    assert answer["author"] == {"handle": who.handle, "display_name": "Phương Thảo"}
    assert (
        answer["url"]
        == f"http://localhost/y-tuong/{idea.id}-{answer['url'].rpartition('y-tuong/')[2].partition('-')[2]}"
    )
    assert answer["published_at"].endswith("+00:00")


def test_the_list_is_walked_by_cursors_to_its_end(client):
    ideas = {factories.published_idea().id for _ in range(5)}
    found, after = [], None
    while True:
        page = client.get(LIST, query_string={"limit": 2, **({"after": after} if after else {})}).json
        found += [item["id"] for item in page["items"]]
        after = page["after"]
        if after is None:
            break
    assert (len(found), set(found)) == (5, ideas)


def test_the_list_finds_filters_and_sorts(client):
    wanted = factories.published_idea(title="Gom rác nhựa ở bãi biển", unit="40")
    factories.published_idea(unit="40")
    page = client.get(f"{LIST}?q=rac+nhua&unit=40&field=moi-truong&status=published&language=vi&sort=new").json
    assert [item["id"] for item in page["items"]] == [wanted.id]


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "field=x",
        "unit=0",
        "status=waiting",
        "campaign=none",
        "language=fr",
        "limit=0",
        "limit=1000",
        "limit=x",
    ],
)
def test_a_word_the_list_does_not_know_is_named(client, query):
    answer = client.get(f"{LIST}?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [query.partition("=")[0]])
    assert answer.content_type == "application/problem+json"


def test_a_broken_cursor_is_a_bad_request(client):
    assert client.get(f"{LIST}?after=xyz").status_code == 400


def test_the_list_costs_five_queries_at_most(client, key):
    for _ in range(3):
        factories.published_idea()
    client.get(f"{LIST}?q=hop", headers=key)
    with count_queries() as counted:
        client.get(f"{LIST}?q=hop&unit=40", headers=key)
        assert counted.n <= 5, counted.statements


def test_what_is_not_public_is_404_to_strangers_and_whole_to_its_author(client, who, key):
    idea = factories.idea("waiting", who, confidential="Bí mật")
    assert client.get(f"{LIST}/{idea.id}").status_code == 404
    assert client.get(f"{LIST}/{idea.id}", headers=key).json["confidential"] == "Bí mật"


def test_an_idea_somebody_looks_at_is_in_review(client, who, key):
    idea, moderator = factories.idea("waiting", who), factories.member("moderator")
    held = {"claimed_by_id": moderator.id, "claimed_until": now().replace(year=2099)}
    with transaction():
        db.session.add(
            Case(subject=f"idea:{idea.id}", idea_id=idea.id, idea_version=1, created_at=now(), due_at=now(), **held)
        )
    assert client.get(f"{LIST}/{idea.id}", headers=key).json["status"] == "in_review"


def test_like_titles_come_best_first(client):
    near = factories.published_idea(title="Trạm đổi vỏ hộp sữa lấy cây giống")
    factories.published_idea(title="Trạm đổi pin cũ lấy cây giống nhỏ")
    items = client.get(f"{LIST}/similar", query_string={"title": "Trạm đổi vỏ hộp sữa lấy cây"}).json["items"]
    assert items[0]["id"] == near.id
    assert items[0]["score"] > items[-1]["score"]


# --- writing ------------------------------------------------------------------------------------


def test_a_sent_idea_waits(client, who, key):
    answer = client.post(LIST, json=body(unit="40"), headers=key)
    assert (answer.status_code, answer.json["status"], answer.json["version"]) == (201, "waiting", 1)
    assert answer.json["author"]["handle"] == who.handle
    assert db.session.get_one(Idea, answer.json["id"]).source == "api"


def test_without_a_good_token_nothing_is_written(client):
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Bearer é\x00"},
        {"Authorization": "Basic eDp5"},
    ):
        answer = client.post(LIST, json=body(), headers=headers)
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert count() == 0


def test_every_fault_is_named_in_the_readers_language(client, key):
    answer = client.post(LIST, json=body(title="Ngắn", problem="", field="x"), headers={**key, "Accept-Language": "vi"})
    assert answer.status_code == 422
    assert answer.json["errors"]["title"] == ["Tên ý tưởng cần ít nhất 12 ký tự"]
    assert answer.json["errors"]["problem"] == ["Điền phần này"] or answer.json["errors"]["problem"]


@pytest.mark.parametrize(
    "forged", ["votes", "author_id", "status", "id", "source", "published_at", "version", "__class__"]
)
def test_forged_fields_are_refused(client, key, forged):
    answer = client.post(LIST, json={**body(), forged: 1}, headers=key)
    assert (answer.status_code, list(answer.json["errors"])) == (422, [forged])
    assert count() == 0


@pytest.mark.parametrize(("data", "kind", "status"), [
    ("{", "application/json", 400),
    ('{"title": "\\ud800"}', "application/json", 422),
    (b'{"title": "\xff"}', "application/json", 400),
    ("[]", "application/json", 422),
    ("null", "application/json", 422),
    ('"text"', "application/json", 422),
    ("title=x", "application/x-www-form-urlencoded", 415),
    ("", "application/json", 400),
    ('{"title": ' + "[" * 5000, "application/json", 400),
])  # fmt: skip
def test_a_body_that_is_no_idea_is_refused(client, key, data, kind, status):
    answer = client.post(LIST, data=data, content_type=kind, headers=key)
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_a_body_of_ten_megabytes_is_too_large(client, key):
    answer = client.post(
        LIST, data=b'{"title": "' + b"x" * 10_000_000 + b'"}', content_type="application/json", headers=key
    )
    assert (answer.status_code, answer.content_type) == (413, "application/problem+json")


def test_the_same_request_sent_again_gets_the_same_answer(client, key):
    sent = body()
    answers = [client.post(LIST, json=sent, headers={**key, "Idempotency-Key": "abc"}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {201}
    assert answers[0].json == answers[1].json == answers[2].json
    assert count() == 1


def test_the_same_key_with_another_body_is_refused(client, key):
    client.post(LIST, json=body(), headers={**key, "Idempotency-Key": "abc"})
    assert client.post(LIST, json=body(), headers={**key, "Idempotency-Key": "abc"}).status_code == 422
    assert count() == 1


def test_two_members_may_use_the_same_key(client, key):
    other = factories.api_key(factories.member())
    for headers in (key, other):
        assert client.post(LIST, json=body(), headers={**headers, "Idempotency-Key": "abc"}).status_code == 201


def test_a_failed_request_does_not_use_up_its_key(client, key):
    client.post(LIST, json=body(field="x"), headers={**key, "Idempotency-Key": "abc"})
    assert client.post(LIST, json=body(), headers={**key, "Idempotency-Key": "abc"}).status_code == 201


@pytest.mark.parametrize("bad", ["x" * 81, "ấ"])
def test_a_key_must_be_short_and_plain(client, key, bad):
    assert (
        client.post(LIST, json=body(), headers={**key, "Idempotency-Key": bad.encode().decode("latin-1")}).status_code
        == 422
    )


def test_a_flood_is_told_when_to_come_back(client, key, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "idea:account", (1, 3600))
    client.post(LIST, json=body(), headers=key)
    answer = client.post(LIST, json=body(), headers=key)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3601


@pytest.mark.parametrize(
    "number", ["0", "-1", "999", "9223372036854775807", "9223372036854775808", "1" * 400, "x", "1.0"]
)
def test_an_id_that_is_none_is_not_found(client, key, number):
    for answer in (client.get(f"{LIST}/{number}"), client.put(f"{LIST}/{number}/vote", headers=key),
                   client.get(f"{LIST}/{number}/comments"), client.get(f"/y-tuong/{number}")):  # fmt: skip
        assert answer.status_code == 404


def test_the_description_names_every_call_and_who_may_use_it(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]
    assert {"get", "post"} <= set(paths["/api/v1/ideas"])
    assert paths["/api/v1/ideas"]["post"]["security"] == [{"token": []}]
    mine = [
        call
        for path, calls in paths.items()
        if path.startswith("/api/v1/ideas")
        for call in calls.values()
        if isinstance(call, dict)
    ]
    assert all(call.get("summary") for call in mine)

"""The desk for programs."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.moderation import services
from portal.moderation.models import Decision
from tests import factories
from tests.factories import member, published_idea
from tests.portal.moderation.desk import ADVICE, again, approve, case_of, relay, waiting_case

CASES = "/api/v1/moderation/cases"
CLAIMS = "/api/v1/moderation/claims"


class Caller:
    """A program with somebody's token."""

    def __init__(self, client, who):
        self.client, self.who = client, who
        self.headers = factories.api_key(who)

    def get(self, path):
        return self.client.get(path, headers=self.headers)

    def post(self, path, body=None):
        return self.client.post(path, json={} if body is None else body, headers=self.headers)

    def delete(self, path):
        return self.client.delete(path, headers=self.headers)

    def decide(self, case, outcome="approve", version=1, **more):
        return self.post(f"{CASES}/{case.id}/decision", {"version": version, "outcome": outcome, **more})


@pytest.fixture
def desk(client):
    return Caller(client, member("moderator", name="Minh Quân"))


def test_members_may_not_know_of_the_desk(client):
    assert Caller(client, member()).get(CASES).status_code == 404
    assert client.get(CASES).status_code == 401


def test_the_list_shows_cases_with_idea_reasons_and_deadline(desk):
    case = waiting_case(problem="Ở xóm em pin vứt đầy ruộng, ai cũng kêu. Hỏi em qua 0912 345 678 nhé.")
    (item,) = desk.get(CASES).get_json()["items"]
    assert (item["id"], item["kind"], item["version"], item["state"]) == (case.id, "idea", 1, "open")
    assert item["idea"]["title"] == case.idea.title
    assert item["reasons"][0] == {
        "rule": "contact_data",
        "text": "Có thể lộ thông tin riêng: số điện thoại (1)",
        "weight": 80,
    }
    assert (item["claimed_by"], item["claimed_until"], item["comment"]) == (None, None, None)
    assert item["due_at"].startswith("20")


def test_the_list_filters_by_state_and_unit(desk):
    here = waiting_case(unit="40")
    approve(waiting_case(unit="01"), member("moderator"))
    assert [item["id"] for item in desk.get(f"{CASES}?unit=40").get_json()["items"]] == [here.id]
    assert desk.get(f"{CASES}?unit=01").get_json()["items"] == []
    assert len(desk.get(f"{CASES}?state=decided").get_json()["items"]) == 1


def test_unknown_filters_are_named(desk):
    assert "unit" in desk.get(f"{CASES}?unit=nowhere").get_json()["errors"]
    assert desk.get(f"{CASES}?state=nonsense").status_code == 422


def test_the_list_goes_on_by_cursor(desk):
    first, second = waiting_case(), waiting_case()
    page = desk.get(f"{CASES}?limit=1").get_json()
    following = desk.get(f"{CASES}?limit=1&after={page['after']}").get_json()
    assert [page["items"][0]["id"], following["items"][0]["id"]] == [first.id, second.id]
    assert following["after"] is None


def test_a_claim_gives_the_next_case_and_shows_the_idea_in_review(desk):
    case = waiting_case()
    answer = desk.post(CLAIMS)
    body = answer.get_json()
    assert (answer.status_code, body["id"], body["idea"]["status"]) == (200, case.id, "in_review")
    assert body["claimed_by"]["display_name"] == "Minh Quân"


def test_nothing_to_claim_is_no_content(desk):
    assert desk.post(CLAIMS).status_code == 204


def test_letting_go_is_no_content_however_often(desk):
    case = waiting_case()
    desk.post(CLAIMS)
    assert [desk.delete(f"{CLAIMS}/{case.id}").status_code for _ in range(2)] == [204, 204]
    assert again(case.id).claimed_by_id is None


def test_a_decision_answers_with_the_case(desk):
    body = desk.decide(waiting_case(), "reject", reason="out_of_scope", advice=ADVICE).get_json()
    assert (body["state"], body["version"], body["idea"]["status"]) == ("decided", 2, "rejected")
    assert (body["decision"]["reason"], body["decision"]["advice"]) == ("out_of_scope", ADVICE)
    assert body["decision"]["moderator"]["display_name"] == "Minh Quân"


def test_coming_second_is_a_conflict_that_says_who_and_when(desk):
    case = waiting_case()
    approve(case, member("moderator", name="Lan Hương"))
    answer = desk.decide(case)
    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert answer.get_json()["detail"].startswith("Lan Hương vừa xử lý mục này lúc ")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"outcome": "reject", "version": 1}, {"reason", "advice"}),
        ({"outcome": "return", "version": 1, "reason": "nonsense", "advice": ADVICE}, {"reason"}),
        ({"outcome": "burn", "version": 1}, {"outcome"}),
        ({"outcome": "approve"}, {"version"}),
        ({"outcome": "approve", "version": "1"}, {"version"}),
        ({"outcome": "approve", "version": 1, "reason": 7}, {"reason"}),
    ],
)
def test_a_decision_with_faults_names_them_and_does_nothing(desk, body, fields):
    case = waiting_case()
    answer = desk.post(f"{CASES}/{case.id}/decision", body)
    assert answer.status_code == 422
    assert set(answer.get_json()["errors"]) == fields
    assert again(case.id).state == "open"


def test_a_decision_about_ones_own_idea_is_forbidden(desk):
    assert desk.decide(waiting_case(desk.who)).status_code == 403


def test_a_case_that_is_not_there(desk):
    assert desk.post(f"{CASES}/4711/decision", {"version": 1, "outcome": "approve"}).status_code == 404
    assert desk.post(f"{CASES}/4711/undo").status_code == 404


def test_undo_opens_the_case_again(desk):
    case = waiting_case()
    desk.decide(case)
    body = desk.post(f"{CASES}/{case.id}/undo").get_json()
    assert (body["state"], body["version"], body["idea"]["status"]) == ("open", 3, "waiting")
    assert body["decision"]["undone_at"] is not None


def test_undo_after_the_window_is_a_conflict(desk):
    case = waiting_case()
    desk.decide(case)
    with transaction():
        db.session.execute(update(Decision).values(decided_at=now() - timedelta(seconds=61)))
    assert desk.post(f"{CASES}/{case.id}/undo").status_code == 409


def test_a_comment_case_carries_the_comment(desk):
    child, about = member(birth=(2012, 5)), published_idea()
    with transaction():
        discussion.post(child, about.id, "Trường em cũng muốn làm ạ.", now())
    relay()
    (item,) = desk.get(CASES).get_json()["items"]
    assert (item["kind"], item["comment"]["body"]) == ("comment", "Trường em cũng muốn làm ạ.")
    assert desk.decide(case_of(about.id)).get_json()["comment"]["status"] == "published"


def test_reasons_are_told_in_the_readers_language(desk):
    waiting_case()
    desk.headers["Accept-Language"] = "en"
    assert desk.get(CASES).status_code == 200


def test_a_lapsed_claim_is_not_shown(desk):
    case, other = waiting_case(), member("moderator")
    with transaction():
        services.claim(case.id, other, 600, now() - timedelta(seconds=601))
    (item,) = desk.get(CASES).get_json()["items"]
    assert item["claimed_by"] is None

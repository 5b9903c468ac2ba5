"""What a campaign asks is answered by the API."""

import pytest

from tests import factories
from tests.portal.ideas.campaign_answers import COST_EN, TRIED, answered, fresh
from tests.portal.ideas.writing import typed


def test_the_api_takes_tells_and_changes_answers(client, campaign, cost):
    who = factories.member()
    key = factories.api_key(who) | {"Accept-Language": "en"}
    tried = factories.question(campaign, **TRIED)
    said = [{"question": cost, "text": "About 300"}, {"question": tried, "text": "Tried it"}]
    body = {name: text for name, text in typed(campaign=campaign.slug).items() if name != "answers"}
    sent = client.post("/api/v1/ideas", json={**body, "campaign_answers": said}, headers=key)
    assert sent.status_code == 201, sent.json
    assert sent.json["campaign_answers"] == [
        {"question": cost, "label": COST_EN, "text": "About 300"},
        {"question": tried, "label": TRIED["label_vi"], "text": "Tried it"},
    ]
    one = f"/api/v1/ideas/{sent.json['id']}"
    change = {"version": 1, "campaign_answers": [{"question": cost, "text": "About 500"}]}
    changed = client.patch(one, json=change, headers=key)
    assert [answer["text"] for answer in changed.json["campaign_answers"]] == ["About 500", "Tried it"]


@pytest.mark.one_engine_each
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ([], "answer-{cost}"),
        ([{"question": 999_999, "text": "Lạ"}], "campaign_answers"),
        ([{"question": "x", "text": "Lạ"}], "campaign_answers"),
        ([{"question": 1, "text": "Lạ"}] * 7, "campaign_answers"),
        ("chữ", "campaign_answers"),
    ],
)
def test_the_api_says_what_is_wrong(client, campaign, cost, said, field):
    key = factories.api_key(factories.member())
    body = typed(campaign=campaign.slug) | {"campaign_answers": said}
    answer = client.post("/api/v1/ideas", json=body, headers=key)
    assert answer.status_code == 422
    assert field.format(cost=cost) in answer.json["errors"]


@pytest.mark.one_engine_each
def test_the_api_takes_no_answer_that_it_would_not_keep(client, campaign, cost):
    idea, who = answered(campaign, cost, status="waiting")
    other = factories.campaign("khac")
    change = {"version": 1, "campaign": other.slug, "campaign_answers": [{"question": cost, "text": "Lạc chỗ"}]}
    answer = client.patch(f"/api/v1/ideas/{idea.id}", json=change, headers=factories.api_key(who))
    assert answer.status_code == 422
    assert "campaign_answers" in answer.json["errors"]
    assert fresh(idea.id).campaign_id == campaign.id

"""What Prometheus reads, and who may."""

from __future__ import annotations

import dataclasses
import re

import pytest

from portal.notifications import delivery
from portal.notifications.failures import Refused
from tests.portal.notifications import stories

TOKEN = {"Authorization": "Bearer mot-hai-ba"}


@pytest.fixture
def watched(app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", dataclasses.replace(app.config["SETTINGS"], metrics_token="mot-hai-ba"))
    return app.test_client()


def read(client):
    answer = client.get("/metrics", headers=TOKEN)
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return {name: float(value) for name, value in re.findall(r"^(ideabank_\S+) (\S+)$", answer.text, re.MULTILINE)}


def test_without_a_token_set_there_is_no_such_page(client):
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", [None, "Bearer ", "Bearer mot-hai", "Bearer mốt", "Basic mot-hai-ba"])
def test_without_the_right_token_there_is_no_such_page(watched, given):
    assert watched.get("/metrics", headers={"Authorization": given} if given else {}).status_code == 404


def test_letters_are_counted_by_state_and_the_oldest_due_has_an_age(watched):
    for n in range(3):
        stories.code_requested(f"khach{n}@example.vn")
    assert read(watched)["ideabank_facts_open"] == 3
    stories.relay()
    delivery.drain(mailer=stories.Sink(Refused("no", 550)), budget=60)
    stories.idea_sent()
    stories.relay()
    found = read(watched)
    assert found["ideabank_facts_open"] == 0
    assert found['ideabank_letters{state="dead"}'] == found["ideabank_letters_dead_last_hour"] == 1
    assert found['ideabank_letters{state="sent"}'] == 2
    assert found['ideabank_letters{state="pending"}'] == 1
    assert 0 < found["ideabank_letter_oldest_due_seconds"] < 30
    assert found["ideabank_cases_open"] == 1


def test_requests_are_counted_by_how_they_ended(watched):
    before = read(watched)
    watched.get("/khong-co")
    watched.get("/livez")
    after = read(watched)
    grown = {name: after[name] - before[name] for name in after if name.startswith("ideabank_request")}
    assert grown['ideabank_requests_total{class="4xx"}'] == 1
    assert grown['ideabank_requests_total{class="2xx"}'] == 2  # with the reading before
    assert grown["ideabank_request_seconds_count"] == grown['ideabank_request_seconds_bucket{le="+Inf"}'] == 3
    assert grown["ideabank_request_seconds_sum"] > 0

"""Facts and what they cause."""

from __future__ import annotations

import pytest

from portal.outbox.events import Event
from worker import reactions
from worker.app import app as celery
from worker.reactions import REACTIONS, SILENT, TASKS

OURS = {event for event in Event.registry.values() if event.__module__.startswith("portal.")}


def test_every_fact_has_a_reaction_or_is_silent_on_purpose():
    assert set(REACTIONS) | SILENT == OURS
    assert not set(REACTIONS) & SILENT


def test_only_facts_that_are_relayed_nudge_and_only_tasks_that_exist():
    celery.loader.import_default_modules()
    assert set(TASKS) <= set(REACTIONS) | SILENT
    assert {task for tasks in TASKS.values() for task in tasks} <= set(celery.tasks)


@pytest.fixture
def asked(monkeypatch):
    sent = []
    monkeypatch.setattr(celery, "send_task", lambda name, **_options: sent.append(name))
    return sent


def test_each_kind_of_work_is_asked_for_once(asked):
    events = {event.__name__: event for event in OURS}
    reactions.nudge([events["CaseDecided"](1), events["CaseDecided"](2), events["DecisionUndone"](3)])
    assert asked == ["worker.tasks.mail.drain_mail"]


def test_a_broker_that_is_away_stops_nothing(monkeypatch):
    def refuse(_name, **_options):
        raise ConnectionRefusedError

    monkeypatch.setattr(celery, "send_task", refuse)
    events = {event.__name__: event for event in OURS}
    reactions.nudge([events["CodeRequested"](1)])

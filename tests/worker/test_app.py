"""The Celery application promises what `promises.md` measured: no message carries truth, and none gets stuck."""

from __future__ import annotations

import pytest
from flask import current_app

from portal.settings import Settings
from worker.app import QUEUES, app
from worker.schedule import SCHEDULE, Ticks

app.loader.import_default_modules()
OURS = sorted(name for name in app.tasks if not name.startswith("celery."))


def route(task):
    return app.amqp.router.route({}, task)["queue"].name


@pytest.mark.parametrize("task", OURS)
def test_every_task_goes_to_a_queue_that_exists(task):
    assert route(task) in QUEUES


def test_every_queue_has_a_task():
    assert {route(task) for task in OURS} == set(QUEUES)


def test_codes_do_not_wait_behind_other_letters():
    assert route("worker.tasks.mail.send_urgent") != route("worker.tasks.mail.drain_mail")


def test_beat_ticks_for_tasks_that_exist_and_no_tick_outlives_two_periods():
    for entry in SCHEDULE.values():
        assert entry["task"] in OURS
        assert entry["options"]["expires"] <= 2 * entry["schedule"]


def test_a_tick_that_finds_no_broker_is_one_line_and_nothing_more(monkeypatch, caplog):
    def refuse(*_args, **_options):
        raise ConnectionRefusedError("nobody there")

    ticks = Ticks(app)
    monkeypatch.setattr(app.tasks["worker.tasks.outbox.pulse"], "apply_async", refuse)
    ticks.apply_entry(ticks.schedule["relay facts"])
    assert [record.exc_info for record in caplog.records] == [None]
    assert "nobody there" in caplog.text


@pytest.mark.parametrize("task", ["worker.tasks.mail.send_urgent", "worker.tasks.mail.drain_mail"])
def test_a_letter_is_not_cut_off_half_sent_because_the_broker_went_away(task):
    assert not app.tasks[task].acks_late
    assert app.conf.worker_cancel_long_running_tasks_on_connection_loss  # it kills tasks that ack late


def test_nothing_is_kept_in_the_broker_and_nothing_is_pickled():
    assert app.conf.result_backend is None
    assert app.conf.task_ignore_result
    assert app.conf.accept_content == ["json"]
    assert not app.conf.worker_send_task_events
    assert not app.conf.worker_enable_remote_control


def test_a_lost_message_comes_back_before_it_could_run_twice():
    options = app.conf.broker_transport_options
    limits = [task.time_limit or app.conf.task_time_limit for task in app.tasks.values() if task.acks_late]
    assert max(limits) < options["visibility_timeout"]
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 10
    assert options["socket_timeout"]


def test_a_task_runs_inside_the_portal(app_with_a_task):
    assert isinstance(app_with_a_task(), Settings)


@pytest.fixture
def app_with_a_task(migrated, monkeypatch):
    import worker.app as module
    from portal.app import create_app

    portal = create_app(migrated)
    monkeypatch.setattr(module, "portal", lambda: portal)

    @app.task(name="test.settings")
    def settings():
        return current_app.config["SETTINGS"]

    yield settings
    app.tasks.pop("test.settings")

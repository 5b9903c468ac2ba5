"""Processes are killed and brokers frozen while decisions are taken. No letter is lost; a repeat is the same letter."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from portal.database import db
from portal.notifications.models import Letter
from tests.faults.desk import decide, waiting_cases
from tests.faults.processes import wait_for

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket, pytest.mark.timeout(170)]
IN_DOUBT_PER_KILL = 3  # two worker processes and the ticker: at most one letter each is just leaving


def not_settled():
    db.session.commit()
    return db.session.scalar(select(func.count()).where(Letter.state.in_(["pending", "claimed", "sending"])))


def all_sent(count):
    db.session.commit()
    return db.session.scalar(select(func.count()).where(Letter.state == "sent")) == count


def check_ledger(site, count, repeats):
    """Every decision has one letter, every letter arrived, and what came twice was the same letter."""
    letters = db.session.execute(select(Letter.message_id, Letter.state)).all()
    assert len(letters) == count
    assert {state for _, state in letters} == {"sent"}
    assert set(site.sink.copies) == {message_id for message_id, _ in letters}
    assert len(site.sink.taken) - len(site.sink.copies) <= repeats


def test_kills_and_a_forgetful_broker_lose_no_letter(site):
    moderator, cases = waiting_cases(500)
    site.worker.start()
    site.ticker.start()

    def kill_worker():
        site.ticker.restart_after_kill()
        site.worker.restart_after_kill()

    def kill_broker():
        site.broker.kill()
        time.sleep(2)
        site.start_broker()

    with deciding(site.app, cases, moderator):  # while letters are on their way, one blow after another
        for letters, blow in [
            (60, kill_worker),
            (120, lambda: site.redis().flushall()),
            (200, kill_worker),
            (280, kill_broker),
            (380, kill_worker),
        ]:
            wait_for(lambda: len(site.sink.taken) >= letters, 40, f"{letters} letters")  # noqa: B023  # called at once
            blow()
    wait_for(lambda: all_sent(len(cases)), 60, "every letter")
    check_ledger(site, len(cases), repeats=3 * IN_DOUBT_PER_KILL)


@contextmanager
def deciding(app, cases, moderator):
    """Decide about all cases in another thread, as moderators at their desks do."""

    def work():
        with app.app_context():
            for case in cases:
                decide(case, moderator)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def test_a_frozen_broker_stops_neither_letters_nor_pages(site):
    moderator, cases = waiting_cases(10)
    site.worker.start()
    site.ticker.start()
    wait_for(site.broker_is_used, 20, "the worker")
    site.broker.send(signal.SIGSTOP)
    try:
        for case in cases:
            decide(case, moderator)
        began = time.monotonic()
        assert site.app.test_client().post("/dang-nhap", data={"email": "khach@example.vn"}).status_code < 400
        assert time.monotonic() - began < 2
        wait_for(lambda: all_sent(len(cases) + 1), 30, "letters without a broker")
        check_ledger(site, len(cases) + 1, repeats=0)
    finally:
        site.broker.send(signal.SIGCONT)


def test_a_worker_that_is_asked_to_end_ends_soon_and_repeats_nothing(site):
    moderator, cases = waiting_cases(150)
    for case in cases:
        decide(case, moderator)
    site.worker.start()
    wait_for(lambda: len(site.sink.taken) > 20, 30, "the first letters")
    site.worker.running.terminate()  # the first process only, as the launcher and containers do
    site.worker.running.wait(12)
    site.worker.start()
    wait_for(lambda: all_sent(len(cases)), 30, "the other letters")
    check_ledger(site, len(cases), repeats=0)


def test_a_mail_server_that_is_away_gets_every_letter_once_it_is_back(site):
    moderator, cases = waiting_cases(30)
    site.sink.stop()
    site.worker.start()
    for case in cases:
        decide(case, moderator)
    wait_for(lambda: not_settled() == len(cases), 20, "letters to be written")
    time.sleep(2)
    site.sink.start()
    wait_for(lambda: all_sent(len(cases)), 30, "letters after the outage")
    check_ledger(site, len(cases), repeats=0)

"""The children of a worker."""

from __future__ import annotations

from celery.concurrency import get_implementation

from worker.app import app
from worker.pool import Pool


def test_a_worker_asked_to_end_while_it_starts_is_not_said_to_have_failed():
    pool = get_implementation(app.conf.worker_pool)(app=app)
    assert isinstance(pool, Pool)
    assert pool._pool is None  # as Celery's signal handler leaves it
    assert pool.did_start_ok()

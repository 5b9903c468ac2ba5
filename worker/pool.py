"""The children that do the tasks: Celery's own, and one answer for a worker that is asked to end while it starts."""

from __future__ import annotations

from celery.concurrency.prefork import TaskPool


class Pool(TaskPool):
    """Celery stops the pool in its signal handler, and a loop that is just beginning then asks it how it started."""

    def did_start_ok(self) -> bool:
        return self._pool is None or bool(super().did_start_ok())

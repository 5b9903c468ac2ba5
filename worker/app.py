"""The Celery application: the portal's background hands. It ticks and carries; rows in the database decide what is due.

Each setting that differs from Celery's default says why. No message carries truth: if all of them are
lost, the next tick finds the same rows.
"""

from __future__ import annotations

import logging
import os
import signal
import warnings
from contextlib import nullcontext, suppress
from functools import cache
from multiprocessing import Value
from typing import Any

from apiflask import APIFlask
from celery import Celery, Task
from celery.platforms import SecurityWarning
from celery.signals import worker_init, worker_shutdown, worker_shutting_down
from flask import has_app_context
from kombu import Queue  # type: ignore[attr-defined]  # it is lazily exported

from portal import memory
from portal.app import create_app
from worker.schedule import SCHEDULE

running: list[int] = []  # process ids of the tickers this worker forked
ending = Value("b", False, lock=False)  # in memory that the children share
QUEUES = ("outbox", "security_mail", "mail", "moderation", "maintenance")


@cache
def portal() -> APIFlask:
    """The portal of this process. It may cross a fork as long as it has opened no connection."""
    return create_app()


class PortalTask(Task):
    """A task runs inside the portal, with a database session of its own."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with nullcontext() if has_app_context() else portal().app_context():
            return super().__call__(*args, **kwargs)


warnings.simplefilter("ignore", SecurityWarning)  # about root and pickle: nothing here is ever unpickled
app = Celery("ideabank", task_cls=PortalTask)
app.conf.update(
    # Without REDIS_URL nothing is consumed and the ticker alone does the work.
    broker_url=os.environ.get("REDIS_URL", "memory://"),
    include=[
        "worker.tasks.outbox",
        "worker.tasks.mail",
        "worker.tasks.moderation",
        "worker.tasks.audit",
        "worker.tasks.ledger",
        "worker.tasks.people",
        "worker.tasks.voting",
        "worker.tasks.notices",
        "worker.tasks.importing",
        "worker.tasks.exports",
        "worker.tasks.maintenance",
        "worker.tasks.accounts",
    ],
    beat_schedule=SCHEDULE,
    beat_scheduler="worker.schedule:Ticks",
    # What crosses the broker: JSON, never pickle, and no results, which would pile up in Redis.
    accept_content=["json"],
    task_serializer="json",
    result_backend=None,
    task_ignore_result=True,
    # One queue for each kind of work, so that a digest never delays a sign-in code; a typo must fail.
    task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]
    task_default_queue="maintenance",  # whatever no route names
    task_create_missing_queues=False,
    task_routes={
        "worker.tasks.outbox.*": {"queue": "outbox"},
        "worker.tasks.mail.send_urgent": {"queue": "security_mail"},
        "worker.tasks.mail.*": {"queue": "mail"},
        "worker.tasks.moderation.*": {"queue": "moderation"},
    },
    # A killed worker's message comes back; all tasks are safe to run twice, because they claim rows.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_acks_on_failure_or_timeout=True,  # a message that breaks its task must not circle
    worker_prefetch_multiplier=1,  # or a killed worker parks what others could have done
    # No task runs longer than the visibility timeout, so nothing is delivered to two workers.
    task_soft_time_limit=45,
    task_time_limit=60,
    broker_transport_options={
        "visibility_timeout": 120,
        "unacked_restore_interval": 5,  # with the next: look for lost messages every 5 s, not every 100
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,  # a frozen Redis is noticed, not waited for
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "retry_on_timeout": False,
        "global_keyprefix": "ideabank:",
    },
    # Redis may start after us, and may stay away as long as it likes.
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    worker_cancel_long_running_tasks_on_connection_loss=True,  # a task that acks late could not ack any more
    task_publish_retry=False,  # a nudge is not worth waiting for
    # Asked to end, finish what runs within 5 s (`ending` says so to whatever takes longer); the launcher kills after 12.
    worker_soft_shutdown_timeout=5.0,
    # Children are renewed before they can leak much.
    worker_max_tasks_per_child=2000,
    worker_max_memory_per_child=250_000,  # kB
    # No keys for remote control in Redis, and nobody kills tasks by broadcast.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    timezone="UTC",
)


@worker_init.connect
def begin(**_: Any) -> None:
    """Load the portal once, for the children to share, and fork the ticker that stands in while the broker is away."""
    from worker import ticker  # noqa: PLC0415  # it needs this module

    portal()
    memory.share()
    running.append(ticker.fork())


@worker_shutting_down.connect
def ask_to_end(**_: Any) -> None:
    """Celery only waits, for a fixed time, and then cuts off what still runs: so whatever is long looks at this.

    A tick that arrives after the last consumer has gone is put back, as it should be: no news for the log.
    """
    ending.value = True
    logging.getLogger("kombu.transport.virtual.base").setLevel(logging.ERROR)


def is_ending() -> bool:
    return bool(ending.value)


@worker_shutdown.connect
def end(**_: Any) -> None:
    """A ticker may be sending: let it finish its letter."""
    for pid in running:
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGTERM)
            os.waitpid(pid, 0)
    running.clear()

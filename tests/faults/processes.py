"""Real processes to be killed: a broker, a worker with its scheduler, a ticker, and a mail server that keeps count."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import redis
from aiosmtpd.controller import Controller
from apiflask import APIFlask

from portal.launcher import any_free_port, broker_binary

LEASE = 6  # seconds until the letters of a killed worker are taken back


def wait_for(look: Callable[[], object], seconds: float, what: str) -> None:
    """Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s for {what}")
        time.sleep(0.1)


@dataclass
class Process:
    """A process in a group of its own."""

    command: list[str]
    env: dict[str, str]
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.running = subprocess.Popen(self.command, env=self.env, start_new_session=True)

    def send(self, how: signal.Signals) -> None:
        assert self.running
        os.killpg(self.running.pid, how)

    def kill(self) -> None:
        """As `kill -9` does, children included."""
        if self.running and self.running.poll() is None:
            self.send(signal.SIGKILL)
            self.running.wait()

    def restart_after_kill(self) -> None:
        self.kill()
        self.start()


@dataclass
class Sink:
    """A mail server: what it took, when, and in which order."""

    port: int = field(default_factory=any_free_port)
    taken: list[tuple[float, str, str]] = field(default_factory=list)  # (when, Message-ID, recipient)
    controller: Controller | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.taken.append((time.time(), letter["Message-ID"], envelope.rcpt_tos[0]))
        return "250 taken"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller:
            self.controller.stop()
            self.controller = None

    @property
    def copies(self) -> Counter[str]:
        """How often each letter arrived."""
        return Counter(message_id for _, message_id, _ in self.taken)


@dataclass
class Site:
    """The portal in this process, and the processes behind it."""

    app: APIFlask
    sink: Sink
    broker: Process
    worker: Process
    ticker: Process
    redis_url: str

    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url, socket_timeout=2)

    def broker_answers(self) -> bool:
        try:
            return bool(self.redis().ping())
        except redis.RedisError:
            return False

    def start_broker(self) -> None:
        self.broker.start()
        wait_for(self.broker_answers, 10, "the broker")

    def broker_is_used(self) -> bool:
        """Whether a worker has come and declared its queues."""
        return any(b"_kombu" in key for key in self.redis().keys("ideabank:*"))


@contextmanager
def site_of(app: APIFlask, folder: Path, **more: str) -> Iterator[Site]:
    """A running broker and mail server for this portal; worker and ticker are started by whoever wants them."""
    settings, sink, port = app.config["SETTINGS"], Sink(), any_free_port()
    env = {
        **os.environ,
        "VAR_DIR": str(settings.var_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "BASE_URL": settings.base_url,
        "REDIS_URL": f"redis://127.0.0.1:{port}/0",
        "SMTP_URL": f"smtp://127.0.0.1:{sink.port}",
        "UNDO_WINDOW": "0",
        "OUTBOX_LEASE": str(LEASE),
        **more,
    }
    python = [sys.executable, "-m"]
    config = folder / "valkey.conf"
    config.write_text(f'bind 127.0.0.1\nport {port}\ndir "{folder}"\nsave ""\nloglevel warning\n')
    broker = Process([broker_binary(), str(config)], env)
    worker = Process([*python, "portal", "worker", "--scheduler"], env)
    ticker = Process([*python, "worker.ticker"], env)
    place = Site(app, sink, broker, worker, ticker, env["REDIS_URL"])
    sink.start()
    place.start_broker()
    try:
        with app.app_context():
            yield place
    finally:
        for process in (worker, ticker, broker):
            process.kill()
        sink.stop()

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
from http.client import HTTPException
from pathlib import Path
from random import Random
from typing import Any

import redis
from aiosmtpd.controller import Controller
from apiflask import APIFlask

from portal.launcher import any_free_port, broker_binary

LEASE = 6  # seconds until the letters of a killed worker are taken back
NO_ANSWER = (OSError, HTTPException)  # no connection; killed in the middle of an answer


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

    def resume_and_kill(self) -> None:
        """A frozen process must thaw before it can be waited for."""
        if self.running and self.running.poll() is None:
            self.send(signal.SIGCONT)
        self.kill()

    def restart_after_kill(self) -> None:
        self.kill()
        self.start()


@dataclass(frozen=True)
class Manners:
    """How often a mail server puts off, refuses, and breaks off after the final dot."""

    later: float = 0.0
    refused: float = 0.0
    cut: float = 0.0


@dataclass
class Sink:
    """A mail server: what it took, when, and in which order."""

    port: int = field(default_factory=any_free_port)
    taken: list[tuple[float, str, str]] = field(default_factory=list)  # (when, Message-ID, recipient)
    controller: Controller | None = None
    manners: Manners = Manners()
    kept_unsaid: set[str] = field(default_factory=set)  # taken, but the connection broke before we said so
    contents: list[bytes] | None = None  # a list, if somebody wants to have what was taken
    chance: Random = field(default_factory=lambda: Random(6))

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        return [answers[0], "250-PIPELINING", *answers[1:]]  # as all the usual servers do

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if self.chance.random() < self.manners.refused:
            return "550 no such user"
        if self.chance.random() < self.manners.later:
            return "451 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        message_id = message_id_of(envelope.content)
        cut = self.chance.random() < self.manners.cut
        if not cut or self.chance.random() < 0.5:  # of what is cut off, half was kept: nobody else can know which
            self.taken.append((time.time(), message_id, envelope.rcpt_tos[0]))
        if self.contents is not None:
            self.contents.append(envelope.content)
        if cut:
            self.kept_unsaid.add(message_id)
            server.transport.abort()
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


def message_id_of(content: bytes) -> str:
    """By hand: the parser of the standard library is slower than what is measured here."""
    head = content.partition(b"\r\n\r\n")[0]
    start = head.lower().index(b"message-id: ") + len(b"message-id: ")
    return head[start:].partition(b"\r\n")[0].decode()


@dataclass
class Site:
    """The portal in this process, and the processes behind it."""

    app: APIFlask
    sink: Sink
    broker: Process
    worker: Process
    ticker: Process
    redis_url: str
    scheduler: Process
    web: Process

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
def site_of(app: APIFlask, folder: Path, sink: Any = None, **more: str) -> Iterator[Site]:
    """A running broker and mail server for this portal; worker and ticker are started by whoever wants them."""
    settings, sink, port = app.config["SETTINGS"], sink or Sink(), any_free_port()
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
    scheduler = Process([*python, "portal", "scheduler"], env)
    web = Process([*python, "portal", "web"], env)
    place = Site(app, sink, broker, worker, ticker, env["REDIS_URL"], scheduler, web)
    sink.start()
    place.start_broker()
    try:
        with app.app_context():
            yield place
    finally:
        for process in (web, scheduler, worker, ticker, broker):
            process.resume_and_kill()
        sink.stop()

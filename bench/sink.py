"""The mail server of `tests/faults/processes.py` in a process of its own, and bare senders to compare with.

In the measuring process it would wait for that one's interpreter lock, and we for its.
"""

from __future__ import annotations

import smtplib
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from threading import BrokenBarrierError
from typing import Any

from portal.launcher import any_free_port
from tests.faults.processes import Sink

apart = get_context("spawn")


class Server(Sink):
    """Answers questions over the manager's pipe."""

    def __init__(self, port: int) -> None:
        super().__init__(port=port, contents=[])

    def so_far(self) -> tuple[list[tuple[float, str, str]], list[bytes]]:
        return self.taken, self.contents or []

    def forget(self) -> None:
        self.taken.clear()
        self.contents = []


class Servers(BaseManager):
    """Where it runs."""


Servers.register("Server", Server)


@dataclass
class SinkApart:
    """Stands for it here: what `site_of` asks of a sink, and what the benches count."""

    server: Any
    port: int

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def forget(self) -> None:
        self.server.forget()

    @property
    def taken(self) -> list[tuple[float, str, str]]:
        return self.server.so_far()[0]

    @property
    def contents(self) -> list[bytes]:
        return self.server.so_far()[1]

    @property
    def copies(self) -> Counter[str]:
        return Counter(message_id for _, message_id, _ in self.taken)


@contextmanager
def sink_apart() -> Iterator[Any]:
    with Servers(ctx=apart) as servers:
        port = any_free_port()
        yield SinkApart(servers.Server(port), port)  # type: ignore[attr-defined]  # registered above


def bare_smtplib(port: int, letters: Sequence[bytes], senders: int) -> tuple[float, float]:
    """Letters a second of so many processes that keep nothing and only send these bytes, each over one connection.

    And the seconds of CPU they take for one.
    """
    ready, spent = apart.Barrier(senders + 1), apart.Value("d", 0.0)
    shares = [letters[n::senders] for n in range(senders)]
    processes = [apart.Process(target=send, args=(port, share, ready, spent)) for share in shares]
    for process in processes:
        process.start()
    ready.wait(60)
    began = time.monotonic()
    for process in processes:
        process.join()
    return len(letters) / (time.monotonic() - began), spent.value / len(letters)


def send(port: int, letters: Sequence[bytes], ready: Any, spent: Any) -> None:
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        try:
            ready.wait(60)
        except BrokenBarrierError:
            return
        began = time.process_time()
        for letter in letters:
            smtp.sendmail("nay@example.vn", ["ban@example.vn"], letter)
        with spent.get_lock():
            spent.value += time.process_time() - began

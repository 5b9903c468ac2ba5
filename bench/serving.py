"""A web server under load: started, asked by many connections at once, its CPU time read from /proc."""

from __future__ import annotations

import http.client
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from portal.launcher import any_free_port

CONNECTIONS = 16
TICKS = os.sysconf("SC_CLK_TCK")
SERVERS: dict[str, Callable[[int], list[str]]] = {
    "gunicorn": lambda port: [
        "gunicorn", "bench.peers:create()", f"--bind=127.0.0.1:{port}", "--workers=2", "--worker-class=gthread",
        "--threads=8", "--keep-alive=75", "--no-control-socket", "--log-level=warning",
    ],
    "granian": lambda port: [
        "granian", "--interface=wsgi", "--factory", f"--port={port}", "--workers=2", "--blocking-threads=4",
        "--log-level=warning", "bench.peers:create",
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What is asked: a path, and how."""

    path: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figures:
    """What came of it. Times are milliseconds; CPU is per request, of the web server and of the database."""

    rate: float
    p50: float
    p99: float
    errors: int
    cpu: float
    database_cpu: float

    def __str__(self) -> str:
        cpu = f"{self.cpu:5.3f} + {self.database_cpu:4.2f} ms CPU"
        return f"{self.rate:7.0f}/s  p50 {self.p50:6.1f}  p99 {self.p99:7.1f} ms  {cpu}  {self.errors} errors"


@contextmanager
def serving(kind: str, env: dict[str, str]) -> Iterator[tuple[int, int]]:
    """A server with the portal and its peers; yields its port and its process id."""
    port = any_free_port()
    process = subprocess.Popen([sys.executable, "-m", *SERVERS[kind](port)], env={**os.environ, **env})
    try:
        wait_for(port, process)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def load(
    port: int, pid: int, requests: list[Request], seconds: float, database: int = 0, connections: int = CONNECTIONS
) -> Figures:
    """Ask for `requests` in turn, over and over, on so many connections; anything but 200 is an error."""
    for request in requests[:50]:
        _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=30), request)
    turn, taken, wrong, until = count(), [], [], time.monotonic() + seconds
    before, database_before = cpu_of(pid), cpu_of(database)

    def client() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                status = _ask(connection, requests[next(turn) % len(requests)])
            except (OSError, http.client.HTTPException):
                connection, status = http.client.HTTPConnection("127.0.0.1", port, timeout=30), 0
            (taken if status == 200 else wrong).append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=client) for _ in range(connections)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed, done = time.monotonic() - began, max(len(taken), 1)
    taken.sort()
    return Figures(
        rate=len(taken) / passed,
        p50=statistics.median(taken) if taken else 0,
        p99=taken[int(len(taken) * 0.99)] if taken else 0,
        errors=len(wrong),
        cpu=(cpu_of(pid) - before) * 1000 / done,
        database_cpu=(cpu_of(database) - database_before) * 1000 / done,
    )


def _ask(connection: http.client.HTTPConnection, request: Request) -> int:
    connection.request(request.method, request.path, headers=dict(request.headers))
    answer = connection.getresponse()
    answer.read()
    return answer.status


def cpu_of(pid: int) -> float:
    """Seconds of CPU a process and all below it have used, those that ended included."""
    if not pid:
        return 0.0
    total, waiting = 0.0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            with open(f"/proc/{one}/stat") as stat, open(f"/proc/{one}/task/{one}/children") as children:
                fields = stat.read().rpartition(")")[2].split()
                waiting.extend(int(child) for child in children.read().split())
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15]) / TICKS
    return total

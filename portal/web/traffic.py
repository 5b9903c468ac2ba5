"""How many requests were answered, how, and how long they took.

Counted in memory that the processes of one server share, because they are forks of the process that loaded this
module. Each writes its own cells, so none waits for another; `figures` adds them up.
"""

from __future__ import annotations

import mmap
import os
import threading
import time
from dataclasses import dataclass

from flask import Flask, Response, request

CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0)  # seconds; a page must never take longer than the last
WIDTH = len(CLASSES) + 1 + len(BUCKETS)
SLOTS = 64  # processes that share a slot lose a count now and then, no more
BEGAN = "ideabank.began"

_cells = memoryview(mmap.mmap(-1, SLOTS * WIDTH * 8)).cast("d")
_lock = threading.Lock()  # of the threads of this process


@dataclass(frozen=True)
class Figures:
    """Since the server started. `buckets[i]` requests took at most BUCKETS[i] seconds."""

    by_class: dict[str, int]
    seconds: float
    buckets: list[int]


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(count)


def begin() -> None:
    request.environ[BEGAN] = time.perf_counter()


def count(response: Response) -> Response:
    took = time.perf_counter() - request.environ.get(BEGAN, time.perf_counter())
    mine = os.getpid() % SLOTS * WIDTH
    with _lock:
        _cells[mine + min(max(response.status_code // 100, 1), 5) - 1] += 1
        _cells[mine + len(CLASSES)] += took
        for place, limit in enumerate(BUCKETS, start=mine + len(CLASSES) + 1):
            _cells[place] += took <= limit
    return response


def figures() -> Figures:
    sums = [sum(_cells[place::WIDTH]) for place in range(WIDTH)]
    counts = [int(number) for number in sums]
    by_class = dict(zip(CLASSES, counts, strict=False))
    return Figures(by_class, sums[len(CLASSES)], counts[len(CLASSES) + 1 :])

"""Long work of a task, page by page."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from portal.database import now, transaction
from worker.app import is_ending

PAGES_BUDGET = 2.0  # seconds; the next tick goes on


def in_pages(work: Callable[[datetime], bool]) -> None:
    """Page after page, each in a transaction of its own, until nothing is left or others should have their turn.

    `work` gets the time of now and returns whether there may be more.
    """
    until = time.monotonic() + PAGES_BUDGET
    while time.monotonic() < until and not is_ending():
        with transaction():
            if not work(now()):
                return

"""Measurements: how fast, beside a limit or the least that could do the work. None is a test."""

from __future__ import annotations

import signal
import sys

missed: list[str] = []


def goal(met: bool, words: str) -> None:
    """Say a figure that has a goal, and remember it if the goal was missed: `sys.exit(bool(missed))`."""
    print(f"{'ok    ' if met else 'MISSED'} {words}")
    if not met:
        missed.append(words)


if sys.argv[:1] == ["-m"]:  # so it is while `python -m bench.something` begins, and not in the servers it starts
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `timeout` ends it: let it end what it has started

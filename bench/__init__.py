"""Measurements: how fast, beside a limit or the least that could do the work. None is a test."""

from __future__ import annotations

import signal
import sys

if sys.argv[:1] == ["-m"]:  # so it is while `python -m bench.something` begins, and not in the servers it starts
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # `timeout` ends it: let it end what it has started

"""A process of its own for what strangers sent, where nothing can be lost.

It has little memory, a few seconds of CPU and no file to write; what leaves it are bytes on its stdout.
"""

from __future__ import annotations

import contextlib
import resource
import subprocess
import sys
from pathlib import Path

MEMORY_AT_ALL = 512 * 1024 * 1024
"""Where a system does not say how much the interpreter takes."""


def run(module: str, content: bytes, wait: float, *figures: int) -> subprocess.CompletedProcess[bytes] | None:
    """Give bytes to a module of ours as a process; None if it took more than `wait` seconds."""
    command = [sys.executable, "-m", module, *map(str, figures)]  # nothing of the sender in the arguments
    with contextlib.suppress(subprocess.TimeoutExpired):
        return subprocess.run(command, input=content, capture_output=True, timeout=wait, check=False)  # noqa: S603
    return None


def limit(memory: int, seconds: int) -> None:
    """Of this process, before anything is opened: bytes beyond the bare interpreter, seconds of CPU.

    What a system does not know how to limit stays unlimited there.
    """
    for what, most in (
        (resource.RLIMIT_AS, _size() + memory if _size() else MEMORY_AT_ALL),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def _size() -> int:
    """Bytes of address space now; 0 where nobody says."""
    with contextlib.suppress(OSError):
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0

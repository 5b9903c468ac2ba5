"""How long `ideabank up` takes to the first page, empty and again, and what the idle tree weighs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from portal.launcher import any_free_port

GOAL_SECOND_START, GOAL_PSS = 3.0, 350


def up(folder: str) -> tuple[subprocess.Popen[bytes], float]:
    """Start a tree; returns it and the seconds until /y-tuong answered."""
    port = any_free_port()
    began = time.monotonic()
    env = {**os.environ, "VAR_DIR": folder, "PORT": str(port)}
    tree = subprocess.Popen([sys.executable, "-m", "portal", "up"], env=env, stdout=subprocess.DEVNULL)
    while tree.poll() is None:
        try:
            urlopen(f"http://127.0.0.1:{port}/y-tuong", timeout=5).read()
            return tree, time.monotonic() - began
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the portal did not start")


@contextmanager
def running() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A tree with the demonstration, and its address; gone afterwards, whatever happens."""
    with tempfile.TemporaryDirectory() as folder:
        tree, _ = up(folder)
        try:
            yield tree, f"http://127.0.0.1:{variable(tree.pid, 'PORT')}"
        finally:
            tree.send_signal(signal.SIGTERM)
            tree.wait()


def variable(pid: int, name: str) -> str:
    """What a process was started with."""
    settings = dict(one.split("=", 1) for one in Path(f"/proc/{pid}/environ").read_text().split("\0") if "=" in one)
    return settings[name]


def descendants(pid: int) -> list[int]:
    """A process, and all that it and its threads started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    return [pid, *(grandchild for child in children for grandchild in descendants(int(child)))]


def pss(pid: int) -> float:
    """Proportional set size in MB: shared pages count once over all processes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree, first = up(folder)
        tree.send_signal(signal.SIGTERM)
        tree.wait()
        tree, second = up(folder)
        time.sleep(10)
        total = 0.0
        for pid in descendants(tree.pid):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[-60:]
            total += pss(pid)
            print(f"{pss(pid):7.1f} MB  {words}")
        began = time.monotonic()
        tree.send_signal(signal.SIGTERM)
        tree.wait()
        print(f"first start {first:.2f} s, with the demonstration")
        print(f"second start {second:.2f} s = {second / GOAL_SECOND_START:.0%} of the goal of {GOAL_SECOND_START:g} s")
        print(f"idle tree {total:.0f} MB PSS = {total / GOAL_PSS:.0%} of the goal of {GOAL_PSS} MB")
        print(f"stopped in {time.monotonic() - began:.1f} s")


if __name__ == "__main__":
    main()

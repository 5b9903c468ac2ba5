"""`ideabank up` from outside: it ends whole, comes back whole, restarts what dies, and two live side by side."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from portal.launcher import any_free_port
from tests.faults.processes import NO_ANSWER, wait_for

WHOLE = 9  # launcher, broker, worker with beat, ticker and two hands, web with one server

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket, pytest.mark.timeout(120)]


class Tree:
    """A process tree as a person starts it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, any_free_port()
        self.log = folder / "log"

    def start(self) -> None:
        env = {
            **os.environ,
            "VAR_DIR": str(self.folder),
            "PORT": str(self.port),
            "UNDO_WINDOW": "0",
            "OUTBOX_LEASE": "5",
        }
        for name in ("DATABASE_URL", "REDIS_URL", "SMTP_URL"):
            env.pop(name, None)
        with self.log.open("a") as log:
            self.up = subprocess.Popen(
                [sys.executable, "-m", "portal", "up"], env=env, stdout=log, stderr=log, start_new_session=True
            )
        wait_for(self.answers, 30, "the first page")

    def answers(self) -> bool:
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/y-tuong", timeout=2).status == 200
        except NO_ANSWER:
            return False

    def processes(self) -> list[int]:
        """Everything that carries this tree's folder in its environment."""
        mark = f"VAR_DIR={self.folder}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (place / "environ").read_bytes().split(b"\0") or self.is_below(int(place.name)):
                    found.append(int(place.name))
            except OSError:
                continue
        return found

    def is_below(self, pid: int) -> bool:
        """Forks keep the environment they were born with in /proc, so descent is asked too."""
        while pid > 1:
            if pid == self.up.pid:
                return True
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return False

    def kill_all(self) -> None:
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.up.wait()

    def ask_for_code(self, email: str) -> None:
        """A visitor asks for a code; no cookie comes back that a letter would need."""
        body = urlencode({"email": email}).encode()
        urlopen(Request(f"http://127.0.0.1:{self.port}/dang-nhap", body, {"Sec-Fetch-Site": "same-origin"}), timeout=5)

    def letter_to(self, email: str) -> bool:
        return any(email in letter.read_text(errors="replace") for letter in (self.folder / "mailbox").glob("*.eml"))


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    one = Tree(tmp_path)
    try:
        one.start()
        yield one
    finally:  # also if it was slow to start: nothing is left running
        one.kill_all()


@pytest.mark.parametrize("wish", [signal.SIGTERM, signal.SIGINT])
def test_one_signal_ends_everything(tree: Tree, wish: signal.Signals) -> None:
    wait_for(lambda: len(tree.processes()) >= WHOLE, 15, "the whole tree")
    there = tree.processes()
    tree.up.send_signal(wish)
    assert tree.up.wait(13) == 0
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in there), 5, "the end of all processes")


def test_children_do_not_outlive_a_killed_launcher(tree: Tree) -> None:
    there = tree.processes()
    tree.up.kill()
    wait_for(lambda: not [pid for pid in there if alive(pid)], 15, "the end of the children")


def test_a_killed_tree_comes_back_with_all_it_was_asked(tree: Tree) -> None:
    for n in range(10):
        tree.ask_for_code(f"ban{n}@example.vn")
    tree.kill_all()
    tree.start()
    wait_for(lambda: all(tree.letter_to(f"ban{n}@example.vn") for n in range(10)), 30, "ten letters")


@pytest.mark.parametrize("name", ["web", "worker", "broker"])
def test_what_dies_is_started_again_with_one_line(tree: Tree, name: str) -> None:
    os.killpg(child(tree, name), signal.SIGKILL)
    wait_for(lambda: f"{name} ended (killed by SIGKILL)" in tree.log.read_text(), 10, "the line")
    assert len(re.findall(rf"^{name} ended", tree.log.read_text(), re.MULTILINE)) == 1
    wait_for(tree.answers, 15, "the page")
    tree.ask_for_code("sau@example.vn")
    wait_for(lambda: tree.letter_to("sau@example.vn"), 20, "the letter")


def test_two_trees_live_side_by_side(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Tree(tmp_path_factory.mktemp("other"))
    try:
        other.start()
        other.ask_for_code("kia@example.vn")
        wait_for(lambda: other.letter_to("kia@example.vn"), 15, "the letter")
        assert not tree.letter_to("kia@example.vn")
        assert tree.answers()
    finally:
        other.kill_all()


def test_a_second_tree_in_the_same_folder_is_refused(tree: Tree) -> None:
    env = {**os.environ, "VAR_DIR": str(tree.folder), "PORT": str(any_free_port())}
    second = subprocess.run(
        [sys.executable, "-m", "portal", "up"], env=env, capture_output=True, text=True, timeout=20, check=False
    )
    assert second.returncode == 1
    assert second.stderr.startswith("Error: Another portal runs in")


def child(tree: Tree, name: str) -> int:
    """The process id of a child of the launcher, in the order they are started."""
    below = [int(pid) for pid in Path(f"/proc/{tree.up.pid}/task/{tree.up.pid}/children").read_text().split()]
    return sorted(below)[["broker", "worker", "web"].index(name)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

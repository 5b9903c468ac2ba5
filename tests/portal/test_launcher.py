"""The process tree: locked, watched, restarted, ended."""

import os
import signal
import socket
import sys
import time

import pytest

from portal import launcher
from portal.settings import SettingsError

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


def child(command):
    return launcher.Child("worker", command, dict(os.environ))


def test_two_trees_cannot_share_a_folder(tmp_path):
    with launcher.hold_folder(tmp_path), pytest.raises(SettingsError, match="Another portal"):
        launcher.hold_folder(tmp_path)


def test_the_lock_goes_with_the_process(tmp_path):
    launcher.hold_folder(tmp_path).close()
    launcher.hold_folder(tmp_path).close()


def test_a_used_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert launcher.free_port(port) > port


def test_a_dead_child_is_started_again_after_a_wait_and_one_line(capsys):
    one = child([sys.executable, "-c", "raise SystemExit(3)"])
    one.watch()
    one.process.wait()
    one.watch()
    assert capsys.readouterr().out == "worker ended (exit status 3); starting it again in 1 s\n"
    assert one.process is None
    one.watch()
    assert one.process is None, "it waits"
    one.start_at = time.monotonic()
    one.watch()
    assert one.process is not None
    one.process.wait()


def test_the_wait_grows_up_to_a_limit(monkeypatch, capsys):
    one = child(["false"])
    waits = []
    for _ in range(9):
        one.start_at = 0
        one.watch()
        one.process.wait()
        now = time.monotonic()
        one.watch()
        waits.append(round(one.start_at - now))
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]


def test_stopping_takes_the_whole_group():
    script = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    reader, writer = os.pipe()
    one = child([sys.executable, "-c", script])
    saved = os.dup(1)
    os.dup2(writer, 1)
    one.start()
    os.dup2(saved, 1)
    grandchild = int(os.read(reader, 20))
    one.stop(time.monotonic() + 5)
    for end in (reader, writer, saved):
        os.close(end)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and alive(grandchild):
        time.sleep(0.02)
    assert not alive(grandchild)
    assert one.process.returncode == -signal.SIGTERM


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().split()[2] != "Z"
    except OSError:
        return False


def test_what_a_fork_says_comes_back():
    assert launcher.in_a_fork(lambda: "xin chào") == "xin chào"


def test_a_fork_that_fails_ends_the_start(capfd):
    def fail():
        raise SettingsError("PORT is wrong")

    with pytest.raises(SystemExit):
        launcher.in_a_fork(fail)
    assert "PORT is wrong" in capfd.readouterr().err


def test_a_broker_comes_from_the_wheel():
    assert launcher.broker_binary().endswith("valkey-server")


def test_the_brokers_password_is_nobody_elses(tmp_path):
    broker, url = launcher.broker(tmp_path, {})
    config = tmp_path / "valkey" / "valkey.conf"
    assert config.stat().st_mode & 0o777 == 0o600
    assert url.startswith("redis://:")
    assert broker.command[0].endswith("valkey-server")

"""The process tree: locked, watched, restarted, ended."""

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from portal import launcher
from portal.settings import SettingsError
from tests import half_answers


def child(*command):
    return launcher.Child("worker", command, {})


def python(script):
    return child(sys.executable, "-c", script)


def ended(one):
    os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)
    return one


def wait_until(look):
    deadline = time.monotonic() + 5
    while not look():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


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
    one = python("raise SystemExit(3)")
    one.watch()
    ended(one).watch()
    assert capsys.readouterr().out == "worker ended (exit status 3); starting it again in 1 s\n"
    one.watch()
    assert one.pid is None, "it waits"
    one.start_at = time.monotonic()
    one.watch()
    assert one.pid is not None
    ended(one).watch()


def test_the_wait_grows_up_to_a_limit(capsys):
    one = child("/bin/false")
    waits = []
    for _ in range(9):
        one.start_at = 0
        one.watch()
        now = time.monotonic()
        ended(one).watch()
        waits.append(round(one.start_at - now))
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert "exit status 1" in capsys.readouterr().out


def test_a_portal_that_dies_in_the_middle_of_its_answer_is_not_ready_yet():
    with half_answers.dying(half_answers.BEFORE_ITS_STATUS) as port:
        web = launcher.Child("web", ("true",), {"PORT": str(port)})
        assert not launcher.Tree([web]).tell_when_ready(lambda: pytest.fail("told too early"))


def test_a_module_runs_in_the_fork_with_its_own_environment(capfd):
    one = launcher.Child("worker", ["tests.data.greet", "xin", "chào"], {"GREETING": "Nảy"})
    one.start()
    assert ended(one).poll() == 7
    assert capfd.readouterr().out == "Nảy: xin chào\n"


def test_stopping_takes_the_whole_group(tmp_path):
    note = tmp_path / "pid"
    one = python(
        f"import subprocess; p = subprocess.Popen(['sleep', '60']);open({str(note)!r}, 'w').write(str(p.pid)); p.wait()"
    )
    one.start()
    wait_until(lambda: note.exists() and note.read_text())
    one.ask_to_end()
    one.stop(time.monotonic() + 5)
    grandchild = int(note.read_text())
    wait_until(lambda: not alive(grandchild))


def test_a_child_that_does_not_end_is_made_to(tmp_path, capsys):
    note = tmp_path / "ready"
    one = python(f"import signal, time; signal.signal(15, signal.SIG_IGN); open({str(note)!r}, 'w'); time.sleep(60)")
    one.start()
    wait_until(note.exists)
    one.ask_to_end()
    one.stop(time.monotonic() + 0.2)
    assert one.pid is None
    assert capsys.readouterr().out == "worker did not end in time and was killed\n"


def test_a_broker_comes_from_the_wheel():
    assert launcher.broker_binary().endswith("valkey-server")


def test_the_brokers_password_is_nobody_elses(tmp_path):
    broker, url = launcher.broker(tmp_path, {})
    config = tmp_path / "valkey" / "valkey.conf"
    assert config.stat().st_mode & 0o777 == 0o600
    assert url.startswith("redis://:")
    assert broker.command[0].endswith("valkey-server")

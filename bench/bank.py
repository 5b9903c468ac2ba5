"""A bank to measure on: of DATABASE_URL, or a fresh PostgreSQL or SQLite. It is filled where it holds less than asked for."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import sqlalchemy as sa
from apiflask import APIFlask

from portal.app import create_app
from portal.settings import Settings

TUNED = {"random_page_cost": "1.1", "work_mem": "32MB", "max_wal_size": "4GB", "jit": "off"}
"""As `docker-compose.yml` starts it, but for the memory that only a restart gives."""


@contextmanager
def bank(engine: str, ideas: int, votes: int) -> Iterator[tuple[dict[str, str], int]]:
    """Yields the environment of a filled portal and the process id of its database server (0: none)."""
    with tempfile.TemporaryDirectory() as folder:
        url, pid = os.environ.get("DATABASE_URL", ""), 0
        if engine == "postgresql" and not url:
            url, pid = _postgresql()
        env = {
            "VAR_DIR": folder,
            "SECRET_KEY": "bench",
            "BASE_URL": "http://127.0.0.1",
            "LIMITS": "off",
            "DATABASE_URL": url,
        }
        os.environ.update(env)
        _command("migrate")
        if not url:
            env["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'ideabank.sqlite3'}"
        if not pid and url.startswith("postgresql"):
            pid = _server_here(url)
        if _ideas_in(env["DATABASE_URL"]) < ideas:
            _command("fill", "--ideas", str(ideas), "--votes", str(votes))
        yield env, pid


def _command(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "portal", *words], check=True, stdout=sys.stderr)


def _ideas_in(url: str) -> int:
    with sa.create_engine(url).connect() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM idea_rank")) or 0


def _server_here(url: str) -> int:
    """The process id of a PostgreSQL on this machine; 0 if it is on another."""
    if sa.make_url(url).host not in {None, "localhost", "127.0.0.1"}:
        return 0
    with sa.create_engine(url).connect() as connection:
        return psutil.Process(connection.scalar(sa.text("SELECT pg_backend_pid()"))).ppid()


def portal(env: dict[str, str]) -> APIFlask:
    return create_app(Settings.from_env(env))


def _postgresql() -> tuple[str, int]:
    from tests import postgres  # noqa: PLC0415  # only where there is none

    server = postgres.serve()
    url = postgres.url_of(server)
    with sa.create_engine(url, isolation_level="AUTOCOMMIT").connect() as connection:
        for name, value in TUNED.items():
            connection.execute(sa.text(f"ALTER SYSTEM SET {name} = '{value}'"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    return url, server.get_postmaster_info().process.pid

"""A copy of the database, and of the files people attached, in a folder; and back.

Taken while the portal runs; put back while it does not. A file is written before its row and never changed, so files
copied after the database are all that its rows name.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from portal.errors import Fault

MANIFEST, SQLITE_COPY, POSTGRESQL_COPY, FILES = "backup.json", "ideabank.sqlite3", "ideabank.pgdump", "uploads"
PAGES_AT_ONCE = 2_000
BUSY_SECONDS = 30
PEOPLE_AND_IDEAS = ("member", "idea", "campaign", "vote")

Progress = Callable[[int, int], None]


def save(engine: sa.Engine, uploads: Path, folder: Path, progress: Progress) -> Path:
    """Copy the database, then what lies in `uploads`, into `folder`; returns the copy of the database. Raises Fault."""
    kind = engine.dialect.name
    copy = folder / (SQLITE_COPY if kind == "sqlite" else POSTGRESQL_COPY)
    if (folder / MANIFEST).exists():
        raise Fault(f"{folder} holds a backup already. Give another folder.")
    part = copy.with_suffix(".part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if kind == "sqlite":
            _save_sqlite(_file(engine.url), part, progress)
        else:
            _run("pg_dump", engine.url, "--format=custom", "--no-owner", f"--file={part}")
        part.chmod(0o600)
        part.replace(copy)
        _copy_files(uploads, folder / FILES)
        manifest = {
            "engine": kind,
            "schema": schema_of(engine),
            "taken_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise Fault(f"{folder} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return copy


def put_back(engine: sa.Engine, uploads: Path, folder: Path, progress: Progress, *, force: bool) -> dict[str, Any]:
    """Replace the database by the copy in `folder`, add the files to `uploads`; returns the manifest. Raises Fault."""
    manifest = read_manifest(folder)
    if manifest["engine"] != engine.dialect.name:
        raise Fault(f"{folder} is a backup of {manifest['engine']}, DATABASE_URL names {engine.dialect.name}.")
    if manifest["schema"] not in {script.revision for script in revisions().walk_revisions()}:
        raise Fault(
            f"{folder} has schema {manifest['schema']}, which is newer than this portal. Install a newer portal."
        )
    if not force and not is_missing(engine.url) and holds_anything(engine):
        raise Fault("The database is not empty. With --force it is replaced, and what is in it now is lost.")
    engine.dispose()
    make_room(engine.url)
    if engine.dialect.name == "sqlite":
        _restore_sqlite(folder / SQLITE_COPY, _file(engine.url), progress)
    else:
        _run("pg_restore", engine.url, "--clean", "--if-exists", "--no-owner", "--single-transaction",
             "--exit-on-error", str(folder / POSTGRESQL_COPY))  # fmt: skip
    _copy_files(folder / FILES, uploads)
    return manifest


def _copy_files(source: Path, target: Path) -> None:
    """Those that are not there yet. One that is deleted meanwhile belongs to no row any more."""
    for file in source.glob("??/*.*"):
        there = target / file.parent.name / file.name
        if not there.exists():
            there.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                shutil.copy2(file, there)


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Fault(f"{folder} holds no backup: {MANIFEST} is missing or damaged.") from error
    return manifest


def holds_anything(engine: sa.Engine) -> bool:
    """True if somebody has been here: a freshly migrated database counts as empty."""
    with engine.connect() as connection:
        present = set(sa.inspect(connection).get_table_names())
        return any(
            connection.execute(sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)).first()
            for name in PEOPLE_AND_IDEAS
            if name in present
        )


def is_missing(url: sa.URL) -> bool:
    """True if the database is a file that is not there. Connecting would make it."""
    return url.get_backend_name() == "sqlite" and not _file(url).exists()


def make_room(url: sa.URL) -> None:
    """The folder of a database that is a file."""
    if url.get_backend_name() == "sqlite":
        _file(url).parent.mkdir(parents=True, exist_ok=True)


def revisions() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))


def schema_of(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def _file(url: sa.URL) -> Path:
    return Path(url.database or "")


# --- SQLite -------------------------------------------------------------------------------------


def _save_sqlite(source: Path, copy: Path, progress: Progress) -> None:
    if not source.exists():
        raise Fault(f"There is no database {source}.")
    _copy(source, copy, progress)
    _check(copy)


def _restore_sqlite(copy: Path, target: Path, progress: Progress) -> None:
    _check(copy)
    _copy(copy, target, progress)


def _copy(source: Path, target: Path, progress: Progress) -> None:
    """SQLite's own online copy: one consistent state, while others read and write."""
    try:
        with (
            closing(sqlite3.connect(source, timeout=BUSY_SECONDS)) as old,
            closing(sqlite3.connect(target, timeout=BUSY_SECONDS)) as new,
        ):
            old.backup(new, pages=PAGES_AT_ONCE, progress=lambda _status, left, total: progress(total - left, total))
    except sqlite3.Error as error:
        raise Fault(f"{source} cannot be copied to {target}: {error}.") from error


def _check(copy: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{copy.resolve().as_uri()}?immutable=1", uri=True)) as connection:
            found = connection.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        found = str(error)
    if found != "ok":
        raise Fault(f"{copy} is damaged: {found}.")


# --- PostgreSQL ---------------------------------------------------------------------------------


def _run(program: str, url: sa.URL, *options: str) -> None:
    """PostgreSQL's own tool. The password goes by the environment, where `ps` does not show it."""
    if shutil.which(program) is None:
        raise Fault(f"{program} is not on the PATH. Install PostgreSQL's client programs, of the server's version.")
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    env = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    command = [program, f"--dbname={plain}", *options]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)  # noqa: S603  # no shell
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        detail = next((line for line in lines if "detail" in line), "")
        raise Fault(" ".join(filter(None, (lines[0], detail))))

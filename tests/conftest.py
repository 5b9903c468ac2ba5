"""One migrated database per engine and worker; each test runs in a transaction that is rolled back."""

from __future__ import annotations

import gc
import os
import shutil
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask import Flask, g
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.engine.default import DefaultDialect

from portal.accounts import secrets
from portal.app import create_app
from portal.database import db
from portal.notifications import delivery
from portal.outbox import services as outbox
from portal.settings import Settings
from portal.units import queries as units
from portal.units.queries import Reference
from tests import postgres

ENGINES = ("sqlite", "postgresql")
secrets._passwords = PasswordHash(
    (Argon2Hasher(memory_cost=8, time_cost=1, parallelism=1),)
)  # slow on purpose elsewhere
secrets._NOBODY = secrets._passwords.hash("nobody")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--engine", choices=ENGINES, help="run on one engine only, while working")


def pytest_configure(config: pytest.Config) -> None:
    """What all share is started once, by the process that hands out the tests."""
    if not hasattr(config, "workerinput"):
        os.environ["TEST_TEMPLATES"] = str(postgres.scratch("nay-templates-"))
        if config.getoption("--engine") != "sqlite":
            os.environ["TEST_POSTGRESQL"] = postgres.start()
            never_mind_a_crash(os.environ["TEST_POSTGRESQL"])
    # Hundreds of applications are made, and each would compile its templates anew: a fifth of the time.
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(os.environ["TEST_TEMPLATES"])}


def never_mind_a_crash(server: str) -> None:
    """Nobody needs these databases after a power cut; the servers of tests/faults stay as careful as real ones."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on both engines."""
    if "engine" in metafunc.fixturenames:
        only = metafunc.config.getoption("--engine")
        metafunc.parametrize("engine", [only] if only else ENGINES, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of pages and of the API, and modules marked `one_engine_each`, run each case on one engine, half on each.

    What they look at is words and rules; the queries beneath have tests of their own on both.
    """
    if not config.getoption("--engine"):
        items[:] = [item for item in items if not looks_at_words(item) or runs_here(item)]


def pytest_collection_finish() -> None:
    """What is loaded stays loaded: the collector need not walk through it again and again (a seventh of the time)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 100)


def looks_at_words(item: pytest.Item) -> bool:
    return item.path.stem.endswith(("pages", "api")) or item.get_closest_marker("one_engine_each") is not None


def runs_here(item: pytest.Item) -> bool:
    """Whether this is the engine on which the case runs; the same in all processes, from run to run."""
    engine = item.callspec.params.get("engine") if hasattr(item, "callspec") else None
    return engine in (None, ENGINES[zlib.crc32(item.nodeid.replace(str(engine), "").encode()) % 2])


@pytest.fixture(autouse=True, scope="session")
def patience() -> Iterator[None]:
    """However busy the machine is, a test's drain and relay end when there is nothing left to do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "BUDGET", 60.0)
        patch.setattr(outbox, "BUDGET", 60.0)
        yield


@pytest.fixture(autouse=True, scope="session")
def savepoints() -> Iterator[None]:
    """Each commit of a test is a savepoint: a quarter of its statements, which SQLAlchemy would compile each time."""
    with pytest.MonkeyPatch.context() as patch:
        for verb, words in (
            ("", "SAVEPOINT"),
            ("release_", "RELEASE SAVEPOINT"),
            ("rollback_to_", "ROLLBACK TO SAVEPOINT"),
        ):
            patch.setattr(DefaultDialect, f"do_{verb}savepoint", saying(words))
        yield


def saying(words: str) -> Any:
    return lambda _dialect, connection, name: connection.exec_driver_sql(f"{words} {name}")


@pytest.fixture(scope="session")
def settings_for(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Settings of a portal in a fresh folder: settings_for('sqlite', UNDO_WINDOW='0')."""

    def make(database_url: str = "", **env: str) -> Settings:
        folder = tmp_path_factory.mktemp("var")
        return Settings.from_env(
            {
                "VAR_DIR": str(folder),
                "SECRET_KEY": "test",
                "BASE_URL": "http://localhost",
                "DATABASE_URL": database_url,
                **env,
            }
        )

    return make


def fresh_postgresql(name: str, template: str | None = None) -> str:
    """Make an empty database (or a copy of a migrated one); returns its URL."""
    server = os.environ["TEST_POSTGRESQL"]
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f'CREATE DATABASE "{name}"' + (f' TEMPLATE "{template}"' if template else "")))
    engine.dispose()
    return database_url(server, name)


def database_url(server: str, name: str) -> str:
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated(engine: str, settings_for: Any, worker_id: str) -> Settings:
    """Settings of a migrated database of this worker; nobody writes to it for good."""
    url = fresh_postgresql(f"migrated_{worker_id}") if engine == "postgresql" else ""
    settings: Settings = settings_for(url)
    app = create_app(settings)
    import flask_migrate

    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    return settings


def copy_migrated(migrated: Settings, to: Settings) -> None:
    """Put a copy of the migrated database where these settings look for theirs, which nobody is connected to."""
    source, target = (sa.make_url(each.database_url).database or "" for each in (migrated, to))
    if to.database_url.startswith("postgresql"):
        fresh_postgresql(target, template=source)
    else:
        shutil.copy(source, target)


@pytest.fixture(scope="session")
def settings_of(engine: str, settings_for: Any, worker_id: str) -> Any:
    """Settings of a database of this worker: settings_of("test")."""

    def make(name: str) -> Settings:
        server = os.environ["TEST_POSTGRESQL"] if engine == "postgresql" else ""
        made: Settings = settings_for(server and database_url(server, f"{name}_{worker_id}"))
        return made

    return make


@pytest.fixture(scope="session")
def portal_app(migrated: Settings, settings_of: Any) -> Iterator[APIFlask]:
    app = create_app(settings_of("test"))
    copy_migrated(migrated, app.config["SETTINGS"])
    app.before_request_funcs.setdefault(None, []).insert(0, begin_anew)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def compiled(portal_app: APIFlask) -> dict[Any, Any]:
    """All tests together know more statements than an engine keeps compiled."""
    return {}


def begin_anew() -> None:
    """A test's app context outlives its requests; the reader and the language one request keeps in `g` must not."""
    g.__dict__.clear()


@pytest.fixture(scope="session")
def as_migrated(portal_app: APIFlask) -> Reference:
    """The reference data as it was migrated: a test that changes it forgets it as the portal does."""
    with portal_app.app_context():
        units.forget()
        return units.reference()


@pytest.fixture
def app(portal_app: APIFlask, compiled: dict[Any, Any], as_migrated: Reference) -> Iterator[APIFlask]:
    """The portal on one connection whose transaction is rolled back: commits inside become savepoints.

    Flask-SQLAlchemy offers no public way to put a connection in place of an engine; this is the one place that
    uses its private attribute, and the version is locked.
    """
    units.keep(as_migrated)
    with portal_app.app_context():
        engines = db._app_engines[portal_app]
        real = engines[None]
        connection = real.connect().execution_options(writer=True, compiled_cache=compiled)
        outer = connection.begin()
        engines[None] = connection  # type: ignore[call-overload]
        try:
            yield portal_app
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            engines[None] = real


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def committing_app(settings_of: Any) -> APIFlask:
    """The portal of `fresh_app`: making one takes longer than most tests do."""
    return create_app(settings_of("fresh"))


@pytest.fixture
def fresh_app(committing_app: APIFlask, migrated: Settings) -> Iterator[APIFlask]:
    """A portal on a database of its own that really commits: for threads, processes and faults."""
    units.forget()
    settings: Settings = committing_app.config["SETTINGS"]
    shutil.rmtree(settings.var_dir)
    settings.var_dir.mkdir()
    copy_migrated(migrated, settings)
    with committing_app.app_context():
        engines = db._app_engines[committing_app]
        real = engines[None]
    engines[None] = (
        real.execution_options()
    )  # the same pool, and nothing that processes keep of a database by its engine
    yield committing_app
    with committing_app.app_context():
        db.session.remove()
    real.dispose()
    engines[None] = real
    units.forget()

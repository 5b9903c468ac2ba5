"""One metadata for SQLite and PostgreSQL, and the one way to write: `with transaction():` at the edge."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from math import inf
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Integer,
    MetaData,
    Pool,
    Tuple,
    bindparam,
    event,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

T = TypeVar("T")
SQLITE_PATIENCE = 10  # seconds
TRUSTED = 1.0  # seconds
"""A connection given back longer ago may be dead by now, and is asked before it is used."""
SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an answered request survives a power cut
    f"busy_timeout={SQLITE_PATIENCE * 1000}",
    "foreign_keys=ON",
    "cache_size=-16384",
    "temp_store=MEMORY",
)
POSTGRESQL_OPTIONS = " ".join(
    f"-c {setting}"
    for setting in (
        "timezone=utc",
        r"default_transaction_isolation=read\ committed",  # `transaction()` goes on with what has read
        "statement_timeout=5s",
        "lock_timeout=2s",
        "idle_in_transaction_session_timeout=10s",
    )
)


class UtcDateTime(TypeDecorator[datetime]):
    """Timezone-aware UTC in and out, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Place = tuple[datetime, int]
"""Where a list by time goes on: time and id of its last row, which may be gone by then."""
CLOCK = select(func.clock_timestamp())
"""Made once: a request asks for it more often than for anything else."""
AT_ONCE = 500
"""Rows of one statement: SQLite counts its parameters."""
Key = Annotated[int, mapped_column(BigId, primary_key=True)]


class Base(DeclarativeBase):
    """Flask-SQLAlchemy copies this class, and SQLAlchemy then wants the type map on the registry itself."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON},
    )


db = SQLAlchemy(
    model_class=Base, session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"}
)

if TYPE_CHECKING:

    class Model(Base):
        __abstract__ = True
else:
    Model = db.Model


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    if type(connection).__module__.partition(".")[0] != "sqlite3":
        return
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Pool, "checkin")
def _note_when(_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["given_back"] = time.monotonic()


@event.listens_for(Engine, "engine_connect")
def _ask_whether_alive(connection: Connection) -> None:
    """SQLAlchemy's `pool_pre_ping`, but not for a connection just given back: there it is a sixth of what a vote waits for."""
    given_back = connection.info.get("given_back", inf)
    if connection.dialect.name == "sqlite" or time.monotonic() - given_back < TRUSTED:
        return
    try:
        connection.dialect.do_ping(connection.connection.driver_connection)  # type: ignore[arg-type]  # it is connected
    except connection.dialect.loaded_dbapi.Error:
        connection.invalidate()
        connection.engine.dispose()  # what lay idle beside it died with it: the next statement gets a new one


@event.listens_for(Engine, "begin")
def _begin(connection: Any) -> None:
    """A writer takes SQLite's lock at once: a read that turns into a write fails at once, whatever the timeout."""
    if connection.dialect.name == "sqlite":
        options = connection.get_execution_options()
        if options.get("writer"):
            _begin_writing(connection, "FULL" if options.get("durable", True) else "NORMAL")
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")


def _begin_writing(connection: Any, synchronous: str) -> None:
    """BEGIN IMMEDIATE, asked for each millisecond.

    SQLite's own waiting asks every 100 ms and so misses the gaps between the short writes of a batch, for
    seconds on end: beside a busy writer others waited up to 6.5 s, and 0.15 s this way.
    """
    raw, deadline = connection.connection.driver_connection, time.monotonic() + SQLITE_PATIENCE
    raw.execute("PRAGMA busy_timeout=0")
    raw.execute(f"PRAGMA synchronous={synchronous}")
    try:
        while time.monotonic() < deadline:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    break
                time.sleep(0.001)
            else:
                return
        connection.exec_driver_sql("BEGIN IMMEDIATE")  # the last try, whose error everybody understands
    finally:
        raw.execute(f"PRAGMA busy_timeout={SQLITE_PATIENCE * 1000}")


def engine_options(url: str) -> dict[str, Any]:
    """Options for create_engine: short waits everywhere, so that a sick database answers 503 and not silence.

    What people typed stands in no error, and so in no log.
    """
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10}}
    return {
        "hide_parameters": True,
        "pool_timeout": 3,
        "pool_recycle": 1800,
        "connect_args": {"connect_timeout": 2, "tcp_user_timeout": 5000, "options": POSTGRESQL_OPTIONS},
    }


@contextmanager
def transaction(*, durable: bool = True) -> Iterator[Session]:
    """One write, committed whole or not at all.

    Not `durable`: SQLite does not wait for the disk, so the write survives whatever happens to processes, but a power
    cut may undo it (whole, and not what a later durable write has confirmed). PostgreSQL always waits.

    On SQLite the read transaction so far is ended first, because there a reader cannot become a writer
    (`docs/decisions/0004`). On PostgreSQL it goes on: each statement sees what is newest, and ending it would cost a
    commit, a ping and a begin, a third of what a vote asks of the server. On both what was read before may be stale:
    services guard with `WHERE version = …` or read again.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("transaction() inside transaction(): a service must not commit")
    session.info["writing"] = True
    try:
        if db.engine.dialect.name == "sqlite":
            if session.in_transaction():
                session.commit()
            session.connection(execution_options={"writer": True, "durable": durable})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def take_time(connection: Connection | None = None) -> None:
    """Let this transaction last longer than a request may: counting millions, filling a bank, changing its tables."""
    if db.engine.dialect.name == "postgresql":
        names = ("statement_timeout", "idle_in_transaction_session_timeout")
        (connection or db.session).execute(select(*(func.set_config(name, "0", True) for name in names)))


def ask(statement: Executable, parameters: dict[str, Any]) -> CursorResult[Any]:
    """What a statement of columns says, past the ORM: for one that is made once and asked often.

    The ORM's part, which such a statement has no use for, costs more than all the rest of asking it.
    """
    return db.session.connection().execute(statement, parameters)


def now() -> datetime:
    """The database's clock: no worker's clock decides what is due."""
    if db.engine.dialect.name == "sqlite":  # the same machine
        return datetime.now(UTC)
    moment: datetime = ask(CLOCK, {}).scalar_one()
    return moment.astimezone(UTC)


def clock() -> ColumnElement[datetime]:
    """`now()` as a column, for a statement that goes to the database anyway; the same in each of its rows.

    A statement may be made once with it: it is the time of each asking.
    """
    if db.engine.dialect.name == "sqlite":
        return bindparam(None, callable_=lambda: datetime.now(UTC), type_=UtcDateTime)
    return func.statement_timestamp(type_=UtcDateTime)


def at_place(place: Place) -> Tuple:
    """To compare a row value of time and id with."""
    return tuple_(literal(place[0], UtcDateTime), literal(place[1], BigId))


def portions(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """At most AT_ONCE rows at a time."""
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def insert_into(table: Any) -> Any:
    """INSERT of the engine in use, which knows ON CONFLICT."""
    return (postgresql if db.engine.dialect.name == "postgresql" else sqlite).insert(table)


def insert_ignore(table: Any) -> Any:
    """INSERT … ON CONFLICT DO NOTHING."""
    return insert_into(table).on_conflict_do_nothing()

"""Runs the migrations on whichever engine the application uses; one set serves both."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.database import UtcDateTime, db, take_time


def ours(name: str | None, kind: str, _parent: object) -> bool:
    """The search index is made by hand on each engine, so autogenerate must not see it."""
    return not (kind in {"table", "index"} and (name or "").startswith("idea_search"))


def plainly(kind: str, thing: object, _context: object) -> str | bool:
    """A migration must run when the code has moved on, so it names no type of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcDateTime) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        compare_type=True,
        include_name=ours,
        render_item=plainly,
    )
    with context.begin_transaction():
        take_time(connection)
        context.run_migrations()


@contextmanager
def unwatched(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by putting a new one in its place; meanwhile what points at it points at nothing.

    Foreign keys can only be let go outside a transaction. What was written is looked at before it is relied upon.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.driver_connection
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        if lost := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows point at nothing: {lost[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")


given = current_app.extensions["migrate"].configure_args.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect().execution_options(writer=True) as opened, unwatched(opened):
        run(opened)
        opened.commit()

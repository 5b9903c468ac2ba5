"""Runs the migrations on whichever engine the application uses; one set serves both."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.database import UtcDateTime, db


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
        context.run_migrations()


given = current_app.extensions["migrate"].configure_args.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect().execution_options(writer=True) as opened:
        run(opened)
        opened.commit()

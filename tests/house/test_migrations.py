"""The way back is a way: every migration can be taken down and up again, on both engines."""

from __future__ import annotations

import os
from typing import Any

import flask_migrate
import pytest

from portal.app import create_app
from portal.database import db
from tests.conftest import fresh_postgresql

REFERENCE_DATA = "0003"  # what stands below is the first installation


def test_what_was_migrated_up_goes_down_and_up_again(engine: str, settings_for: Any, worker_id: str) -> None:
    url = fresh_postgresql(f"migrations_{worker_id}") if engine == "postgresql" else ""
    app = create_app(settings_for(url))
    with app.app_context():
        flask_migrate.upgrade()
        flask_migrate.downgrade(revision=REFERENCE_DATA)
        assert sorted(db.inspect(db.engine).get_table_names()) != sorted(db.metadata.tables)
        flask_migrate.upgrade()
        assert set(db.metadata.tables) <= set(db.inspect(db.engine).get_table_names())
        db.engine.dispose()


@pytest.mark.skipif("TEST_POSTGRESQL" not in os.environ, reason="SQLite has no such limit")
def test_a_migration_takes_the_time_it_needs(settings_for: Any, worker_id: str) -> None:
    """Requests may ask for five seconds at most; an index over two million ideas takes longer."""
    app = create_app(settings_for(fresh_postgresql(f"slowly_{worker_id}")))
    limits = set()

    def look(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        if statement.lstrip().startswith("CREATE"):
            limits.add(cursor.connection.execute("SHOW statement_timeout").fetchone()[0])

    with app.app_context():
        db.event.listen(db.engine, "after_cursor_execute", look)
        flask_migrate.upgrade()
        db.engine.dispose()
    assert limits == {"0"}

"""The way back is a way: every migration can be taken down and up again, on both engines, and takes the time it needs."""

from __future__ import annotations

from typing import Any

import flask_migrate

from portal.app import create_app
from portal.database import db
from tests.conftest import fresh_postgresql

REFERENCE_DATA = "0003"  # what stands below is the first installation


def test_what_was_migrated_up_goes_down_and_up_again(engine: str, settings_for: Any, worker_id: str) -> None:
    url = fresh_postgresql(f"migrations_{worker_id}") if engine == "postgresql" else ""
    app = create_app(settings_for(url))
    limits: set[str] = set()

    def look(_connection: object, cursor: Any, statement: str, *_: object) -> None:
        """Requests may ask PostgreSQL for five seconds at most; an index over two million ideas takes longer."""
        if engine == "postgresql" and statement.lstrip().startswith("CREATE"):
            limits.add(cursor.connection.execute("SHOW statement_timeout").fetchone()[0])

    with app.app_context():
        db.event.listen(db.engine, "after_cursor_execute", look)
        flask_migrate.upgrade()
        assert limits == ({"0"} if engine == "postgresql" else set())
        flask_migrate.downgrade(revision=REFERENCE_DATA)
        assert sorted(db.inspect(db.engine).get_table_names()) != sorted(db.metadata.tables)
        flask_migrate.upgrade()
        assert set(db.metadata.tables) <= set(db.inspect(db.engine).get_table_names())
        db.engine.dispose()

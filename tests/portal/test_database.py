"""The one way to write, on both engines."""

from threading import Thread

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from portal.database import db, now, transaction
from portal.outbox.models import Fact


def test_sixteen_threads_that_read_first_all_write(fresh_app):
    failures = []

    def read_then_write():
        try:
            with fresh_app.app_context():
                for _ in range(10):
                    db.session.scalar(select(func.count()).select_from(Fact))
                    with transaction():
                        db.session.add(Fact(name="Tested", payload={}, next_at=now(), created_at=now()))
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=read_then_write) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with fresh_app.app_context():
        assert failures == []
        assert db.session.scalar(select(func.count()).select_from(Fact)) == 160


def test_only_a_durable_write_waits_for_the_disk(fresh_app):
    with fresh_app.app_context():
        if db.engine.dialect.name == "sqlite":
            for durable, synchronous in ((True, 2), (False, 1), (True, 2)):
                with transaction(durable=durable) as session:
                    assert session.scalar(text("PRAGMA synchronous")) == synchronous


def test_a_failed_transaction_leaves_nothing(app):
    try:
        with transaction():
            db.session.add(Fact(name="Tested", payload={}, next_at=now(), created_at=now()))
            db.session.flush()
            raise LookupError
    except LookupError:
        pass
    assert db.session.scalar(select(func.count()).select_from(Fact)) == 0


def test_a_connection_that_died_while_it_lay_idle_is_opened_again(fresh_app, monkeypatch):
    """As after a restart of the server; the same on an engine whose connections cannot die."""
    monkeypatch.setattr("portal.database.TRUSTED", 0)
    with fresh_app.app_context():
        facts = select(func.count()).select_from(Fact)
        with db.engine.connect(), db.engine.connect():  # two lie idle afterwards, as where threads ask
            assert db.session.scalar(facts) == 0
        db.session.remove()
        if db.engine.dialect.name == "postgresql":
            kill_the_others()
        assert db.session.scalar(facts) == 0


def test_a_connection_just_given_back_is_not_asked(fresh_app, monkeypatch):
    with fresh_app.app_context():
        monkeypatch.setattr(db.engine.dialect, "do_ping", lambda _connection: 1 / 0)
        for _ in range(2):
            db.session.scalar(select(1))
            db.session.remove()


def test_what_was_typed_stands_in_no_error(app):
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(text("SELECT nothing FROM nowhere WHERE email = :email"), {"email": "an@example.vn"})
    assert "an@example.vn" not in str(caught.value)


def kill_the_others():
    """Every other connection to this database, from one of its own."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    apart = create_engine(db.engine.url)
    with apart.connect() as connection:
        assert connection.execute(text(others)).all()
    apart.dispose()

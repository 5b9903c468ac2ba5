"""The one way to write, on both engines."""

from threading import Thread

from sqlalchemy import func, select, text

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

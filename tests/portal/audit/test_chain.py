"""Acts leave entries that nobody can change, take out, swap or cut off unseen."""

import json
import threading

import pytest
import sqlalchemy as sa

from portal import checks
from portal.audit import heads, queries
from portal.audit import services as audit
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.settings import Settings

KEY = "test"


@pytest.fixture
def var_dir(tmp_path):
    return tmp_path


def act(count=1):
    with transaction():
        for number in range(count):
            audit.record(7, "role_granted", "member", number, {"role": "juror", "unit": 3})


def chained(var_dir, count=6):
    act(count)
    with transaction():
        audit.chain(KEY)
        head = audit.head()
    heads.note(var_dir, head, now())


def sql(statement, **values):
    with transaction():
        db.session.execute(sa.text(statement), values)


def broken(var_dir):
    found = queries.broken_at(KEY, var_dir)
    return found and found.seq


def test_an_act_that_is_rolled_back_leaves_nothing(app):
    def half_done():
        with transaction():
            audit.record(7, "role_granted", "member", 1, {})
            db.session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert db.session.scalar(sa.select(sa.func.count(AuditEntry.id))) == 0


def test_entries_keep_what_they_say_in_one_spelling(app):
    with transaction():
        audit.record(None, "unit_added", "unit", 5, {"name": "Trường Đoàn", "code": "X", "at": [2, 1]})
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert entry.detail == '{"at":[2,1],"code":"X","name":"Trường Đoàn"}'
    assert (entry.actor_id, entry.action, entry.object_kind, entry.object_id) == (None, "unit_added", "unit", 5)


def test_a_chain_holds_over_batches(app, var_dir):
    chained(var_dir, 3)
    act(5)
    with transaction():
        assert audit.chain(KEY, limit=2) == 2
        assert audit.chain(KEY) == 3
        assert audit.chain(KEY) == 0
    assert (broken(var_dir), audit.head().seq, queries.oldest_staged()) == (None, 8, None)


@pytest.mark.parametrize(
    "change",
    ["actor_id = 8", "action = 'x'", "object_id = 99", "object_kind = 'x'", "detail = '{}'", "hash = prev_hash",
     "prev_hash = hash", "at = '2020-01-01 00:00:00+00:00'", "seq = NULL"],
)  # fmt: skip
def test_a_changed_entry_is_named(app, var_dir, change):
    chained(var_dir)
    sql(f"UPDATE audit_entry SET {change} WHERE seq = 4")
    assert broken(var_dir) == 4


def test_a_deleted_entry_is_named(app, var_dir):
    chained(var_dir)
    sql("DELETE FROM audit_entry WHERE seq IN (3, 5)")
    assert broken(var_dir) == 3


@pytest.mark.parametrize("columns", [["seq"], ["seq", "hash", "prev_hash"], ["detail", "object_id"]])
def test_two_swapped_entries_are_named(app, var_dir, columns):
    chained(var_dir)
    rows = {row.seq: row for row in db.session.execute(sa.select(AuditEntry.__table__)).all()}
    second, fifth = ({name: getattr(rows[seq], name) for name in columns} for seq in (2, 5))
    with transaction():
        table = sa.update(AuditEntry.__table__)
        if "seq" in columns:  # it is unique: step aside first
            db.session.execute(table.where(AuditEntry.id == rows[2].id).values(seq=None))
        db.session.execute(table.where(AuditEntry.id == rows[5].id).values(second))
        db.session.execute(table.where(AuditEntry.id == rows[2].id).values(fifth))
    assert broken(var_dir) == 2


def test_an_entry_slipped_in_between_is_named(app, var_dir):
    chained(var_dir)
    sql("UPDATE audit_entry SET seq = seq + 100 WHERE seq > 3")
    sql("UPDATE audit_entry SET seq = seq - 99 WHERE seq > 100")
    sql(
        "INSERT INTO audit_entry (id, at, actor_id, action, object_kind, detail, seq, prev_hash, hash)"
        " SELECT 999, at, actor_id, action, object_kind, detail, 4, prev_hash, hash FROM audit_entry WHERE seq = 3"
    )
    assert broken(var_dir) == 4


def test_a_cut_tail_is_named_by_the_head_in_the_table(app, tmp_path):
    chained(tmp_path / "elsewhere")
    sql("DELETE FROM audit_entry WHERE seq > 4")
    assert broken(tmp_path / "nothing noted here") == 5


def test_a_cut_tail_with_its_head_set_back_is_named_by_the_file(app, var_dir):
    chained(var_dir)
    hash_ = db.session.scalar(sa.select(AuditEntry.hash).where(AuditEntry.seq == 4))
    sql("DELETE FROM audit_entry WHERE seq > 4")
    sql("UPDATE audit_head SET seq = 4, hash = :hash", hash=hash_)
    assert broken(var_dir) == 5
    chained(var_dir / "meanwhile", 4)  # the chain goes on and becomes longer than it was
    assert broken(var_dir) == 6


def test_an_emptied_table_is_named(app, var_dir):
    chained(var_dir)
    sql("DELETE FROM audit_entry")
    assert broken(var_dir) == 1
    sql("UPDATE audit_head SET seq = 0, hash = chain")
    assert broken(var_dir) == 1


def test_another_key_fits_no_entry(app, var_dir):
    chained(var_dir)
    assert queries.broken_at("guessed", var_dir).seq == 1


def test_heads_of_another_database_and_half_lines_do_not_count(app, var_dir):
    chained(var_dir)
    with (var_dir / heads.FILE).open("a", encoding="utf-8") as file:
        file.write(
            f"2026-11-26T00:00:00+00:00 {'f' * 64} 900 {'e' * 64}\n2026-11-26T00:00:00+00:00 {audit.head().chain} 9"
        )
    assert broken(var_dir) is None


def test_a_restored_backup_is_no_cut(app, var_dir):
    chained(var_dir, 2)
    then = audit.head()
    chained(var_dir, 4)
    sql("DELETE FROM audit_entry WHERE seq > 2")
    sql("UPDATE audit_head SET seq = 2, hash = :hash", hash=then.hash)
    assert broken(var_dir) == 3
    heads.note_restored(var_dir, then, now())
    assert broken(var_dir) is None
    chained(var_dir, 5)
    assert broken(var_dir) is None


def test_the_file_of_heads_is_only_its_owners(app, var_dir):
    chained(var_dir)
    chained(var_dir, 0)
    file = var_dir / heads.FILE
    assert (file.stat().st_mode & 0o777, len(file.read_text(encoding="utf-8").splitlines())) == (0o600, 1)


def test_check_names_the_first_bad_row_and_fails(app, portal_app):
    settings = Settings.from_env({"VAR_DIR": str(portal_app.config["SETTINGS"].var_dir), "SECRET_KEY": KEY})
    act(3)
    with transaction():
        audit.chain(KEY)
    assert checks.audit_chain(settings).ok
    sql("UPDATE audit_entry SET detail = '{}' WHERE seq = 2")
    found = checks.audit_chain(settings)
    assert (found.ok, found.examples) == (False, [2])
    assert "The first bad row is entry 2: it is not as it was written." in found.in_words()
    assert json.loads(json.dumps(found.as_dict()))["ok"] is False


def test_two_workers_at_once_make_one_chain(fresh_app):
    """Eight threads stage and chain at the same time; every entry gets one place."""
    settings = fresh_app.config["SETTINGS"]
    ready, failed = threading.Barrier(8), []

    def work():
        try:
            with fresh_app.app_context():
                ready.wait()
                for _ in range(5):
                    act(3)
                    with transaction():
                        audit.chain(settings.secret_key)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with fresh_app.app_context():
        with transaction():
            audit.chain(settings.secret_key)
        assert (failed, audit.head().seq) == ([], 8 * 5 * 3)
        assert queries.broken_at(settings.secret_key, settings.var_dir) is None

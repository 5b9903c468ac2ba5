"""The search index over idea_text: FTS5 on SQLite, GIN on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_UP = (
    "CREATE VIRTUAL TABLE idea_search USING fts5(words, phrases, content='idea_text', content_rowid='idea_id',"
    " tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER idea_search_insert AFTER INSERT ON idea_text BEGIN"
    " INSERT INTO idea_search(rowid, words, phrases) VALUES (new.idea_id, new.words, new.phrases); END",
    "CREATE TRIGGER idea_search_delete AFTER DELETE ON idea_text BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, words, phrases)"
    " VALUES ('delete', old.idea_id, old.words, old.phrases); END",
    "CREATE TRIGGER idea_search_update AFTER UPDATE ON idea_text BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, words, phrases)"
    " VALUES ('delete', old.idea_id, old.words, old.phrases);"
    " INSERT INTO idea_search(rowid, words, phrases) VALUES (new.idea_id, new.words, new.phrases); END",
)
SQLITE_DOWN = (
    "DROP TRIGGER idea_search_update",
    "DROP TRIGGER idea_search_delete",
    "DROP TRIGGER idea_search_insert",
    "DROP TABLE idea_search",
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_UP:
            op.execute(statement)
        return
    for column in ("words", "phrases"):
        # Stored, because walking a sort index asks many rows one by one whether they match. Made from an array,
        # because the parser of to_tsvector takes tokens such as "01e50truong" apart.
        op.execute(
            f"ALTER TABLE idea_text ADD COLUMN {column}_search tsvector"
            f" GENERATED ALWAYS AS (array_to_tsvector(string_to_array({column}, ' '))) STORED"
        )
        op.execute(f"CREATE INDEX idea_search_{column} ON idea_text USING gin ({column}_search)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_DOWN:
            op.execute(statement)
        return
    for column in ("words", "phrases"):
        op.execute(f"ALTER TABLE idea_text DROP COLUMN {column}_search")

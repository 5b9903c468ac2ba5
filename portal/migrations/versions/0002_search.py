"""The search index over idea_text.tokens: FTS5 on SQLite, GIN on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE_UP = (
    "CREATE VIRTUAL TABLE idea_search USING fts5(tokens, content='idea_text', content_rowid='idea_id',"
    " tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER idea_search_insert AFTER INSERT ON idea_text BEGIN"
    " INSERT INTO idea_search(rowid, tokens) VALUES (new.idea_id, new.tokens); END",
    "CREATE TRIGGER idea_search_delete AFTER DELETE ON idea_text BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, tokens) VALUES ('delete', old.idea_id, old.tokens); END",
    "CREATE TRIGGER idea_search_update AFTER UPDATE ON idea_text BEGIN"
    " INSERT INTO idea_search(idea_search, rowid, tokens) VALUES ('delete', old.idea_id, old.tokens);"
    " INSERT INTO idea_search(rowid, tokens) VALUES (new.idea_id, new.tokens); END",
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
    else:
        # stored, because walking a sort index asks many rows one by one whether they match
        op.execute(
            "ALTER TABLE idea_text ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', tokens)) STORED"
        )
        op.execute("CREATE INDEX idea_search_tokens ON idea_text USING gin (search)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE_DOWN:
            op.execute(statement)
    else:
        op.execute("ALTER TABLE idea_text DROP COLUMN search")

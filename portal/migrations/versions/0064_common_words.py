"""PostgreSQL knows five times as many words that are everywhere, which likeness then does not look up."""

from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _know(500)


def downgrade() -> None:
    _know(-1)


def _know(words: int) -> None:
    """SQLite keeps no such statistics, and stops reading by itself."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE idea_text ALTER COLUMN words_search SET STATISTICS {words}")
        op.execute("ANALYZE idea_text (words_search)")

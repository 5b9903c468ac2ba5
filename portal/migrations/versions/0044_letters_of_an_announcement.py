"""An announcement knows its letters: it is sent when they are, and not when they are written."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
IS_ANNOUNCED = sa.text("announcement_id IS NOT NULL")
NUMBER = {
    "postgresql": "CAST(payload ->> 'announcement_id' AS BIGINT)",
    "sqlite": "json_extract(payload, '$.announcement_id')",
}
TEST = {"postgresql": "payload ->> 'test'", "sqlite": "json_extract(payload, '$.test')"}


def upgrade() -> None:
    op.add_column("letter", sa.Column("announcement_id", KEY, nullable=True))
    op.add_column("announcement", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    engine = op.get_bind().dialect.name
    copies = f"kind = 'announcement' AND {TEST[engine]} IS NULL"
    op.execute(f"UPDATE letter SET announcement_id = {NUMBER[engine]} WHERE {copies}")  # constants
    op.execute("UPDATE announcement SET written_at = ended_at WHERE state = 'sent'")
    op.create_index(
        "ix_letter_announcement",
        "letter",
        ["announcement_id"],
        postgresql_where=IS_ANNOUNCED,
        sqlite_where=IS_ANNOUNCED,
    )


def downgrade() -> None:
    op.drop_index("ix_letter_announcement", "letter")
    op.drop_column("letter", "announcement_id")
    op.drop_column("announcement", "written_at")

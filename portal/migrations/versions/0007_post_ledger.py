"""The ledger of letters: found by idea, listed by how they ended; and a row that stops the post."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXES = {
    "ix_letter_ended": (["state", "id"], "state IN ('dead', 'uncertain', 'cancelled')"),
    "ix_letter_sent": (["sent_at"], "sent_at IS NOT NULL"),
}
# SQLite and PostgreSQL read JSON alike; a letter about an idea that is gone stays without one.
FILL = (
    "UPDATE letter SET idea_id = (SELECT id FROM idea WHERE id = CAST(letter.payload ->> 'idea_id' AS BIGINT))",
    "UPDATE letter SET idea_id = (SELECT idea_id FROM decision WHERE id = CAST(letter.payload ->> 'decision_id' AS BIGINT))"
    " WHERE idea_id IS NULL",
)


def upgrade() -> None:
    op.add_column("letter", sa.Column("idea_id", BIG))
    for statement in FILL:
        op.execute(statement)
    op.create_index("ix_letter_idea_id_id", "letter", ["idea_id", "id"])
    for name, (columns, where) in INDEXES.items():
        condition = sa.text(where)
        op.create_index(name, "letter", columns, postgresql_where=condition, sqlite_where=condition)
    op.create_table(
        "letter_pause",
        sa.Column("id", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_letter_pause_by_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_letter_pause"),
    )


def downgrade() -> None:
    op.drop_table("letter_pause")
    for name in ("ix_letter_idea_id_id", *INDEXES):
        op.drop_index(name, "letter")
    op.drop_column("letter", "idea_id")

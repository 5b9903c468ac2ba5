"""Letters to begin with, as an installation words them; decisions taken in one go."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "reply_template",
        sa.Column("id", KEY, nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_reply_template_by_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_reply_template"),
        sa.UniqueConstraint("outcome", "reason", "language", name="uq_reply_template_outcome_reason_language"),
    )
    op.add_column("decision", sa.Column("batch", sa.String(22)))
    op.create_index("ix_decision_batch", "decision", ["batch"])


def downgrade() -> None:
    op.drop_index("ix_decision_batch", "decision")
    with op.batch_alter_table("decision") as table:
        table.drop_column("batch")
    op.drop_table("reply_template")

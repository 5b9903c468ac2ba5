"""Wishes of people about their data: a copy, or erasure."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("member_id", BIG, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("asked_by", sa.String(10), nullable=False),
        sa.Column("keep_ideas", sa.Boolean(), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("due_at", TIME),
        sa.Column("cancelled_at", TIME),
        sa.Column("done_at", TIME),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("receipt_to", sa.String(254)),
        sa.CheckConstraint("asked_by IN ('member', 'guardian', 'operator', 'silence')", name="asked_by"),
    )
    op.create_index(None, "erasure", ["member_id"])
    op.create_index(None, "erasure", ["due_at"])
    op.create_table(
        "data_copy",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("member_id", BIG, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("ready_at", TIME),
        sa.Column("expires_at", TIME),
        sa.Column("content", sa.LargeBinary()),
    )
    op.create_index(None, "data_copy", ["member_id"])
    op.create_index(None, "data_copy", ["expires_at"])


def downgrade() -> None:
    op.drop_table("data_copy")
    op.drop_table("erasure")

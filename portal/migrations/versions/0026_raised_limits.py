"""Organisers raise the limits of a school's network for a day."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "raised_limit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("network", sa.String(20), nullable=False),
        sa.Column("place", sa.String(80), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_raised_limit_by_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_raised_limit"),
    )
    op.create_index("ix_raised_limit_key", "raised_limit", ["key"])
    op.create_index("ix_raised_limit_by_id", "raised_limit", ["by_id"])


def downgrade() -> None:
    op.drop_table("raised_limit")

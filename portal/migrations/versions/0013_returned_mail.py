"""Addresses that letters come back from."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter", sa.Column("address_key", sa.String(64)))
    op.create_table(
        "returned_mail",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("soft", sa.Integer(), nullable=False),
        sa.Column("hard", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_code", sa.String(12)),
        sa.Column("last_text", sa.Text()),
        sa.Column("dead_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("key", name="pk_returned_mail"),
    )


def downgrade() -> None:
    op.drop_table("returned_mail")
    op.drop_column("letter", "address_key")

"""A campaign's ideas may take support for a time of their own; who changes a campaign second is told."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("support_ends_at", sa.DateTime(timezone=True)))
    op.add_column("campaign", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    op.drop_column("campaign", "version")
    op.drop_column("campaign", "support_ends_at")

"""An idea from before the mergers of 2025 keeps the name of its province."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idea", sa.Column("place_then", sa.String(60), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("idea") as table:
        table.drop_column("place_then")

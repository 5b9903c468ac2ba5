"""An announcement knows when its next page may be written, and why it was stopped if nobody did it."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("announcement", sa.Column("next_page_at", sa.DateTime(timezone=True)))
    op.add_column("announcement", sa.Column("cause", sa.String(12)))


def downgrade() -> None:
    with op.batch_alter_table("announcement") as table:
        table.drop_column("cause")
        table.drop_column("next_page_at")

"""A copy of somebody's data that cannot be built is tried again later."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("data_copy", sa.Column("next_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("data_copy") as table:
        table.drop_column("next_at")

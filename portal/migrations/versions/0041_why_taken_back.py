"""Why an idea was taken back is one of a few reasons; what its author says beside that is not public."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idea_event", sa.Column("reason", sa.String(20)))


def downgrade() -> None:
    op.drop_column("idea_event", "reason")

"""Ideas that had come to a campaign's goal before it was set are looked for, and a goal that is raised is told of again."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("goal_due_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("campaign", "goal_due_at")

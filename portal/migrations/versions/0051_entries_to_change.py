"""Entries of a campaign that were sent back are asked for each minute before it ends: they are few, and have an index."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

IS_TO_CHANGE = sa.text("status = 'needs_changes'")


def upgrade() -> None:
    op.create_index(
        "ix_idea_to_change", "idea", ["campaign_id"], postgresql_where=IS_TO_CHANGE, sqlite_where=IS_TO_CHANGE
    )


def downgrade() -> None:
    op.drop_index("ix_idea_to_change", "idea")

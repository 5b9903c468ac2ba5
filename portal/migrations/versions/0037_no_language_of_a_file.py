"""A file of collected ideas has no language of its own: its rows say theirs, or it is guessed from their words."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("sent_file", "language")


def downgrade() -> None:
    op.add_column("sent_file", sa.Column("language", sa.String(2), server_default="", nullable=False))

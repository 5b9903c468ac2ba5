"""Authors of paper forms may be under age though no birthday is known: whoever brings the papers says so."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("minor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sent_file", sa.Column("minors", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("sent_file", "minors")
    op.drop_column("member", "minor")

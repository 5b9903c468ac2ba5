"""What an author takes out of a public idea need not be read in its earlier versions."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("idea_version", sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("idea_edit", sa.Column("hides_old", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("idea_edit") as table:
        table.drop_column("hides_old")
    with op.batch_alter_table("idea_version") as table:
        table.drop_column("hidden")

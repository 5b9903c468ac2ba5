"""Two together may remove a text for good and silence its writer for a while."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("member", sa.Column("silenced_until", sa.DateTime(timezone=True)))
    op.add_column("decision", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("decision", sa.Column("silenced_until", sa.DateTime(timezone=True)))
    op.add_column("case_proposal", sa.Column("remove", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("case_proposal", sa.Column("silence_days", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    for table, columns in (
        ("case_proposal", ("silence_days", "remove")),
        ("decision", ("silenced_until", "removed")),
        ("member", ("silenced_until",)),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)

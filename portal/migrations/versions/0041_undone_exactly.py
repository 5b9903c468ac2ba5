"""A decision keeps the trust that ended with it, and silences are found."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

SILENCES = "silenced_until IS NOT NULL"


def upgrade() -> None:
    op.add_column("decision", sa.Column("distrusted", sa.JSON))
    where = {"postgresql_where": sa.text(SILENCES), "sqlite_where": sa.text(SILENCES)}
    op.create_index("ix_decision_silences", "decision", ["silenced_until"], **where)


def downgrade() -> None:
    op.drop_index("ix_decision_silences", "decision")
    with op.batch_alter_table("decision") as table:
        table.drop_column("distrusted")

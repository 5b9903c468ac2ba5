"""A decision keeps the trust that ended with it; silences, and what waits at a unit, are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("distrusted", sa.JSON))
    op.create_index("ix_decision_silences", "decision", ["silenced_until"], **_where("silenced_until IS NOT NULL"))
    queue = ["unit_id", "urgent", "queue_at", "id"]
    op.create_index("ix_moderation_case_unit", "moderation_case", queue, **_where("state = 'open'"))


def downgrade() -> None:
    op.drop_index("ix_moderation_case_unit", "moderation_case")
    op.drop_index("ix_decision_silences", "decision")
    with op.batch_alter_table("decision") as table:
        table.drop_column("distrusted")


def _where(rows: str) -> dict[str, sa.TextClause]:
    return {"postgresql_where": sa.text(rows), "sqlite_where": sa.text(rows)}

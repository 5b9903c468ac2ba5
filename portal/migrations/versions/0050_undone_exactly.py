"""A decision keeps the trust that ended with it, a case what has changed it; a unit's queue and silences are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("distrusted", sa.JSON))
    op.create_index("ix_decision_silences", "decision", ["silenced_until"], **_where("silenced_until IS NOT NULL"))
    queue = ["unit_id", "urgent", "queue_at", "id"]
    op.create_index("ix_moderation_case_unit", "moderation_case", queue, **_where("state = 'open'"))

    op.add_column("moderation_case", sa.Column("change", sa.String(12)))
    op.add_column("moderation_case", sa.Column("changed_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("moderation_case") as table:
        table.add_column(sa.Column("changed_by_id", sa.BigInteger().with_variant(sa.Integer, "sqlite")))
        table.create_foreign_key(op.f("fk_moderation_case_changed_by_id_member"), "member", ["changed_by_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("moderation_case") as table:
        table.drop_constraint(op.f("fk_moderation_case_changed_by_id_member"), type_="foreignkey")
        for name in ("changed_by_id", "changed_at", "change"):
            table.drop_column(name)
    op.drop_index("ix_moderation_case_unit", "moderation_case")
    op.drop_index("ix_decision_silences", "decision")
    with op.batch_alter_table("decision") as table:
        table.drop_column("distrusted")


def _where(rows: str) -> dict[str, sa.TextClause]:
    return {"postgresql_where": sa.text(rows), "sqlite_where": sa.text(rows)}

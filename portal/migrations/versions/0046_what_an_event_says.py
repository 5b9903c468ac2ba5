"""Why an idea was taken back is one of a few reasons, and an official answer is signed by a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("idea_event") as table:
        table.add_column(sa.Column("reason", sa.String(20)))
        table.add_column(sa.Column("unit_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
        table.create_foreign_key(op.f("fk_idea_event_unit_id_unit"), "unit", ["unit_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("idea_event") as table:
        table.drop_constraint(op.f("fk_idea_event_unit_id_unit"), type_="foreignkey")
        table.drop_column("unit_id")
        table.drop_column("reason")

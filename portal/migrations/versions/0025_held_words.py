"""Comments are held for visitors, also those begun in another browser; tokens of the API have a name and a last use."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("pending_action") as table:
        table.add_column(sa.Column("parent_id", KEY, server_default="0", nullable=False))
        table.add_column(sa.Column("body", sa.Text(), server_default="", nullable=False))
        table.drop_index("ix_pending_action_visitor_kind_target_id")
        table.create_index(
            "ix_pending_action_visitor_kind_target_id_parent_id",
            ["visitor", "kind", "target_id", "parent_id"],
            unique=True,
        )
    with op.batch_alter_table("api_token") as table:
        table.add_column(sa.Column("name", sa.String(40), server_default="", nullable=False))
        table.add_column(sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_sign_in_attempt_visitor", "sign_in_attempt", ["visitor"])


def downgrade() -> None:
    op.drop_index("ix_sign_in_attempt_visitor", "sign_in_attempt")
    with op.batch_alter_table("api_token") as table:
        table.drop_column("last_used_at")
        table.drop_column("name")
    op.execute("DELETE FROM pending_action WHERE kind = 'comment'")
    with op.batch_alter_table("pending_action") as table:
        table.drop_index("ix_pending_action_visitor_kind_target_id_parent_id")
        table.create_index("ix_pending_action_visitor_kind_target_id", ["visitor", "kind", "target_id"], unique=True)
        table.drop_column("body")
        table.drop_column("parent_id")

"""What members are told about their security, the network of a session, and whose new address an attempt proves."""

import sqlalchemy as sa
from alembic import op

from portal.database import BigId

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sign_in_session") as table:
        table.add_column(sa.Column("network", sa.String(20), nullable=False, server_default=""))
    with op.batch_alter_table("sign_in_attempt") as table:
        table.add_column(sa.Column("for_member_id", BigId))
        table.create_foreign_key(op.f("fk_sign_in_attempt_for_member_id_member"), "member", ["for_member_id"], ["id"])
    op.create_table(
        "security_event",
        sa.Column("id", BigId, nullable=False),
        sa.Column("member_id", BigId, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.String(200), nullable=False),
        sa.Column("network", sa.String(20), nullable=False),
        sa.Column("address", sa.String(254)),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_security_event_member_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_security_event")),
    )
    op.create_index(op.f("ix_security_event_member_id_id"), "security_event", ["member_id", "id"])


def downgrade() -> None:
    op.drop_table("security_event")
    with op.batch_alter_table("sign_in_attempt") as table:
        table.drop_constraint(op.f("fk_sign_in_attempt_for_member_id_member"), type_="foreignkey")
        table.drop_column("for_member_id")
    with op.batch_alter_table("sign_in_session") as table:
        table.drop_column("network")

"""Telephone numbers, for portals that must know one."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_TO_SEND = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "phone",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_phone_member_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_phone"),
    )
    op.create_index("ix_phone_member_id", "phone", ["member_id"])
    op.create_index("ix_phone_number", "phone", ["number"])
    op.create_index("ix_phone_to_send", "phone", ["next_at"], postgresql_where=IS_TO_SEND, sqlite_where=IS_TO_SEND)


def downgrade() -> None:
    op.drop_table("phone")

"""Announcements to many, and devices that show news at once."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
TO_PUSH = sa.text("push_at IS NOT NULL")
IS_SENDING = sa.text("state = 'sending'")


def upgrade() -> None:
    op.add_column("notice", sa.Column("push_at", TIME))
    op.create_index("ix_notice_push", "notice", ["push_at"], postgresql_where=TO_PUSH, sqlite_where=TO_PUSH)
    op.create_table(
        "push_subscription",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("endpoint", sa.String(1000), nullable=False),
        sa.Column("p256dh", sa.String(100), nullable=False),
        sa.Column("auth", sa.String(40), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_push_subscription_member_id_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_push_subscription"),
        sa.UniqueConstraint("endpoint", name="uq_push_subscription_endpoint"),
    )
    op.create_index("ix_push_subscription_member_id", "push_subscription", ["member_id"])
    op.create_table(
        "announcement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("author_id", BIG, nullable=False),
        sa.Column("approved_by_id", BIG),
        sa.Column("audience", sa.String(10), nullable=False),
        sa.Column("audience_id", BIG, nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("subject", sa.String(60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.Column("reached", BIG, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("begun_at", TIME),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint("state IN ('draft', 'waiting', 'sending', 'sent', 'stopped')", name="ck_announcement_state"),
        sa.CheckConstraint("audience IN ('campaign', 'field', 'unit')", name="ck_announcement_audience"),
        sa.ForeignKeyConstraint(["author_id"], ["member.id"], name="fk_announcement_author_id_member"),
        sa.ForeignKeyConstraint(["approved_by_id"], ["member.id"], name="fk_announcement_approved_by_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_announcement"),
    )
    op.create_index(
        "ix_announcement_sending", "announcement", ["id"], postgresql_where=IS_SENDING, sqlite_where=IS_SENDING
    )


def downgrade() -> None:
    op.drop_table("announcement")
    op.drop_table("push_subscription")
    op.drop_index("ix_notice_push", "notice")
    op.drop_column("notice", "push_at")

"""Lists of ideas as files."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
IS_WAITING = sa.text("ready_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("member_id", BIG),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("format", sa.String(5), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(400)),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("ready_at", TIME),
        sa.Column("expires_at", TIME),
        sa.Column("content", sa.LargeBinary()),
        sa.CheckConstraint("format IN ('csv', 'xlsx', 'jsonl')", name="ck_export_format"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_export_member_id_member", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
        sa.UniqueConstraint("token", name="uq_export_token"),
    )
    op.create_index("ix_export_member_id", "export", ["member_id"])
    op.create_index("ix_export_expires_at", "export", ["expires_at"])
    op.create_index("ix_export_waiting", "export", ["id"], postgresql_where=IS_WAITING, sqlite_where=IS_WAITING)
    op.create_table(
        "export_page",
        sa.Column("export_id", BIG, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["export.id"], name="fk_export_page_export_id_export", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "number", name="pk_export_page"),
    )


def downgrade() -> None:
    op.drop_table("export_page")
    op.drop_table("export")

"""Files of collected ideas that officers of units send in."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
IS_RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.create_table(
        "sent_file",
        sa.Column("id", BIG, nullable=False),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("field", sa.String(40), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("begun_at", TIME),
        sa.Column("ended_at", TIME),
        sa.CheckConstraint("state IN ('draft', 'running', 'done')", name="ck_sent_file_state"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_sent_file_member_id_member"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_sent_file_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_sent_file"),
    )
    op.create_index("ix_sent_file_member_id", "sent_file", ["member_id"])
    op.create_index("ix_sent_file_created_at", "sent_file", ["created_at"])
    op.create_index("ix_sent_file_running", "sent_file", ["id"], postgresql_where=IS_RUNNING, sqlite_where=IS_RUNNING)
    op.create_table(
        "sent_row",
        sa.Column("file_id", BIG, nullable=False, autoincrement=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("fault", sa.String(200), nullable=False),
        sa.Column("outcome", sa.String(8)),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("idea_id", BIG),
        sa.Column("twin_id", BIG),
        sa.ForeignKeyConstraint(
            ["file_id"], ["sent_file.id"], name="fk_sent_row_file_id_sent_file", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("file_id", "number", name="pk_sent_row"),
    )


def downgrade() -> None:
    op.drop_table("sent_row")
    op.drop_table("sent_file")

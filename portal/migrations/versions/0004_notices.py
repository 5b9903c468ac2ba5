"""What members are told inside the portal."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNREAD = sa.text("read_at IS NULL")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", BIG, nullable=False),
        *(
            sa.Column(
                f"{thing}_id",
                BIG,
                sa.ForeignKey(f"{thing}.id", name=f"fk_notice_{thing}_id_{thing}", ondelete="CASCADE"),
                nullable=thing != "member",
            )
            for thing in ("member", "idea", "comment")
        ),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("cause", sa.String(60), nullable=False),
        sa.Column("thread", sa.String(40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
    )
    op.create_index("ix_notice_member_id_cause", "notice", ["member_id", "cause"], unique=True)
    op.create_index("ix_notice_member_id_id", "notice", ["member_id", "id"])
    op.create_index("ix_notice_unread", "notice", ["member_id"], postgresql_where=UNREAD, sqlite_where=UNREAD)
    op.create_index("ix_notice_idea_id", "notice", ["idea_id"])
    op.create_index("ix_notice_comment_id", "notice", ["comment_id"])


def downgrade() -> None:
    op.drop_table("notice")

"""Reports of ideas and comments."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "report",
        sa.Column("id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=True),
        sa.Column("visitor", sa.String(43), nullable=True),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("idea_id", KEY, nullable=False),
        sa.Column("comment_id", KEY, nullable=True),
        sa.Column("reason", sa.String(12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("settled_at", TIME, nullable=True),
        sa.CheckConstraint(
            "reason IN ('spam', 'offensive', 'privacy', 'danger', 'copy', 'other')", name=op.f("ck_report_reason")
        ),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_report_member_id_member")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_report_idea_id_idea")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    for columns, unique in (
        (["member_id", "subject"], True),
        (["visitor", "subject"], True),
        (["subject", "id"], False),
        (["idea_id"], False),
        (["comment_id"], False),
    ):
        op.create_index(op.f(f"ix_report_{'_'.join(columns)}"), "report", columns, unique=unique)


def downgrade() -> None:
    op.drop_table("report")

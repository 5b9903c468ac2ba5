"""Deadlines of cases as rows, and appeals against decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
NOT_DONE = sa.text("done_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "case_deadline",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("done_at", TIME),
        sa.Column("acted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_case_deadline_case_id_moderation_case"),
        sa.PrimaryKeyConstraint("id", name="pk_case_deadline"),
        sa.UniqueConstraint("case_id", "level", name="uq_case_deadline_case_id_level"),
    )
    op.create_index(
        "ix_case_deadline_due", "case_deadline", ["due_at", "id"], postgresql_where=NOT_DONE, sqlite_where=NOT_DONE
    )
    op.execute(
        "INSERT INTO case_deadline (case_id, level, due_at, acted) "
        "SELECT id, 0, due_at, false FROM moderation_case WHERE state = 'open'"
    )
    op.create_table(
        "appeal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_appeal_decision_id_decision"),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_appeal_case_id_moderation_case"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_appeal_member_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("decision_id", name="uq_appeal_decision_id"),
        sa.UniqueConstraint("case_id", name="uq_appeal_case_id"),
    )


def downgrade() -> None:
    op.drop_table("appeal")
    op.drop_table("case_deadline")

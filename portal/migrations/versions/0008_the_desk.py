"""The desk: more kinds of cases and decisions, who may have which, notes, and cases passed on."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
KINDS = (
    "kind IN ('idea', 'comment')",
    "kind IN ('idea', 'edit', 'comment', 'report', 'appeal', 'withdrawal', 'merge')",
)
OUTCOMES = ("outcome IN ('approve', 'return', 'reject')", "outcome IN ('approve', 'return', 'reject', 'merge')")


def upgrade() -> None:
    with op.batch_alter_table("moderation_case") as batch:
        say(batch, "ck_moderation_case_kind", KINDS[1])
        batch.add_column(sa.Column("level", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("first_seen_at", TIME))
        batch.add_column(member("barred_id", "moderation_case"))
        batch.add_column(member("preferred_id", "moderation_case"))
    with op.batch_alter_table("decision") as batch:
        say(batch, "ck_decision_outcome", OUTCOMES[1])
        batch.add_column(member("undone_by_id", "decision"))
        batch.add_column(sa.Column("status_before", sa.String(16)))
        batch.add_column(sa.Column("into_id", KEY, sa.ForeignKey("idea.id", name="fk_decision_into_id_idea")))
        batch.add_column(sa.Column("answer_by", TIME))
    op.create_table(
        "case_note",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("member_id", KEY, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_case_note_case_id_moderation_case"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_case_note_member_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_case_note"),
    )
    op.create_index("ix_case_note_case_id", "case_note", ["case_id"])
    op.create_table(
        "case_move",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("level", sa.Integer()),
        sa.Column("from_unit_id", KEY),
        sa.Column("to_unit_id", KEY, nullable=False),
        sa.Column("by_id", KEY),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_case_move_case_id_moderation_case"),
        sa.ForeignKeyConstraint(["from_unit_id"], ["unit.id"], name="fk_case_move_from_unit_id_unit"),
        sa.ForeignKeyConstraint(["to_unit_id"], ["unit.id"], name="fk_case_move_to_unit_id_unit"),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_case_move_by_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_case_move"),
        sa.UniqueConstraint("case_id", "level", name="uq_case_move_case_id_level"),
    )


def downgrade() -> None:
    op.drop_table("case_move")
    op.drop_table("case_note")
    with op.batch_alter_table("decision") as batch:
        say(batch, "ck_decision_outcome", OUTCOMES[0])
        for column in ("answer_by", "into_id", "status_before", "undone_by_id"):
            batch.drop_column(column)
    with op.batch_alter_table("moderation_case") as batch:
        say(batch, "ck_moderation_case_kind", KINDS[0])
        for column in ("preferred_id", "barred_id", "first_seen_at", "level"):
            batch.drop_column(column)


def member(name: str, table: str) -> sa.Column:
    return sa.Column(name, KEY, sa.ForeignKey("member.id", name=f"fk_{table}_{name}_member"))


def say(batch: Any, name: str, condition: str) -> None:
    """Put a condition in place of the one of this name."""
    batch.drop_constraint(op.f(name), type_="check")
    batch.create_check_constraint(op.f(name), condition)

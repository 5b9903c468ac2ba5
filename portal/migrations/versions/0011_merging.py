"""What moves with a merge, row by row; and what staff set right before publishing."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("corrected", sa.JSON()))
    op.create_table(
        "merge_move",
        sa.Column("decision_id", KEY, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("ref_id", KEY, autoincrement=False, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.String(6)),
        sa.CheckConstraint("kind IN ('vote', 'follow', 'comment', 'coauthor')", name=op.f("ck_merge_move_kind")),
        sa.CheckConstraint("answer IN ('kept', 'taken')", name=op.f("ck_merge_move_answer")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name="fk_merge_move_decision_id_decision"),
        sa.PrimaryKeyConstraint("decision_id", "kind", "ref_id", name="pk_merge_move"),
    )
    op.create_index("ix_merge_move_ref_id_kind", "merge_move", ["ref_id", "kind"])


def downgrade() -> None:
    op.drop_table("merge_move")
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("corrected")

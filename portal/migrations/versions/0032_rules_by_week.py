"""How rules are set, and what was published of each in which week."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "triage_rule",
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('on', 'advice', 'off')", name="ck_triage_rule_state"),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_triage_rule_by_id_member"),
        sa.PrimaryKeyConstraint("rule", name="pk_triage_rule"),
    )
    op.create_table(
        "rule_week",
        sa.Column("week", sa.String(10), nullable=False),
        sa.Column("rule", sa.String(30), nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("decisions", "published", "fired", "held", "right", "missed")
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("week", "rule", name="pk_rule_week"),
    )


def downgrade() -> None:
    op.drop_table("rule_week")
    op.drop_table("triage_rule")

"""Refusals of children's ideas wait for a second person; who knows an earlier text is found without a scan."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_index(
        "ix_moderation_case_preferred", "moderation_case", ["preferred_id"], postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_table(
        "case_proposal",
        sa.Column("id", KEY, nullable=False),
        sa.Column("case_id", KEY, nullable=False),
        sa.Column("idea_version", sa.Integer(), nullable=False),
        sa.Column("moderator_id", KEY, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_case_proposal_case_id_moderation_case"),
        sa.ForeignKeyConstraint(["moderator_id"], ["member.id"], name="fk_case_proposal_moderator_id_member"),
        sa.PrimaryKeyConstraint("id", name="pk_case_proposal"),
        sa.UniqueConstraint(
            "case_id", "idea_version", "moderator_id", name="uq_case_proposal_case_id_idea_version_moderator_id"
        ),
    )


def downgrade() -> None:
    op.drop_table("case_proposal")
    op.drop_index("ix_moderation_case_preferred", "moderation_case")

"""A campaign may ask questions of its own; an idea keeps its answers with the questions as they were asked."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "campaign_question",
        sa.Column("id", ID, primary_key=True),
        sa.Column(
            "campaign_id",
            ID,
            sa.ForeignKey("campaign.id", name="fk_campaign_question_campaign_id_campaign"),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("label_vi", sa.String(120), nullable=False),
        sa.Column("label_en", sa.String(120), nullable=False),
        sa.Column("help_vi", sa.String(200), nullable=False),
        sa.Column("help_en", sa.String(200), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('short', 'long', 'choice')", name="ck_campaign_question_kind"),
    )
    op.create_index("ix_campaign_question_campaign_id_place", "campaign_question", ["campaign_id", "place"])
    op.add_column("idea", sa.Column("answers", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("idea", "answers")
    op.drop_table("campaign_question")

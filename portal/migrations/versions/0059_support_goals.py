"""An idea that has come to so much support is told of, once; a campaign may ask for more or less than the portal does."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaign", sa.Column("support_goal", sa.Integer()))
    op.create_table(
        "support_goal",
        sa.Column(
            "idea_id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            sa.ForeignKey("idea.id", name="fk_support_goal_idea_id_idea"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("support_goal")
    op.drop_column("campaign", "support_goal")

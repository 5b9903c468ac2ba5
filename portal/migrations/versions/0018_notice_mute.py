"""What a member does not want to see under the bell."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("notice", sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "notice_mute",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name="fk_notice_mute_member_id_member", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", "category", name="pk_notice_mute"),
    )


def downgrade() -> None:
    op.drop_table("notice_mute")
    op.drop_column("notice", "quiet")

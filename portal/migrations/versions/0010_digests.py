"""What letters a member wants, rounds that gather notices into letters."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNMAILED = sa.text("read_at IS NULL AND letter_id IS NULL")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "letter_preference",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("category", sa.String(20), nullable=False),
        sa.Column("rhythm", sa.String(6), nullable=False),
        sa.CheckConstraint("rhythm IN ('now', 'daily', 'never')", name="ck_letter_preference_rhythm"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_letter_preference_member_id_member"),
        sa.PrimaryKeyConstraint("member_id", "category", name="pk_letter_preference"),
    )
    op.add_column("notice", sa.Column("letter_id", BIG))
    op.create_index("ix_notice_unmailed", "notice", ["member_id"], postgresql_where=UNMAILED, sqlite_where=UNMAILED)
    op.create_table(
        "letter_round",
        sa.Column("name", sa.String(12), nullable=False),
        sa.Column("next_at", TIME, nullable=False),
        sa.Column("after", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_letter_round"),
    )


def downgrade() -> None:
    op.drop_table("letter_round")
    op.drop_index("ix_notice_unmailed", "notice")
    op.drop_column("notice", "letter_id")
    op.drop_table("letter_preference")

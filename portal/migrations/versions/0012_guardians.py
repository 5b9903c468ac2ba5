"""A child's account waits for a guardian; consents; votes held meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = "status IN ('active', 'suspended', 'erased')"
NOW = "status IN ('active', 'waiting', 'suspended', 'closed', 'erased')"


def upgrade() -> None:
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("purposes", sa.String(60)))
        member.drop_constraint("status", type_="check")
        member.create_check_constraint("status", NOW)
    op.create_table(
        "guardianship",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("member_id", BIG, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("key", sa.String(43), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("relation", sa.String(10), nullable=False),
        sa.Column("wished_name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('waiting', 'agreed', 'refused', 'withdrawn')", name="state"),
        sa.UniqueConstraint("member_id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index(None, "guardianship", ["next_at"])
    op.create_table(
        "consent",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("member_id", BIG, sa.ForeignKey("member.id"), nullable=False),
        sa.Column("giver", sa.String(10), nullable=False),
        sa.Column("purpose", sa.String(10), nullable=False),
        sa.Column("text_version", sa.String(10), nullable=False),
        sa.Column("text_hash", sa.String(64), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("giver IN ('guardian', 'member')", name="giver"),
    )
    op.create_index(None, "consent", ["member_id"])
    op.create_table(
        "held_vote",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("idea_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "idea_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("held_vote", "consent", "guardianship"):
        op.drop_table(table)
    op.execute("UPDATE member SET status = 'suspended' WHERE status IN ('waiting', 'closed')")
    with op.batch_alter_table("member") as member:
        member.drop_constraint("status", type_="check")
        member.create_check_constraint("status", BEFORE)
        member.drop_column("purposes")

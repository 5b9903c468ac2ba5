"""Letters go by priority, found by an index; what keeps all of them here is written down; old addresses are found."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

IS_PENDING = sa.text("state = 'pending'")
HAS_ADDRESS = sa.text("address IS NOT NULL")
URGENT = ("sign_in_code", "email_change_code", "post_alert", "urgent_report")
BULK = (
    "digest",
    "desk_digest",
    "new_comments",
    "own_news",
    "followed_news",
    "draft_reminder",
    "campaign_opens",
    "campaign_ends",
    "announcement",
)


def upgrade() -> None:
    op.add_column("letter", sa.Column("priority", sa.Integer(), nullable=False, server_default="1"))
    letter = sa.table("letter", *(sa.column(name) for name in ("kind", "state", "priority")))
    for priority, kinds in ((0, URGENT), (2, BULK)):
        op.execute(letter.update().where(IS_PENDING, letter.c.kind.in_(kinds)).values(priority=priority))
    op.drop_index("ix_letter_due", "letter")
    _index("priority", "next_at", "id")
    op.create_table(
        "letter_trouble",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    wheres = {"postgresql_where": HAS_ADDRESS, "sqlite_where": HAS_ADDRESS}
    op.create_index("ix_security_event_address", "security_event", ["address"], **wheres)


def downgrade() -> None:
    op.drop_index("ix_security_event_address", "security_event")
    op.drop_table("letter_trouble")
    op.drop_index("ix_letter_due", "letter")
    _index("next_at", "id")
    op.drop_column("letter", "priority")


def _index(*columns: str) -> None:
    op.create_index("ix_letter_due", "letter", columns, postgresql_where=IS_PENDING, sqlite_where=IS_PENDING)

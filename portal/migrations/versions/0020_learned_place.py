"""A case's place in the queue apart from when it is due: the learned score moves it forward by up to a day."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.add_column("moderation_case", sa.Column("queue_at", TIME, nullable=True))
    op.execute("UPDATE moderation_case SET queue_at = due_at")
    with op.batch_alter_table("moderation_case") as batch:
        batch.alter_column("queue_at", existing_type=TIME, nullable=False)
    queue("queue_at")


def downgrade() -> None:
    queue("due_at")
    with op.batch_alter_table("moderation_case") as batch:
        batch.drop_column("queue_at")


def queue(column: str) -> None:
    op.drop_index("ix_moderation_case_queue", "moderation_case")
    op.create_index(
        "ix_moderation_case_queue",
        "moderation_case",
        ["urgent", column, "id"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )

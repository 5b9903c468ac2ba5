"""Answers are found by the comment they answer; a comment that somebody still has to read waits, and is not hidden."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_comment_parent_id_id", "comment", ["parent_id", "id"])
    op.execute(
        "UPDATE comment SET status = 'waiting' WHERE status = 'hidden' AND id IN "
        "(SELECT comment_id FROM moderation_case WHERE kind = 'comment' AND state = 'open')"
    )


def downgrade() -> None:
    op.drop_index("ix_comment_parent_id_id", "comment")

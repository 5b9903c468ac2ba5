"""A file whose next step fails again and again is given up; a case says which words of its comment it is about."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

DOUBLED, NAME = "ck_sent_file_ck_sent_file_state", "ck_sent_file_state"
BEFORE, AFTER = "state IN ('draft', 'running', 'done')", "state IN ('draft', 'running', 'done', 'failed')"


def upgrade() -> None:
    op.add_column("export", _attempts())
    op.add_column("sent_file", _attempts())
    _allow(DOUBLED, NAME, AFTER)
    op.add_column("moderation_case", sa.Column("comment_edited_at", sa.DateTime(timezone=True)))
    op.execute(
        "UPDATE moderation_case SET comment_edited_at ="
        " (SELECT edited_at FROM comment WHERE comment.id = moderation_case.comment_id) WHERE kind = 'comment'"
    )


def downgrade() -> None:
    op.drop_column("moderation_case", "comment_edited_at")
    op.execute("UPDATE sent_file SET state = 'done' WHERE state = 'failed'")
    given_up = "FROM export WHERE attempts > 2 AND ready_at IS NULL"
    op.execute(f"DELETE FROM export_page WHERE export_id IN (SELECT id {given_up})")  # SQLite cascades nothing here
    op.execute(f"DELETE {given_up}")
    _allow(NAME, DOUBLED, BEFORE)
    op.drop_column("sent_file", "attempts")
    op.drop_column("export", "attempts")


def _attempts() -> sa.Column[int]:
    return sa.Column("attempts", sa.Integer(), nullable=False, server_default="0")


def _allow(old: str, new: str, states: str) -> None:
    with op.batch_alter_table("sent_file") as table:
        table.drop_constraint(op.f(old), type_="check")
        table.create_check_constraint(op.f(new), states)

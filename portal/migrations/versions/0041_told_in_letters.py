"""A notice is told in one letter: also in one of its own. And whoever wants letters again hears of what is new."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

OWN = "'approve', 'return', 'reject', 'merge', 'edit_approve', 'status', 'invited', 'joined', 'asked', 'admitted', 'masked'"
DAILY = "SELECT member_id FROM letter_preference WHERE category = 'my-ideas' AND rhythm = 'daily'"


def upgrade() -> None:
    op.add_column("letter_preference", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    # Told by letters of their own until now, which nobody wrote down here: none is told again.
    op.execute(
        f"UPDATE notice SET letter_id = 0 WHERE letter_id IS NULL AND kind IN ({OWN}) AND member_id NOT IN ({DAILY})"
    )


def downgrade() -> None:
    op.execute("UPDATE notice SET letter_id = NULL WHERE letter_id = 0")
    op.drop_column("letter_preference", "since")

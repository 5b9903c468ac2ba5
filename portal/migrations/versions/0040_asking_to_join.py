"""One may ask to stand under an idea."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

NAME = "ck_idea_author_state"
BEFORE, AFTER = "state IN ('invited', 'accepted', 'declined')", "state IN ('invited', 'asked', 'accepted', 'declined')"


def upgrade() -> None:
    _allow(AFTER)


def downgrade() -> None:
    op.execute("DELETE FROM idea_author WHERE state = 'asked'")
    _allow(BEFORE)


def _allow(states: str) -> None:
    with op.batch_alter_table("idea_author") as table:
        table.drop_constraint(op.f(NAME), type_="check")
        table.create_check_constraint(op.f(NAME), states)

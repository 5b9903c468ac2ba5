"""PostgreSQL keeps the words of a text beside its row.

A search for a common word goes along a sort and looks into the words of each idea: they are read from the row itself
now, not from a second table. Rows that are there move when they are written next; `UPDATE idea_text SET words = words`
moves all, which large banks do best at night.
"""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep("MAIN")


def downgrade() -> None:
    _keep("EXTENDED")


def _keep(where: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE idea_text ALTER COLUMN words_search SET STORAGE {where}")

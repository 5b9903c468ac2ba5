"""Facts that were given up are counted every few seconds: they have an index."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

IS_DEAD = sa.text("state = 'dead'")


def upgrade() -> None:
    op.create_index("ix_fact_dead", "fact", ["id"], postgresql_where=IS_DEAD, sqlite_where=IS_DEAD)


def downgrade() -> None:
    op.drop_index("ix_fact_dead", "fact")

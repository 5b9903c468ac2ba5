"""A letter that came back is counted once, and shown as such; patience with a server begins when it first says "later"."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

CAME_BACK = sa.text("returned_at IS NOT NULL AND state = 'sent'")


def upgrade() -> None:
    for name in ("returned_at", "put_off_at"):
        op.add_column("letter", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_letter_returned", "letter", ["id"], postgresql_where=CAME_BACK, sqlite_where=CAME_BACK)


def downgrade() -> None:
    op.drop_index("ix_letter_returned", "letter")
    for name in ("returned_at", "put_off_at"):
        op.drop_column("letter", name)

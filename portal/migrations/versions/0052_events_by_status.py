"""Which ideas have come to a state lately is asked by whoever keeps a search for it."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_idea_event_status_at", "idea_event", ["status", "at"])


def downgrade() -> None:
    op.drop_index("ix_idea_event_status_at", "idea_event")

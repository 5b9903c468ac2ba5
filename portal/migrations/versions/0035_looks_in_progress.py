"""Looks at pages as somebody else are found without reading every session."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

IS_VIEWING = sa.text("viewing_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_sign_in_session_viewing",
        "sign_in_session",
        ["viewing_id"],
        postgresql_where=IS_VIEWING,
        sqlite_where=IS_VIEWING,
    )


def downgrade() -> None:
    op.drop_index("ix_sign_in_session_viewing", "sign_in_session")

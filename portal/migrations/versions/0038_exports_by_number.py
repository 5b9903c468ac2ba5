"""An export keeps which ideas are in it, not what they said; files made before are made anew."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM export_page")
    op.execute("DELETE FROM export")
    op.add_column("export", sa.Column("build_at", sa.DateTime(timezone=True)))
    with op.batch_alter_table("export_page") as page:
        page.drop_column("lines")
        page.add_column(sa.Column("ideas", sa.JSON(), nullable=False))


def downgrade() -> None:
    op.execute("DELETE FROM export_page")
    op.execute("DELETE FROM export")
    with op.batch_alter_table("export_page") as page:
        page.drop_column("ideas")
        page.add_column(sa.Column("lines", sa.LargeBinary(), nullable=False))
    op.drop_column("export", "build_at")

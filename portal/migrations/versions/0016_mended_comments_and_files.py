"""Comments may be mended, and marked as helpful; ideas carry files."""

import sqlalchemy as sa
from alembic import op

from portal.database import BigId, UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.add_column(sa.Column("key", sa.String(43)))
        batch.create_index("ix_draft_key", ["key"])
    with op.batch_alter_table("comment") as batch:
        batch.add_column(sa.Column("edited_at", UtcDateTime))
        batch.add_column(sa.Column("helpful", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "attachment",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("token", sa.String(43), nullable=False),
        sa.Column("draft_id", BigId),
        sa.Column("idea_id", BigId),
        sa.Column("kind", sa.String(5), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("alt", sa.String(200), nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.CheckConstraint("kind IN ('image', 'pdf')", name=op.f("ck_attachment_kind")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["draft.id"], name=op.f("fk_attachment_draft_id_draft"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_attachment_idea_id_idea"), ondelete="CASCADE"),
        sa.UniqueConstraint("token", name=op.f("uq_attachment_token")),
    )
    for name in ("draft_id", "idea_id"):
        op.create_index(f"ix_attachment_{name}", "attachment", [name])


def downgrade() -> None:
    with op.batch_alter_table("draft") as batch:
        batch.drop_index("ix_draft_key")
        batch.drop_column("key")
    op.drop_table("attachment")
    with op.batch_alter_table("comment") as batch:
        batch.drop_column("helpful")
        batch.drop_column("edited_at")

"""Who follows an idea, and who is asked to stand under it."""

import sqlalchemy as sa
from alembic import op

from portal.database import BigId, UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "follow",
        sa.Column("idea_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("member_id", BigId, primary_key=True, autoincrement=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("automatic", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_follow_member_id_created_at_idea_id", "follow", ["member_id", "created_at", "idea_id"])
    op.create_table(
        "idea_author",
        sa.Column("id", BigId, primary_key=True),
        sa.Column("idea_id", BigId, sa.ForeignKey("idea.id", name=op.f("fk_idea_author_idea_id_idea")), nullable=False),
        sa.Column("member_id", BigId, sa.ForeignKey("member.id", name=op.f("fk_idea_author_member_id_member"))),
        sa.Column("invited_as", sa.String(254)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("answered_at", UtcDateTime),
        sa.CheckConstraint("state IN ('invited', 'accepted', 'declined')", name=op.f("ck_idea_author_state")),
        sa.UniqueConstraint("idea_id", "member_id", name=op.f("uq_idea_author_idea_id_member_id")),
        sa.UniqueConstraint("idea_id", "invited_as", name=op.f("uq_idea_author_idea_id_invited_as")),
    )
    op.create_index("ix_idea_author_member_id_id", "idea_author", ["member_id", "id"])


def downgrade() -> None:
    op.drop_table("idea_author")
    op.drop_table("follow")

"""Edits of published ideas wait beside them and come to the queue; authors who are trusted; whose child is whose."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

WAITS = sa.text("state = 'waiting'")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "idea_edit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("idea_id", KEY, nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("live", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'accepted', 'refused', 'withdrawn')", name="ck_idea_edit_state"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_idea_edit_idea_id_idea"),
        sa.PrimaryKeyConstraint("id", name="pk_idea_edit"),
    )
    op.create_index(
        "uq_idea_edit_waiting", "idea_edit", ["idea_id"], unique=True, postgresql_where=WAITS, sqlite_where=WAITS
    )
    op.create_index("ix_idea_edit_idea_id_id", "idea_edit", ["idea_id", "id"])
    op.create_table(
        "author_trust",
        sa.Column("member_id", KEY, autoincrement=False, nullable=False),
        sa.Column("by_id", KEY, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_author_trust_member_id_member"),
        sa.ForeignKeyConstraint(["by_id"], ["member.id"], name="fk_author_trust_by_id_member"),
        sa.PrimaryKeyConstraint("member_id", name="pk_author_trust"),
    )
    with op.batch_alter_table("moderation_case") as table:
        table.add_column(sa.Column("edit_id", KEY))
        table.create_foreign_key("fk_moderation_case_edit_id_idea_edit", "idea_edit", ["edit_id"], ["id"])
    op.create_index("ix_guardianship_email", "guardianship", ["email"])


def downgrade() -> None:
    op.drop_index("ix_guardianship_email", "guardianship")
    with op.batch_alter_table("moderation_case") as table:
        table.drop_constraint("fk_moderation_case_edit_id_idea_edit", type_="foreignkey")
        table.drop_column("edit_id")
    op.drop_table("author_trust")
    op.drop_table("idea_edit")

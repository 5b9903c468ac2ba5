"""Suspensions with an end, looking at pages as a member sees them, units and fields that change."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
OPEN = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "suspension",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("was", sa.String(12), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME),
        sa.Column("by_id", BIG, nullable=False),
        sa.Column("lifted_at", TIME),
        sa.Column("lifted_by_id", BIG),
        *(
            sa.ForeignKeyConstraint([column], ["member.id"], name=op.f(f"fk_suspension_{column}_member"))
            for column in ("member_id", "by_id", "lifted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(
        "ix_suspension_open", "suspension", ["member_id"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )
    op.create_index("ix_suspension_due", "suspension", ["ends_at"], postgresql_where=OPEN, sqlite_where=OPEN)
    with op.batch_alter_table("sign_in_session") as session:
        session.add_column(sa.Column("viewing_id", BIG))
        session.add_column(sa.Column("viewing_until", TIME))
        session.create_foreign_key(op.f("fk_sign_in_session_viewing_id_member"), "member", ["viewing_id"], ["id"])
    op.create_table(
        "unit_name",
        sa.Column("id", BIG, nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("name_vi", sa.String(120), nullable=False),
        sa.Column("name_en", sa.String(120), nullable=False),
        sa.Column("until", TIME, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_name_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_name")),
    )
    op.create_index(op.f("ix_unit_name_unit_id"), "unit_name", ["unit_id"])
    for table in ("unit", "field"):
        op.add_column(table, sa.Column("closed_at", TIME))
        op.add_column(table, sa.Column("version", sa.Integer(), nullable=False, server_default="1"))


def downgrade() -> None:
    for table in ("unit", "field"):
        op.drop_column(table, "version")
        op.drop_column(table, "closed_at")
    op.drop_table("unit_name")
    with op.batch_alter_table("sign_in_session") as session:
        session.drop_constraint(op.f("fk_sign_in_session_viewing_id_member"), type_="foreignkey")
        session.drop_column("viewing_until")
        session.drop_column("viewing_id")
    op.drop_table("suspension")

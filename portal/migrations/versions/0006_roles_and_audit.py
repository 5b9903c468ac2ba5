"""Roles are granted for a unit and a time; staff acts leave a chained record."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
STAGED = sa.text("seq IS NULL")
ROLES = "role IN ('member', 'moderator', 'juror', 'organiser', 'admin')"


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor_id", BIG),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("object_kind", sa.String(40), nullable=False),
        sa.Column("object_id", BIG),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seq", BIG),
        sa.Column("prev_hash", sa.String(64)),
        sa.Column("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_entry_seq")),
    )
    op.create_index("ix_audit_entry_staged", "audit_entry", ["id"], postgresql_where=STAGED, sqlite_where=STAGED)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"])
    op.create_index(op.f("ix_audit_entry_actor_id_id"), "audit_entry", ["actor_id", "id"])
    op.create_index(op.f("ix_audit_entry_action_id"), "audit_entry", ["action", "id"])
    op.create_index(op.f("ix_audit_entry_object_kind_object_id_id"), "audit_entry", ["object_kind", "object_id", "id"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", BIG, nullable=False),
        sa.Column("chain", sa.String(64), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    chain = secrets.token_hex(32)
    op.bulk_insert(head, [{"id": 1, "chain": chain, "seq": 0, "hash": chain}])
    grants()
    with op.batch_alter_table("member") as member:
        member.drop_constraint(op.f("ck_member_role"), type_="check")
        member.drop_column("role")


def grants() -> None:
    """Whoever had a role had it everywhere, and keeps it so."""
    op.create_table(
        "role_grant",
        sa.Column("id", BIG, nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("unit_id", BIG, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME),
        sa.Column("granted_by_id", BIG),
        sa.Column("revoked_at", TIME),
        sa.Column("revoked_by_id", BIG),
        sa.CheckConstraint("role IN ('juror', 'moderator', 'organiser', 'admin')", name=op.f("ck_role_grant_role")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_role_grant_member_id_member")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.ForeignKeyConstraint(["granted_by_id"], ["member.id"], name=op.f("fk_role_grant_granted_by_id_member")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["member.id"], name=op.f("fk_role_grant_revoked_by_id_member")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_member_id"), "role_grant", ["member_id"])
    op.create_index(op.f("ix_role_grant_unit_id"), "role_grant", ["unit_id"])
    op.execute(
        "INSERT INTO role_grant (member_id, role, unit_id, starts_at)"
        " SELECT member.id, member.role, unit.id, member.created_at FROM member, unit"
        " WHERE member.role <> 'member' AND unit.code = 'TW'"
    )


def downgrade() -> None:
    """One role each, the highest of those that are held."""
    with op.batch_alter_table("member") as member:
        member.add_column(sa.Column("role", sa.String(12), nullable=False, server_default="member"))
    for role in ("juror", "moderator", "organiser", "admin"):
        op.execute(
            f"UPDATE member SET role = '{role}' WHERE id IN"
            f" (SELECT member_id FROM role_grant WHERE role = '{role}' AND revoked_at IS NULL)"
        )
    with op.batch_alter_table("member") as member:
        member.alter_column("role", server_default=None)
        member.create_check_constraint(op.f("ck_member_role"), sa.text(ROLES))
    op.drop_table("role_grant")
    op.drop_table("audit_head")
    op.drop_table("audit_entry")

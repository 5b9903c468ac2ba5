"""A device that shows news belongs to a sign-in. Those of which that is not known are asked again by their owners."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAME = "fk_push_subscription_session_id_sign_in_session"


def upgrade() -> None:
    op.execute("DELETE FROM push_subscription")
    with op.batch_alter_table("push_subscription") as batch:
        batch.add_column(sa.Column("session_id", KEY, nullable=True))
        batch.create_foreign_key(op.f(NAME), "sign_in_session", ["session_id"], ["id"], ondelete="CASCADE")
        batch.create_index(op.f("ix_push_subscription_session_id"), ["session_id"])


def downgrade() -> None:
    with op.batch_alter_table("push_subscription") as batch:
        batch.drop_index(op.f("ix_push_subscription_session_id"))
        batch.drop_constraint(op.f(NAME), type_="foreignkey")
        batch.drop_column("session_id")

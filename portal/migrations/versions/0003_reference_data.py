"""Fields, the centre, its bodies and the 34 provinces."""

import sqlalchemy as sa
from alembic import op

from portal.units.seeding import field_rows, unit_rows

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = sa.MetaData()
    tables.reflect(op.get_bind(), only=("field", "unit"))
    field, unit = tables.tables["field"], tables.tables["unit"]
    op.bulk_insert(field, field_rows())
    op.bulk_insert(unit, unit_rows())
    centre = sa.select(unit.c.id).where(unit.c.code == "TW").scalar_subquery()
    op.execute(unit.update().where(unit.c.code != "TW").values(parent_id=centre))


def downgrade() -> None:
    op.execute("DELETE FROM unit WHERE parent_id IS NOT NULL")
    op.execute("DELETE FROM unit")
    op.execute("DELETE FROM field")

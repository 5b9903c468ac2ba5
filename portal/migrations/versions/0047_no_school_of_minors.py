"""No school or commune stands beside the name of somebody under age: their ideas name the province."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

MONTHS_OF_A_MINOR = 18 * 12

unit = sa.table("unit", sa.column("id"), sa.column("kind"), sa.column("parent_id"))
member = sa.table("member", sa.column("id"), sa.column("purposes"), sa.column("birth_year"), sa.column("birth_month"))
idea = sa.table("idea", sa.column("id"), sa.column("author_id"), sa.column("unit_id"))
rank = sa.table("idea_rank", sa.column("idea_id"), sa.column("unit_id"))
version = sa.table("idea_version", sa.column("id"), sa.column("idea_id"), sa.column("content", sa.JSON))
edit = sa.table(
    "idea_edit",
    sa.column("id"),
    sa.column("idea_id"),
    sa.column("before", sa.JSON),
    sa.column("content", sa.JSON),
)


def upgrade() -> None:
    name_provinces(op.get_bind(), datetime.now(UTC).date())


def downgrade() -> None:
    """What was named before is not kept."""


def name_provinces(connection: sa.Connection, today: date) -> None:
    above = _above(connection)
    if not above:
        return
    born = member.c.birth_year * 12 + member.c.birth_month
    young = member.c.purposes.is_not(None) | (born >= today.year * 12 + today.month - MONTHS_OF_A_MINOR)
    theirs = sa.select(idea.c.id, idea.c.unit_id).join_from(idea, member, member.c.id == idea.c.author_id).where(young)
    for row in connection.execute(theirs).all():
        if row.unit_id in above:
            connection.execute(sa.update(idea).where(idea.c.id == row.id).values(unit_id=above[row.unit_id]))
            connection.execute(sa.update(rank).where(rank.c.idea_id == row.id).values(unit_id=above[row.unit_id]))
        for table, names in ((version, ("content",)), (edit, ("before", "content"))):
            for kept in connection.execute(sa.select(table).where(table.c.idea_id == row.id)).mappings().all():
                for name in names:
                    if kept[name] and kept[name].get("unit_id") in above:
                        told = {**kept[name], "unit_id": above[kept[name]["unit_id"]]}
                        connection.execute(sa.update(table).where(table.c.id == kept["id"]).values({name: told}))


def _above(connection: sa.Connection) -> dict[int, int]:
    """For each school and commune the province, or body, it belongs to."""
    units = {row.id: row for row in connection.execute(sa.select(unit))}
    found = {}
    for one in units.values():
        place = one
        while place.kind in ("commune", "school") and place.parent_id:
            place = units[place.parent_id]
        if place is not one:
            found[one.id] = place.id
    return found

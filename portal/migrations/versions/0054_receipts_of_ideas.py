"""When an author's words came in is kept from then on; what it is known for so far is written down."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

TEXTS = ("title", "summary", "problem", "solution", "start", "impact", "confidential")
SENT = ("web", "api", "demo")
BATCH = 500
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.DateTime(timezone=True)

idea = sa.table(
    "idea",
    *map(sa.column, ("id", "source", "version", "status", *TEXTS)),
    sa.column("created_at", MOMENT),
)
version = sa.table(
    "idea_version", *map(sa.column, ("idea_id", "version")), sa.column("at", MOMENT), sa.column("content", sa.JSON)
)


def upgrade() -> None:
    receipt = op.create_table(
        "idea_receipt",
        sa.Column("idea_id", BIG, sa.ForeignKey("idea.id"), primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )
    connection = op.get_bind()
    for rows in _batches(connection):
        kept = [row for one in rows for row in receipts_of(one, _versions(connection, one["id"], one["version"]))]
        if kept:
            connection.execute(sa.insert(receipt), kept)


def downgrade() -> None:
    op.drop_table("idea_receipt")


def _batches(connection: sa.Connection) -> Iterator[list[sa.RowMapping]]:
    last = 0
    theirs = sa.select(idea).where(idea.c.source.in_(SENT), idea.c.status != "removed").order_by(idea.c.id).limit(BATCH)
    while rows := list(connection.execute(theirs.where(idea.c.id > last)).mappings()):
        yield rows
        last = rows[-1]["id"]


def _versions(connection: sa.Connection, idea_id: int, latest: int) -> list[Any]:
    """Those before the latest: most ideas have none, and are not asked about."""
    if latest == 1:
        return []
    its = sa.select(version).where(version.c.idea_id == idea_id).order_by(version.c.version)
    return list(connection.execute(its))


def receipts_of(one: Mapping[str, Any], versions: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Of an idea of which every version is known. Where one is missing the desk may have changed words in all of them."""
    earlier, since = list(versions), one["created_at"]
    if len(earlier) + 1 != one["version"]:
        return
    seen: set[str] = set()
    for content, until in (*((row.content, row.at) for row in earlier), (one, None)):
        if (sha256 := _sha256(content)) not in seen:
            seen.add(sha256)
            yield {"idea_id": one["id"], "number": len(seen), "at": since, "sha256": sha256}
        since = until


def _sha256(content: Any) -> str:
    told = {name: content.get(name) or "" for name in TEXTS}
    return hashlib.sha256((json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()).hexdigest()

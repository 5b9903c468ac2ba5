"""Exports of a member, the open data, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal.database import db
from portal.errors import Missing
from portal.exports import rows
from portal.exports.models import IS_WAITING, Export, ExportPage


def of_member(member_id: int, now: datetime) -> list[Export]:
    """What is being made or can be fetched, the latest first."""
    alive = or_(Export.expires_at.is_(None), Export.expires_at > now)
    mine = select(Export).where(Export.member_id == member_id, alive).order_by(Export.id.desc())
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def ready(token: str, member_id: int, now: datetime) -> Export:
    """A file of one's own that can be fetched. Raises Missing."""
    mine = select(Export).where(Export.token == token, Export.member_id == member_id, Export.expires_at > now)
    if export := db.session.scalar(mine):
        return export
    raise Missing


def open_data() -> Export | None:
    """The newest that is ready."""
    made = select(Export).where(Export.member_id.is_(None), Export.ready_at.is_not(None))
    return db.session.scalar(made.order_by(Export.id.desc()).limit(1))


def is_waiting() -> bool:
    return bool(db.session.scalar(select(select(Export.id).where(IS_WAITING).exists())))


def pages(export_id: int) -> Iterator[list[rows.Line]]:
    """Page by page what is still public: a list of a year is never in memory as a whole."""
    number = 0
    while (packed := db.session.scalar(_page(export_id, number))) is not None:
        yield rows.still_public(rows.unpack(packed))
        number += 1


def _page(export_id: int, number: int) -> Any:
    return select(ExportPage.lines).where(ExportPage.export_id == export_id, ExportPage.number == number)

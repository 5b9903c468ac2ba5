"""Exports of a member, the open data, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select

from portal.database import db
from portal.errors import Missing
from portal.exports import rows
from portal.exports.models import IS_WAITING, MOST_ATTEMPTS, Export, ExportPage
from portal.ideas.models import Idea
from portal.ideas.states import PUBLIC


def of_member(member_id: int, now: datetime) -> list[Export]:
    """What is being made or can be fetched, the latest first."""
    alive = or_(Export.expires_at.is_(None), Export.expires_at > now)
    mine = select(Export).where(Export.member_id == member_id, alive).order_by(Export.id.desc())
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def ready(token: str, member_id: int, now: datetime) -> Export:
    """A file of one's own that can be fetched. Raises Missing."""
    made = (Export.ready_at.is_not(None), Export.expires_at > now)
    mine = select(Export).where(Export.token == token, Export.member_id == member_id, *made)
    if export := db.session.scalar(mine):
        return export
    raise Missing


def open_data() -> Export | None:
    """The newest that is ready."""
    made = select(Export).where(Export.member_id.is_(None), Export.ready_at.is_not(None))
    return db.session.scalar(made.order_by(Export.id.desc()).limit(1))


def is_waiting() -> bool:
    return bool(
        db.session.scalar(select(select(Export.id).where(IS_WAITING, Export.attempts < MOST_ATTEMPTS).exists()))
    )


def pages(export: Export, base_url: str) -> Iterator[list[rows.Line]]:
    """What the ideas of a list say now, page by page: a list of a year is never in memory as a whole."""
    for ideas in _listed(export.id):
        yield rows.lines([idea_id for idea_id, _ in ideas], base_url)


def is_current(export: Export) -> bool:
    """Whether all ideas of a list are still public and say what they said when it was made."""
    return all(_still_say(ideas) for ideas in _listed(export.id))


def _listed(export_id: int) -> Iterator[list[tuple[int, int]]]:
    number = 0
    page = select(ExportPage.ideas).where(ExportPage.export_id == export_id)
    while (ideas := db.session.scalar(page.where(ExportPage.number == number))) is not None:
        yield [(idea_id, version) for idea_id, version in ideas]
        number += 1


def _still_say(ideas: list[tuple[int, int]]) -> bool:
    public = select(Idea.id, Idea.version).where(Idea.id.in_(dict(ideas)), Idea.status.in_(PUBLIC))
    return dict(ideas) == {row.id: row.version for row in db.session.execute(public)}

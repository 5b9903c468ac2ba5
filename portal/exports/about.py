"""Which files a person asked for, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.exports.models import Export


def about(member_id: int) -> dict[str, Executable]:
    asked = (Export.words, Export.format, Export.asked_at)
    return {"exports": select(*asked).where(Export.member_id == member_id)}

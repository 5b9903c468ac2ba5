"""Rows that carry a `version`, so that of two who change one at once the second is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from portal.database import db
from portal.errors import N_, Conflict, Missing

CHANGED = N_("Vừa có người sửa mục này trước bạn. Xem lại bản mới rồi sửa tiếp nhé.")


def row(model: Any, row_id: int) -> Any:
    """As it is in the database now. Raises Missing."""
    found = db.session.get(model, row_id, populate_existing=True)
    if found is None:
        raise Missing
    return found


def change(model: Any, row_id: int, version: int, values: Mapping[str, Any]) -> Any:
    """Change the row as the form knew it; returns how it was. Raises Missing and Conflict."""
    known = row(model, row_id)
    before = {column.key: getattr(known, column.key) for column in model.__table__.columns}
    changed = db.session.execute(
        update(model)
        .where(model.id == row_id, model.version == version)
        .values(**values, version=version + 1)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise Conflict(CHANGED)
    db.session.expire(known)
    return model(**before)

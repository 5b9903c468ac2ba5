"""Changes of the organisation tree and of the fields. Nothing is deleted: ideas hang on it.

Whoever calls these says `queries.forget()` when the transaction is committed; other processes hear of the change
within a minute.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import versions
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Missing, Refusal
from portal.text import sort_key
from portal.units.models import Field, Unit, UnitName

BELOW = {
    "centre": ("body", "province"),
    "province": ("commune", "school"),
    "body": ("school",),
    "commune": ("school",),
    "school": (),
}
"""Which kinds of units may hang below which."""
Names = Mapping[str, str]


def add_unit(actor_id: int, parent: Unit, kind: str, names: Names) -> Unit:
    """A new unit below `parent`, with the next free code. Raises Refusal."""
    if kind not in BELOW[parent.kind]:
        raise Refusal(N_("Đơn vị loại này không đặt ở đây được"), field="kind")
    if parent.closed_at:
        raise Refusal(N_("Đơn vị bên trên đã đóng"))
    unit = Unit(code=_free_code(parent), kind=kind, parent_id=parent.id, sort_key=sort_key(names["name_vi"]), **names)
    db.session.add(unit)
    db.session.flush()
    what = {"code": unit.code, "kind": kind, "parent": parent.code, "name_vi": unit.name_vi}
    audit.record(actor_id, "unit_added", "unit", unit.id, what)
    return unit


def rename_unit(actor_id: int, unit_id: int, version: int, names: Names, now: datetime) -> None:
    """Give a unit other names; the old ones stay on record with the day until which they held. Raises Conflict."""
    before = versions.change(Unit, unit_id, version, {**names, "sort_key": sort_key(names["name_vi"])})
    if (before.name_vi, before.name_en) != (names["name_vi"], names["name_en"]):
        db.session.add(UnitName(unit_id=unit_id, name_vi=before.name_vi, name_en=before.name_en, until=now))
    audit.record(actor_id, "unit_renamed", "unit", unit_id, _difference(before, names))


def close_unit(actor_id: int, unit_id: int, version: int, now: datetime) -> None:
    """What hangs on it stays; nothing new does. Raises Conflict, and Refusal while units below it are open."""
    unit = versions.row(Unit, unit_id)
    if unit.parent_id is None:
        raise Refusal(N_("Trung ương không đóng được."))
    open_below = select(func.count()).where(Unit.parent_id == unit_id, Unit.closed_at.is_(None))
    if db.session.scalar(open_below):
        raise Refusal(N_("Còn đơn vị bên dưới đang mở. Đóng những đơn vị ấy trước."))
    versions.change(Unit, unit_id, version, {"closed_at": now})
    audit.record(actor_id, "unit_closed", "unit", unit_id, {"code": unit.code})


def open_unit(actor_id: int, unit_id: int, version: int) -> None:
    unit = versions.row(Unit, unit_id)
    above = db.session.get(Unit, unit.parent_id, populate_existing=True) if unit.parent_id else None
    if above and above.closed_at:
        raise Refusal(N_("Đơn vị bên trên đã đóng"))
    versions.change(Unit, unit_id, version, {"closed_at": None})
    audit.record(actor_id, "unit_opened", "unit", unit_id, {"code": unit.code})


def change_field(actor_id: int, field_id: int, version: int, values: Names) -> None:
    """Names, hue and icon of a field. Raises Conflict."""
    before = versions.change(Field, field_id, version, values)
    audit.record(actor_id, "field_changed", "field", field_id, _difference(before, values))


def close_field(actor_id: int, field_id: int, version: int, now: datetime) -> None:
    """Ideas keep it, nobody chooses it any more. Raises Conflict, and Refusal for the last one."""
    others = select(func.count()).where(Field.id != field_id, Field.closed_at.is_(None))
    if not db.session.scalar(others):
        raise Refusal(N_("Đây là lĩnh vực cuối cùng còn mở."))
    before = versions.change(Field, field_id, version, {"closed_at": now})
    audit.record(actor_id, "field_closed", "field", field_id, {"code": before.code})


def open_field(actor_id: int, field_id: int, version: int) -> None:
    before = versions.change(Field, field_id, version, {"closed_at": None})
    audit.record(actor_id, "field_opened", "field", field_id, {"code": before.code})


def move_field(actor_id: int, field_id: int, *, up: bool) -> None:
    """Change places with the neighbour; at the end nothing happens."""
    fields = list(db.session.scalars(select(Field).order_by(Field.position, Field.id).with_for_update()))
    place = next((place for place, field in enumerate(fields) if field.id == field_id), None)
    if place is None:
        raise Missing
    other = place + (-1 if up else 1)
    if 0 <= other < len(fields):
        fields[place], fields[other] = fields[other], fields[place]
        for position, field in enumerate(fields, start=1):
            field.position = position
        audit.record(actor_id, "field_moved", "field", field_id, {"position": other + 1})


def _difference(before: Any, after: Names) -> dict[str, Any]:
    changed = {name: value for name, value in after.items() if getattr(before, name) != value}
    return {"from": {name: getattr(before, name) for name in changed}, "to": changed}


def _free_code(parent: Unit) -> str:
    """'40-1' below '40', then '40-2'."""
    taken = set(db.session.scalars(select(Unit.code).where(Unit.code.startswith(f"{parent.code}-", autoescape=True))))
    return next(code for number in itertools.count(1) if (code := f"{parent.code}-{number}") not in taken)

"""Units and fields: reference data, read often and changed by hand, so each process keeps a copy for a minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.database import db
from portal.units.models import Field, Unit, UnitName

KEEP_SECONDS = 60.0
WIDE = ("centre", "body", "province")
"""Kinds so large that to name one tells nothing of who somebody is."""


@dataclass
class Reference:
    """All fields by position and all units in Vietnamese alphabetical order, detached from any session.

    `fields`, `field_by_code` and `provinces` are what can be chosen; what is closed is still found by its id.
    """

    all_fields: Sequence[Field]
    units: Sequence[Unit]
    names: Sequence[UnitName] = ()

    def __post_init__(self) -> None:
        self.field_by_id = {field.id: field for field in self.all_fields}
        self.fields = [field for field in self.all_fields if not field.closed_at]
        self.field_by_code = {field.code: field for field in self.fields}
        self.unit_by_id = {unit.id: unit for unit in self.units}
        self.unit_by_code = {unit.code: unit for unit in self.units}
        self.provinces = [unit for unit in self.units if unit.kind == "province" and not unit.closed_at]
        self.central = [unit for unit in self.units if unit.kind in ("centre", "body") and not unit.closed_at]
        self.centre = next(unit for unit in self.units if unit.parent_id is None)
        self.children: dict[int | None, list[Unit]] = {}
        for unit in self.units:
            self.children.setdefault(unit.parent_id, []).append(unit)

    def name_then(self, unit_id: int | None, moment: datetime) -> UnitName | None:
        """What a unit was called at a moment, if it is called otherwise today."""
        theirs = [name for name in self.names if name.unit_id == unit_id and name.until > moment]
        return min(theirs, key=lambda name: name.until, default=None)

    def in_order(self) -> list[Unit]:
        """Every unit after the one above it, alphabetically among its neighbours."""
        found, waiting = [], [self.centre]
        while waiting:
            found.append(waiting.pop())
            waiting.extend(reversed(self.children.get(found[-1].id, ())))
        return found

    def place(self, unit_id: int | None) -> Unit | None:
        """What may be told of anybody: the province a school or commune lies in; a central body is itself."""
        units = (self.unit_by_id[one] for one in self.path(unit_id)) if unit_id else iter(())
        return next((unit for unit in units if unit.kind in WIDE), None)

    def covered(self, unit_id: int) -> frozenset[int]:
        """The units whose ideas the list of `unit_id` shows: itself and all below; of the centre itself alone."""
        return frozenset((unit_id,)) if unit_id == self.centre.id else self.below(unit_id)

    def choices(self, home_id: int | None = None, also: str = "") -> list[Unit]:
        """What a page offers: provinces, the centre with its bodies, what is below the reader's own, and `also`, a code.

        All there are would be thousands.
        """
        home = self.place(home_id)
        near = [self.unit_by_id[one] for one in self.below(home.id)] if home and home is not self.centre else []
        near.sort(key=lambda unit: unit.sort_key)
        offered = (*self.provinces, *self.central, *(unit for unit in near if not unit.closed_at))
        chosen = [self.unit_by_code[also]] if also in self.unit_by_code else []
        return list(dict.fromkeys((*offered, *chosen)))

    def path(self, unit_id: int) -> list[int]:
        """The ids from a unit up to the centre, itself first."""
        found = [unit_id]
        while (unit := self.unit_by_id.get(found[-1])) and unit.parent_id:
            found.append(unit.parent_id)
        return found

    def below(self, unit_id: int) -> frozenset[int]:
        """The ids of a unit and of everything below it."""
        found, waiting = {unit_id}, [unit_id]
        while waiting:
            under = [unit.id for unit in self.children.get(waiting.pop(), ())]
            found.update(under)
            waiting.extend(under)
        return frozenset(found)


_kept: list[tuple[float, Reference]] = []


def reference(clock: Callable[[], float] = time.monotonic) -> Reference:
    """The reference data, at most a minute old."""
    if not _kept or clock() - _kept[0][0] > KEEP_SECONDS:
        keep(Reference(_all(select(Field).order_by(Field.position)), *_units()), clock)
    return _kept[0][1]


def keep(reference: Reference, clock: Callable[[], float] = time.monotonic) -> None:
    """For a minute from now on this is the reference data."""
    _kept[:] = [(clock(), reference)]


def forget() -> None:
    """After a change of reference data."""
    _kept.clear()


def _units() -> tuple[list[Unit], list[UnitName]]:
    """All units with what they were called before. One query."""
    earlier = select(Unit, UnitName).outerjoin(UnitName, UnitName.unit_id == Unit.id).order_by(Unit.sort_key)
    rows = db.session.execute(earlier).all()
    units, names = list(dict.fromkeys(unit for unit, _ in rows)), [name for _, name in rows if name]
    for row in (*units, *names):
        db.session.expunge(row)
    return units, names


def _all(query: Any) -> Sequence[Any]:
    rows = db.session.scalars(query).all()
    for row in rows:
        db.session.expunge(row)
    return rows


def unit(unit_id: int) -> Unit | None:
    """A unit as it is now, for a form that guards its version."""
    return db.session.get(Unit, unit_id, populate_existing=True)


def below(unit_id: int) -> Sequence[Unit]:
    """The units right below one, alphabetically."""
    return db.session.scalars(select(Unit).where(Unit.parent_id == unit_id).order_by(Unit.sort_key)).all()


def earlier_names(unit_id: int) -> Sequence[UnitName]:
    """What a unit was called before, the latest first."""
    return db.session.scalars(select(UnitName).where(UnitName.unit_id == unit_id).order_by(UnitName.until.desc())).all()


def field(field_id: int) -> Field | None:
    return db.session.get(Field, field_id, populate_existing=True)


def all_fields() -> Sequence[Field]:
    """In the order pages show them, closed ones too."""
    return db.session.scalars(select(Field).order_by(Field.position, Field.id)).all()

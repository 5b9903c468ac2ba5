"""The API of units and fields: the codes that ideas carry, with their names in both languages."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import List, Nested, String

from portal.units.models import Unit
from portal.units.queries import reference
from portal.web.access import public

api = APIBlueprint("units_api", __name__, tag="units")


class NamedOut(Schema):
    code = String()
    name_vi = String()
    name_en = String()


class FieldsOut(Schema):
    items = List(Nested(NamedOut))


class UnitOut(NamedOut):
    kind = String(metadata={"enum": ["centre", "body", "province"]})
    parent = String(allow_none=True, metadata={"description": "The code of the unit above."})


class UnitsOut(Schema):
    items = List(Nested(UnitOut))


@api.get("/fields")
@api.output(FieldsOut)
@public
def fields() -> dict[str, Any]:
    """List the fields of ideas, in the order pages show them."""
    return {"items": reference().fields}


@api.get("/units")
@api.output(UnitsOut)
@public
def units() -> dict[str, Any]:
    """List the units of the organisation, in Vietnamese alphabetical order."""
    return {"items": [as_json(unit) for unit in reference().units]}


def as_json(unit: Unit) -> dict[str, Any]:
    above = reference().unit_by_id.get(unit.parent_id) if unit.parent_id else None
    names = {"code": unit.code, "name_vi": unit.name_vi, "name_en": unit.name_en}
    return {**names, "kind": unit.kind, "parent": above.code if above else None}

"""The API of units."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("units_api", __name__, tag="units")

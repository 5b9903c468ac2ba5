"""The API of ideas."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("ideas_api", __name__, tag="ideas")

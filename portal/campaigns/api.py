"""The API of campaigns."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("campaigns_api", __name__, tag="campaigns")

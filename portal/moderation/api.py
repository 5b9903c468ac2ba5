"""The API of moderation."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("moderation_api", __name__, tag="moderation")

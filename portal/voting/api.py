"""The API of voting."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("voting_api", __name__, tag="voting")

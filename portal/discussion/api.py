"""The API of discussion."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("discussion_api", __name__, tag="discussion")

"""The API of accounts."""

from __future__ import annotations

from apiflask import APIBlueprint

api = APIBlueprint("accounts_api", __name__, tag="accounts")

"""Pages of notifications."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("notifications", __name__)

"""Pages of moderation."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("moderation", __name__)

"""Pages of voting."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("voting", __name__)

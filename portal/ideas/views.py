"""Pages of ideas."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("ideas", __name__)

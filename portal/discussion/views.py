"""Pages of discussion."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("discussion", __name__)

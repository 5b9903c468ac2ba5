"""The pages of the desk are one blueprint in several files."""

from flask import Blueprint

pages = Blueprint("moderation", __name__)

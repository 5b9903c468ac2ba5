"""The pages of ideas are one blueprint in three files: reading, writing, changing."""

from flask import Blueprint

pages = Blueprint("ideas", __name__)

"""The pages of ideas are one blueprint in two files: reading and writing."""

from flask import Blueprint

pages = Blueprint("ideas", __name__)

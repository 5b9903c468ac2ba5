"""The pages of ideas are one blueprint in the files beside this one."""

from flask import Blueprint

pages = Blueprint("ideas", __name__)

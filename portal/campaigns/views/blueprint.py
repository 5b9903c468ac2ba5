"""The pages of campaigns are one blueprint: what everybody reads, and what organisers set."""

from flask import Blueprint

pages = Blueprint("campaigns", __name__)

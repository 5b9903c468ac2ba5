"""The pages of accounts are one blueprint in three files: signing in, passwords, a member's own pages."""

from flask import Blueprint

pages = Blueprint("accounts", __name__)

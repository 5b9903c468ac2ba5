"""The pages of accounts are one blueprint in many files, one for each thing a person comes for."""

from flask import Blueprint

pages = Blueprint("accounts", __name__)

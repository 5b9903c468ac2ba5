"""The pages of letters: which ones a member wants, how to stop one, and the mailbox of a portal that sends none."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("notifications", __name__)

"""What triage shows on the desk: the places it means, marked in the text, and the words themselves."""

from __future__ import annotations

from flask import Blueprint

from portal.moderation import marking, reported

pages = Blueprint("triage", __name__)
pages.add_app_template_filter(marking.marked)
pages.add_app_template_filter(marking.evidence)
pages.add_app_template_filter(reported.reported)

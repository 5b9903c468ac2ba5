"""Pages of campaigns: those everybody reads, and those organisers set them with."""

from portal.campaigns.views import managing, planning, public, questions
from portal.campaigns.views.blueprint import pages

__all__ = ["managing", "pages", "planning", "public", "questions"]

"""Pages of campaigns: those everybody reads, and those organisers set them with."""

from portal.campaigns.views import managing, public, questions
from portal.campaigns.views.blueprint import pages

__all__ = ["managing", "pages", "public", "questions"]

"""Pages of ideas."""

from portal.ideas.views import reading, writing
from portal.ideas.views.blueprint import pages

__all__ = ["pages", "reading", "writing"]

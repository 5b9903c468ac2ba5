"""Pages of ideas."""

from portal.ideas.views import changing, reading, writing
from portal.ideas.views.blueprint import pages

__all__ = ["changing", "pages", "reading", "writing"]

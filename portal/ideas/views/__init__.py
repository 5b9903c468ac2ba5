"""Pages of ideas."""

from portal.ideas.views import authors, changing, reading, writing
from portal.ideas.views.blueprint import pages

__all__ = ["authors", "changing", "pages", "reading", "writing"]

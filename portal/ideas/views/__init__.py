"""Pages of ideas."""

from portal.ideas.views import answering, authors, changing, keeping, reading, receipts, sharing, versions, writing
from portal.ideas.views.blueprint import pages

__all__ = [
    "answering",
    "authors",
    "changing",
    "keeping",
    "pages",
    "reading",
    "receipts",
    "sharing",
    "versions",
    "writing",
]

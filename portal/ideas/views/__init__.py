"""Pages of ideas."""

from portal.ideas.views import (
    answering,
    authors,
    changing,
    keeping,
    landing,
    reading,
    receipts,
    sharing,
    versions,
    writing,
)
from portal.ideas.views.blueprint import pages

__all__ = [
    "answering",
    "authors",
    "changing",
    "keeping",
    "landing",
    "pages",
    "reading",
    "receipts",
    "sharing",
    "versions",
    "writing",
]

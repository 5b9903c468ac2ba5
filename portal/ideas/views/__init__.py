"""Pages of ideas."""

from portal.ideas.views import (
    answering,
    authors,
    changing,
    glance,
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
    "glance",
    "keeping",
    "landing",
    "pages",
    "reading",
    "receipts",
    "sharing",
    "versions",
    "writing",
]

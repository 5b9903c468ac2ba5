"""The desk: a queue, one case held at a time, a letter for what is not published, and a way back."""

from portal.moderation.views import (
    appealing,
    board,
    bulk,
    cases,
    deciding,
    log,
    members,
    merged,
    passing,
    queue,
    templates,
)
from portal.moderation.views.blueprint import pages

__all__ = [
    "appealing",
    "board",
    "bulk",
    "cases",
    "deciding",
    "log",
    "members",
    "merged",
    "pages",
    "passing",
    "queue",
    "templates",
]

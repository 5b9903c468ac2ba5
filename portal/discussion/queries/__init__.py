"""Everything that reads the talk about ideas."""

from portal.discussion.queries.comments import THREADS, Page, Thread, flat, own, threads
from portal.discussion.queries.follows import Followed, follow_column, followed, followers
from portal.discussion.queries.mentions import mentioned

__all__ = [
    "THREADS",
    "Followed",
    "Page",
    "Thread",
    "flat",
    "follow_column",
    "followed",
    "followers",
    "mentioned",
    "own",
    "threads",
]

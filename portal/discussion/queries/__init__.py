"""Everything that reads the talk about ideas."""

from portal.discussion.queries.comments import (
    ANSWERS,
    THREADS,
    Page,
    Thread,
    flat,
    long_thread,
    own,
    own_words,
    place_in_thread,
    thread,
    threads,
)
from portal.discussion.queries.follows import follow_column, followed, followers, is_following
from portal.discussion.queries.mentions import mentioned

__all__ = [
    "ANSWERS",
    "THREADS",
    "Page",
    "Thread",
    "flat",
    "follow_column",
    "followed",
    "followers",
    "is_following",
    "long_thread",
    "mentioned",
    "own",
    "own_words",
    "place_in_thread",
    "thread",
    "threads",
]

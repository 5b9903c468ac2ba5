"""What may be typed, and how much is kept and told."""

from datetime import timedelta

from portal.errors import N_
from portal.rules import TextRule

NAME = TextRule(min=1, max=60, missing=N_("Đặt cho tìm kiếm này một cái tên"))
MOST = 20
"""Searches a member may keep."""
TOLD_AT_ONCE = 20
"""New ideas told of one search at a time, the newest; its list shows them all."""
EVERY = timedelta(hours=1)
OVERLAP = timedelta(minutes=10)
"""So far behind its time of publication an idea may come into view; a notice's cause keeps it from being told twice."""

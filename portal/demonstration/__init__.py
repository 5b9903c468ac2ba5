"""A believable bank of ideas for somebody's first look: everything in it has the source 'demo', and all of it can go."""

from portal.demonstration.accounts import forget_accounts, known_accounts, set_up
from portal.demonstration.loading import is_there, load
from portal.demonstration.removing import remove

__all__ = ["forget_accounts", "is_there", "known_accounts", "load", "remove", "set_up"]

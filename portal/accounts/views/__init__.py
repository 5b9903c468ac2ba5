"""Pages of accounts: signing in, a member's own pages, and the administrators' pages about people."""

from portal.accounts.views import (
    factors,
    freshness,
    guardian,
    own,
    passwords,
    people,
    registering,
    roles,
    security,
    signing_in,
)
from portal.accounts.views.blueprint import pages

__all__ = [
    "factors",
    "freshness",
    "guardian",
    "own",
    "pages",
    "passwords",
    "people",
    "registering",
    "roles",
    "security",
    "signing_in",
]

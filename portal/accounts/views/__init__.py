"""Pages of accounts: signing in, a member's own pages, and the administrators' pages about people."""

from portal.accounts.views import (
    addresses,
    data,
    factors,
    freshness,
    guardian,
    own,
    passwords,
    people,
    public,
    registering,
    roles,
    security,
    signing_in,
)
from portal.accounts.views.blueprint import pages

__all__ = [
    "addresses",
    "data",
    "factors",
    "freshness",
    "guardian",
    "own",
    "pages",
    "passwords",
    "people",
    "public",
    "registering",
    "roles",
    "security",
    "signing_in",
]

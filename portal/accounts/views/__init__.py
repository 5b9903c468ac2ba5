"""Pages of accounts: signing in, a member's own pages, and the administrators' pages about people."""

from portal.accounts.views import (
    addresses,
    data,
    elsewhere,
    factors,
    freshness,
    guardian,
    oidc,
    own,
    passwords,
    people,
    public,
    raising,
    registering,
    roles,
    security,
    signing_in,
    tokens,
)
from portal.accounts.views.blueprint import pages

__all__ = [
    "addresses",
    "data",
    "elsewhere",
    "factors",
    "freshness",
    "guardian",
    "oidc",
    "own",
    "pages",
    "passwords",
    "people",
    "public",
    "raising",
    "registering",
    "roles",
    "security",
    "signing_in",
    "tokens",
]

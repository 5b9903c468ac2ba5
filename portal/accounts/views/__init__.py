"""Pages of accounts: from an address to a signed-in member, and the member's own pages."""

from portal.accounts.views import factors, freshness, own, passwords, security, signing_in
from portal.accounts.views.blueprint import pages

__all__ = ["factors", "freshness", "own", "pages", "passwords", "security", "signing_in"]

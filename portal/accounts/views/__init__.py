"""Pages of accounts: from an address to a signed-in member, and the member's own pages."""

from portal.accounts.views import factors, freshness, guardian, own, passwords, registering, security, signing_in
from portal.accounts.views.blueprint import pages

__all__ = ["factors", "freshness", "guardian", "own", "pages", "passwords", "registering", "security", "signing_in"]

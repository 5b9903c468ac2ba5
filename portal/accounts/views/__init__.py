"""Pages of accounts: from an address to a signed-in member, and the member's own pages."""

from portal.accounts.views import own, passwords, signing_in
from portal.accounts.views.blueprint import pages

__all__ = ["own", "pages", "passwords", "signing_in"]

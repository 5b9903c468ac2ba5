"""The views of this room; importing them fills the blueprint."""

from portal.notifications.views import mailbox, preferences, returned, samples, unsubscribing  # noqa: F401  # for their routes
from portal.notifications.views.blueprint import pages

__all__ = ["pages"]

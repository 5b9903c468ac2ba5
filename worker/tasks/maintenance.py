"""Forgetting what is over."""

from __future__ import annotations

from flask import current_app

from portal.accounts import services as accounts
from portal.attachments import queries as attachments
from portal.attachments import storage
from portal.database import now, transaction
from portal.discussion import reporting
from portal.exports import services as exports
from portal.ideas import picture
from portal.ideas import services as ideas
from portal.ideas.services import coauthors
from portal.importing import uploading
from portal.notices import pushing
from portal.notices import services as notices
from portal.notifications import addresses, telling
from portal.outbox import services as outbox
from portal.settings import current_settings
from worker.app import app


@app.task
def sweep() -> None:
    """Delete what has expired: attempts, counts of limits, what visitors left, relayed facts, old notices. Twice does no harm."""
    expiring = (ideas.sweep_drafts, coauthors.sweep_invitations, reporting.sweep)
    for forget in (
        telling.forget_codes,  # before the attempts they belong to
        telling.sweep,
        accounts.sweep,
        accounts.sweep_copies,
        *expiring,
        outbox.sweep,
        notices.sweep,
        pushing.sweep,
        uploading.sweep,
        exports.sweep,
    ):
        with transaction():
            forget(now())
    with transaction():
        addresses.sweep(current_app.config["SECRET_KEY"], now())
    var_dir = current_settings().var_dir
    storage.sweep(var_dir, attachments.known)
    picture.sweep(var_dir)

"""Everything that changes ideas: drafts become ideas, authors rewrite them, staff decide about them."""

from portal.ideas.services import coauthors
from portal.ideas.services.deciding import advance, hide, publish, reject, reopen, restore, return_to_author
from portal.ideas.services.drafts import attach_drafts, discard, save_draft, submit, sweep_drafts
from portal.ideas.services.mending import correct, merge, offer_to_stand_under, put_back
from portal.ideas.services.writing import EDITABLE, add, compose, not_editable, ready, revise, withdraw, write

__all__ = [
    "EDITABLE",
    "add",
    "advance",
    "attach_drafts",
    "coauthors",
    "compose",
    "correct",
    "discard",
    "hide",
    "merge",
    "not_editable",
    "offer_to_stand_under",
    "publish",
    "put_back",
    "ready",
    "reject",
    "reopen",
    "restore",
    "return_to_author",
    "revise",
    "save_draft",
    "submit",
    "sweep_drafts",
    "withdraw",
    "write",
]

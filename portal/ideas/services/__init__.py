"""Everything that changes ideas: drafts become ideas, authors rewrite them, staff decide about them."""

from portal.ideas.services import coauthors
from portal.ideas.services.answering import answer
from portal.ideas.services.deciding import advance, hide, publish, reject, remove, reopen, return_to_author
from portal.ideas.services.drafts import (
    AlreadySent,
    Page,
    attach_drafts,
    discard,
    save_draft,
    submit,
    sweep_drafts,
    unsent_under,
)
from portal.ideas.services.editing import (
    CHANGEABLE,
    accept_edit,
    propose,
    refuse_edit,
    reopen_edit,
    show_edit,
    take_back_edit,
)
from portal.ideas.services.imported import withdraw_imported
from portal.ideas.services.masking import mask
from portal.ideas.services.mending import Correction, correct, merge, offer_to_stand_under, put_back, restore
from portal.ideas.services.writing import (
    EDITABLE,
    add,
    compose,
    home_of,
    is_young,
    not_editable,
    ready,
    require_asked,
    revise,
    withdraw,
    write,
)

__all__ = [
    "CHANGEABLE",
    "EDITABLE",
    "AlreadySent",
    "Correction",
    "Page",
    "accept_edit",
    "add",
    "advance",
    "answer",
    "attach_drafts",
    "coauthors",
    "compose",
    "correct",
    "discard",
    "hide",
    "home_of",
    "is_young",
    "mask",
    "merge",
    "not_editable",
    "offer_to_stand_under",
    "propose",
    "publish",
    "put_back",
    "ready",
    "refuse_edit",
    "reject",
    "remove",
    "reopen",
    "reopen_edit",
    "require_asked",
    "restore",
    "return_to_author",
    "revise",
    "save_draft",
    "show_edit",
    "submit",
    "sweep_drafts",
    "take_back_edit",
    "unsent_under",
    "withdraw",
    "withdraw_imported",
    "write",
]

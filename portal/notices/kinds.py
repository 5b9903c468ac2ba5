"""What notices are about, in the groups a member can tell apart and turn off."""

from __future__ import annotations

CATEGORY_OF = {
    **dict.fromkeys(("approve", "return", "reject", "edit_approve", "edit_reject", "status", "goal"), "my-ideas"),
    **dict.fromkeys(("masked", "masked_first"), "my-ideas"),
    **dict.fromkeys(("merge", "invited", "joined", "asked", "admitted", "hidden", "reopened", "file_off"), "my-ideas"),
    **dict.fromkeys(("comment", "reply", "mention"), "comments"),
    **dict.fromkeys(("followed", "followed_comment", "moved"), "follows"),
    "found": "searches",
    "goal_unit": "goals",
}
"""By kind of notice. Other kinds are always shown."""

"""What changes in the talk about ideas: one group of verbs a file."""

from portal.discussion.services.amending import EDIT_WINDOW, edit, mark_helpful, mask, withdraw
from portal.discussion.services.commenting import hide, hold_back, may_be_shown, post, publish, put_back, remove
from portal.discussion.services.following import follow, follow_after_comment, unfollow
from portal.discussion.services.moving import (
    MovedFollow,
    move_comments,
    move_comments_back,
    move_follows,
    move_follows_back,
)

__all__ = [
    "EDIT_WINDOW",
    "MovedFollow",
    "edit",
    "follow",
    "follow_after_comment",
    "hide",
    "hold_back",
    "mark_helpful",
    "mask",
    "may_be_shown",
    "move_comments",
    "move_comments_back",
    "move_follows",
    "move_follows_back",
    "post",
    "publish",
    "put_back",
    "remove",
    "unfollow",
    "withdraw",
]

"""What changes in the talk about ideas: one group of verbs a file."""

from portal.discussion.services.commenting import hide, is_minor, post, publish
from portal.discussion.services.following import follow, follow_after_comment, unfollow

__all__ = ["follow", "follow_after_comment", "hide", "is_minor", "post", "publish", "unfollow"]

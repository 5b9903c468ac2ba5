"""What of an idea the rules read."""

from __future__ import annotations

from portal.ideas.models import Idea

TEXTS = ("summary", "problem", "solution", "start", "impact")


def texts(idea: Idea) -> tuple[str, ...]:
    """What the public would read under the title."""
    return tuple(getattr(idea, name) for name in TEXTS)


def whole(idea: Idea) -> str:
    """All of it, the title first."""
    return "\n".join((idea.title, *filter(None, texts(idea))))

"""What of an idea the rules read."""

from __future__ import annotations

from portal.ideas import answers
from portal.ideas.models import Idea

TEXTS = ("summary", "problem", "solution", "start", "impact")


def texts(idea: Idea) -> tuple[str, ...]:
    """What the public would read under the title."""
    return (*(getattr(idea, name) for name in TEXTS), *answers.texts(idea.answers))


def whole(idea: Idea) -> str:
    """All of it, the title first."""
    return "\n".join((idea.title, *filter(None, texts(idea))))

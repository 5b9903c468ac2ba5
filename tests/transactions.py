"""Services called as the edge calls them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.database import transaction


def run(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """In a transaction of its own."""
    with transaction():
        return verb(*args, **kwargs)

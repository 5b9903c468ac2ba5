"""A name under an idea."""

from typing import NamedTuple


class Writer(NamedTuple):
    """Somebody whose name stands under an idea."""

    id: int
    handle: str
    display_name: str

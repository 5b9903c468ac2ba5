"""Memory that the processes of one machine have in common."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def share() -> None:
    """To be called before a fork: what is loaded is shared until somebody writes to it, so the collector must not.

    Memory that is free goes back to the machine, or each child would scatter its own things over it.
    """
    gc.collect()
    gc.freeze()
    with suppress(AttributeError, OSError):  # a C library other than GNU's
        ctypes.CDLL(None).malloc_trim(0)

"""What is wrong with something an operator gave us, in one English line."""

from __future__ import annotations


class Fault(ValueError):  # noqa: N818  # the operator's, not ours
    """The file, the line or the option cannot be used; the message says why and what to do.

    `kind` sorts what may be wrong with a file, for a page that says it in the reader's language.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind

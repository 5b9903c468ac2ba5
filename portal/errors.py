"""What a service says when it will not do a thing: words for the reader, still untranslated."""

from __future__ import annotations

from typing import Any


def N_(text: str) -> str:  # noqa: N802  # gettext's own name for "translate this later"
    """Mark a Vietnamese message for translation where it is written; `portal.web` translates it where it is read."""
    return text


class Refusal(Exception):  # noqa: N818  # a refusal is an answer, not a fault
    """The request is understood and not done. `message` is a msgid with %(name)s places filled from `params`.

    `field` names the input at fault, if one is. `status` is the HTTP status an outside reader gets.
    """

    status = 422

    def __init__(self, message: str, *, field: str | None = None, status: int | None = None, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params
        self.field = field
        if status is not None:
            self.status = status


class Missing(Refusal):
    """It is not there, or the reader may not know of it: the two look the same."""

    status = 404

    def __init__(self) -> None:
        super().__init__(N_("Trang này không có, hoặc đã chuyển đi."))


class BadCursor(Refusal):
    """Where a list was asked to go on is no place of ours, or one of another list."""

    status = 400

    def __init__(self) -> None:
        super().__init__(N_("Chỗ đọc tiếp này không đúng. Danh sách có thể đã được sắp xếp cách khác."), field="after")


class Conflict(Refusal):
    """Somebody else was there first; the message says who and when."""

    status = 409


class TooMany(Refusal):
    """A limit is reached; `retry_after` is in seconds."""

    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            N_("Bạn thử hơi nhiều lần. Quay lại sau %(minutes)s phút nhé."), minutes=max(1, -(-retry_after // 60))
        )
        self.retry_after = retry_after


class Fault(ValueError):  # noqa: N818  # the operator's, not ours
    """The file, the line or the option an operator gave cannot be used; one English line says why and what to do.

    `kind` sorts what may be wrong with a file, for a page that says it in the reader's language.
    """

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind

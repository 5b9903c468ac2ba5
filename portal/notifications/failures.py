"""How sending can fail, named by what it means for the letter."""

from __future__ import annotations


class NotWanted(Exception):  # noqa: N818  # not an error: the world moved on
    """Nobody needs this letter any more; the message says why, for the operator."""


class Unheard(NotWanted):
    """Its reader cannot be written to at the moment: what it would have told, another letter may tell one day."""


class ComesDaily(Unheard):
    """The daily letter tells it."""


class NotYet(NotWanted):
    """Something its reader is to hear first has not left."""

    def __init__(self, text: str, seconds: float) -> None:
        super().__init__(text)
        self.seconds = seconds


class Failure(Exception):  # noqa: N818  # the subclasses say what failed
    """A letter that did not go out, with the server's answer if there was one."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(f"{code} {text}" if code else text)
        self.code = code
        self.text = text


class Later(Failure):
    """The server puts this letter off (4xx)."""


class Refused(Failure):
    """The server will never take this letter (5xx)."""


class RecipientRefused(Refused):
    """It will never take any letter to this recipient, it says."""


class Unanswered(Failure):
    """The letter left, and the connection broke before the answer: nobody can know (RFC 1047)."""


class Lost(Unanswered):
    """The process that had the letter is gone, perhaps because of it: nobody can know whether it left."""


class Broken(Failure):
    """Our own fault: the letter cannot be written."""


class ServerAway(Failure):
    """The server cannot be reached or will not talk to us at all. That says nothing of any letter."""

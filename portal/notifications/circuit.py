"""A mail service that does not talk is left alone for a while, and the letters to its people wait unharmed."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

TROUBLES = 5
REST = 60.0  # seconds
NOT_AVAILABLE = 421
"""RFC 5321: service not available. Other 4xx are about one mailbox or one letter, and say nothing of its neighbours."""


@dataclass
class Circuit:
    """By domain of the recipient; of this process."""

    troubles: dict[str, int] = field(default_factory=dict)
    rests: dict[str, float] = field(default_factory=dict)

    def failed(self, domain: str, code: int | None) -> None:
        """Count what is no answer about a letter: 421, or a connection that broke."""
        if code not in {None, NOT_AVAILABLE}:
            return
        self.troubles[domain] = self.troubles.get(domain, 0) + 1
        if self.troubles[domain] >= TROUBLES:
            self.rests[domain] = time.monotonic() + REST

    def worked(self, domain: str) -> None:
        self.troubles.pop(domain, None)
        self.rests.pop(domain, None)

    def rest(self, domain: str) -> float:
        """Seconds for which nothing should be sent there; 0 if it may be. After a rest one letter tries again."""
        left = self.rests.get(domain, 0.0) - time.monotonic()
        if left <= 0 and self.rests.pop(domain, 0.0):
            self.troubles[domain] = TROUBLES - 1
        return max(0.0, left)

    def forget(self) -> None:
        self.troubles.clear()
        self.rests.clear()

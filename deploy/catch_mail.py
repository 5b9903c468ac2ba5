"""A mail server for a trial: takes every letter on port 1025 and shows it in the log. It delivers nothing."""

from __future__ import annotations

import asyncio
import email
import email.policy
from typing import Any

from aiosmtpd.controller import UnthreadedController


class Show:
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        text = letter.get_body(("plain", "html"))
        words = text.get_content() if text else ""
        print(f"\n--- {', '.join(envelope.rcpt_tos)} · {letter['subject']}\n{words}", flush=True)  # noqa: T201
        return "250 shown"


def main() -> None:
    loop = asyncio.new_event_loop()
    UnthreadedController(Show(), hostname="0.0.0.0", port=1025, loop=loop).begin()  # noqa: S104  # inside its network
    loop.run_forever()


if __name__ == "__main__":
    main()

"""Text messages: the seam through which a portal that has to verify telephone numbers reaches a gateway.

Decree 147/2024 asks social networks to verify accounts by a Vietnamese mobile number. Without `SMS_URL` there is
no gateway, and only with `PHONE_VERIFICATION=on` is anybody asked for a number (`accounts.phones`).
"""

from __future__ import annotations

import json
import re
from typing import Protocol
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from portal.errors import N_, Refusal

PATIENCE = 10  # seconds
LONGEST = 160  # characters: one message
_VIETNAMESE = re.compile(r"(?:\+?84|0)([35789]\d{8})")


class SmsRefused(Exception):  # noqa: N818  # an answer, not a fault of ours
    """The gateway will never take this message: a wrong number, a wrong key."""


class SmsLater(Exception):  # noqa: N818  # an answer, not a fault of ours
    """The gateway is away or busy; the same message may be taken later."""


class SmsGateway(Protocol):
    """Takes one message to one number in E.164 form. Raises SmsRefused or SmsLater."""

    def send(self, number: str, text: str, reference: str) -> None: ...


class HttpGateway:
    """POST of `{"to", "text", "reference"}` as JSON with a bearer token; any 2xx means taken.

    `reference` is the same when a message is sent again, so that the gateway can drop the second.
    """

    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token
        self._opener = build_opener(_NoRedirects)  # a redirect would carry number and token elsewhere

    def send(self, number: str, text: str, reference: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"a text message has at most {LONGEST} characters")
        body = json.dumps({"to": number, "text": text, "reference": reference}).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = Request(self._url, body, headers, method="POST")  # noqa: S310  # settings allow http and https only
        try:
            with self._opener.open(request, timeout=PATIENCE):
                pass
        except HTTPError as error:
            with error:
                kind = SmsLater if error.code in {408, 425, 429} or error.code >= 500 else SmsRefused
            raise kind(f"the gateway answered {error.code}") from None  # its words may repeat the number
        except OSError as error:
            raise SmsLater(f"the gateway is away: {type(error).__name__}") from None


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


def read_number(raw: str) -> str:
    """A Vietnamese mobile number in E.164 form: '0912 345 678' -> '+84912345678'. Raises Refusal."""
    typed = _VIETNAMESE.fullmatch(re.sub(r"[\s.()-]", "", raw))
    if typed is None:
        raise Refusal(N_("Số điện thoại chưa đúng, ví dụ: 0912 345 678"), field="phone")
    return f"+84{typed[1]}"

"""Forms filled in and sent as a browser without scripts does."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_in(html: str) -> str:
    """What the forms of a page carry against forged requests; empty on a page without one."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', html)
    return found[1] if found else ""


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form with the token of a page that everybody signed in has."""
    return client.post(path, data={"csrf_token": token_in(client.get("/toi").text), **fields})

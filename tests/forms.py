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


def press(client: FlaskClient, page: str, label: str) -> TestResponse:
    """Press the first button whose words begin so, and follow where it leads."""
    forms = re.findall(r"<form.*?</form>", client.get(page).text, re.DOTALL)
    form = next(one for one in forms if f">{label}" in one)
    action = re.search(r'action="([^"]+)"', form)
    assert action
    fields = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', form))
    return client.post(action[1], data=fields, follow_redirects=True)


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form with the token of a page that everybody signed in has."""
    return client.post(path, data={"csrf_token": token_in(client.get("/toi").text), **fields})

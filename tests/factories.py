"""Rows for tests, each made by the service that makes it in the product where there is one."""

from __future__ import annotations

import itertools
from typing import Any

from flask.testing import FlaskClient

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.database import now, transaction

_count = itertools.count(1)


def member(role: str = "member", **values: Any) -> Member:
    """A member of 25 years, from Nghệ An unless told otherwise."""
    n = next(_count)
    defaults: dict[str, Any] = {"birth": (2001, 5), "language": "vi"}
    with transaction():
        return accounts.add_member(
            values.pop("email", f"ban{n}@example.vn"),
            values.pop("name", f"Bạn thử {n}"),
            now(),
            role=role,
            **{**defaults, **values},
        )


def sign_in(client: FlaskClient, who: Member) -> FlaskClient:
    """Sign a client in as the service does after a right code."""
    with transaction():
        token = accounts.start_session(who, "test", now())
    with client.session_transaction() as session:
        session["_user_id"] = token
    return client

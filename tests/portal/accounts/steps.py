"""What people do on the way in, as requests."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts import secrets
from portal.accounts.models import SignInAttempt
from portal.database import db

NEWCOMER = {"display_name": "Phương Thảo", "birth_month": "5", "birth_year": "2001", "unit": "", "language": "vi"}


def ask(client: FlaskClient, email: str) -> TestResponse:
    client.get("/dang-nhap")
    return client.post("/dang-nhap", data={"email": email})


def code_for(email: str) -> str:
    """The six digits of the last letter."""
    newest = select(SignInAttempt.token).where(SignInAttempt.email == email).order_by(SignInAttempt.id.desc())
    return secrets.six_digits("test", db.session.scalars(newest).first())


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def type_code(client: FlaskClient, code: str) -> TestResponse:
    return client.post("/dang-nhap/ma", data={"code": code})


def arrive(client: FlaskClient, email: str) -> TestResponse:
    """From the address through the code: signed in if the address has an account, else at the name."""
    ask(client, email)
    return type_code(client, code_for(email))


def is_in(client: FlaskClient) -> bool:
    return client.get("/toi").status_code == 200
